"""All that is asked of Ray: which nodes there are, and a process of ours on one of them."""

from __future__ import annotations

import socket
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ray
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from grader.course.engines.cluster.node import Node
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

LOST = RayError
"""What the answer of a process raises that is lost, or that could not be started."""
_CONNECT_SECONDS = 10.0
_HEARD, _TOLD = "heard", "told"  # its two threads


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """A node that is there: what people call it, and the cores and cards that Ray may give."""

    id: str
    name: str
    cores: int
    cards: int


class Remote:
    """A process of ours on a node, which takes so many of its cores and cards."""

    def __init__(self, node: NodeFacts, cores: int, cards: int) -> None:
        make: Any = ray.remote  # whose types leave these groups out
        self._actor = (
            make(concurrency_groups={_HEARD: 1, _TOLD: 1})(Node)
            .options(
                num_cpus=cores,
                num_gpus=cards,
                max_restarts=0,
                max_task_retries=0,
                scheduling_strategy=NodeAffinitySchedulingStrategy(node.id, soft=False),
            )
            .remote()
        )

    def ask(self, method: str, *arguments: bytes) -> Future[bytes]:
        """Call a method in the thread that is heard, and have its answer in the future."""
        answer: Future[bytes] = self._call(_HEARD, method, *arguments).future()
        return answer

    def tell(self, method: str, *arguments: bytes) -> None:
        """Call a method in the other thread; that the process is lost is found out when heard."""
        self._call(_TOLD, method, *arguments)

    def end(self) -> None:
        """End the process, wherever it is, and do not wait for that."""
        with suppress(RayError, ValueError):
            ray.kill(self._actor)

    def _call(self, thread: str, method: str, *arguments: bytes) -> Any:  # noqa: ANN401 - Ray's
        return getattr(self._actor, method).options(concurrency_group=thread).remote(*arguments)


@contextmanager
def connected(address: str) -> Iterator[None]:
    """Be connected to the cluster at an address, or to the one of which this machine is a node.

    Raises OSError where nothing is at the address, for which Ray would wait without end, and
    RuntimeError and ValueError, in Ray's words.
    """
    host, _, port = address.rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), _CONNECT_SECONDS).close()
    ray.init(address or "auto", log_to_driver=False, configure_logging=False)
    try:
        yield
    finally:
        ray.shutdown()


def list_nodes() -> list[NodeFacts]:
    """Return the nodes that are there."""
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]  # Ray's own
    return [_facts_of(node) for node in nodes if node["Alive"]]


def cause_of(error: RayError) -> str:
    """Return why a process was lost, on one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return clean_line(": ".join([type(error).__name__, *lines[:1]]), 300)


def _facts_of(node: dict[str, Any]) -> NodeFacts:
    has, name = node["Resources"], f"{node['NodeManagerHostname']} ({node['NodeID'][:6]})"
    return NodeFacts(node["NodeID"], name, int(has.get("CPU", 0)), int(has.get("GPU", 0)))
