"""The card as workers use it: what keeps it from us, and what each of them holds of it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from grader.sandbox.levels import GpuUnusableError, IsolationError, StartTimeoutError
from grader.sandbox.outcome import Returned, TimedOut, describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.card import Card
    from grader.sandbox.worker import Worker

__all__ = ["MemoryWatch", "explain_failure", "wait_for_gpu"]

_OVERHEAD = 2 << 30  # the driver's context and the kernels it loads, counted as the process's
_OPEN_SECONDS = 60
_TAKEN = (
    "other processes hold all the card's memory: end them (nvidia-smi lists them), or choose "
    "another card by CUDA_VISIBLE_DEVICES"
)
_CAUSES = {
    r"busy or unavailable|DevicesUnavailable|exclusive": (
        "the card takes one process at a time (exclusive mode), and grading needs several: "
        "`nvidia-smi -c DEFAULT` as its owner allows that, or choose another card by "
        "CUDA_VISIBLE_DEVICES"
    ),
    r"out of memory|MEMORY_ALLOCATION": _TAKEN,
    r"driver version is insufficient|driver on your system is too old": (
        "the NVIDIA driver is older than what this torch was built for: update the driver, or "
        "install a torch built for an older CUDA"
    ),
    r"no kernel image is available": (
        "this torch was not built for a card of this kind (torch.cuda.get_arch_list() says for "
        "which): install one that was, or choose another card by CUDA_VISIBLE_DEVICES"
    ),
}


class MemoryWatch:
    """Looks, now and then, whether a worker holds more of a card than it may, or can have less."""

    def __init__(
        self, card: Card, pid: int, most: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._card, self._pid, self._now = card, pid, now
        self._promised, self._most = most, most + _OVERHEAD
        self._next = now() + card.pause

    def is_over(self) -> bool:
        """Whether the worker holds too much, as far as the driver tells."""
        if self._now() < self._next:
            return False
        self._next = self._now() + self._card.pause
        return (self._card.memory_of(self._pid) or 0) > self._most

    def why_short(self) -> str:
        """Say that others hold what the worker may have; "" where they do not, or nobody tells.

        Of a card that has less than that, it may have all but what the driver itself may take.
        """
        held, told = self._card.memory_of(self._pid), self._card.memory()
        if held is None or told is None:
            return ""
        free, total = told
        return _TAKEN if held + free < min(self._promised, total - _OVERHEAD) else ""


def wait_for_gpu(worker: Worker, level: str) -> Worker:
    """Wait until a worker has opened the GPU, which it does before it sees any submission.

    Raises GpuUnusableError where something else keeps the card from us, StartTimeoutError where it
    takes too long, and IsolationError where the level does not let it through; the worker is ended.
    """
    outcome = worker.ask("nothing", {}, _OPEN_SECONDS)
    if isinstance(outcome, Returned):
        return worker
    worker.close()
    if isinstance(outcome, TimedOut):
        raise StartTimeoutError(f"{level}: the GPU was not opened within {_OPEN_SECONDS} s")
    if cause := explain_failure(describe(outcome)):
        raise GpuUnusableError(cause)
    raise IsolationError(f"{level}: the GPU cannot be opened ({describe(outcome)})")


def explain_failure(reason: str) -> str:
    """Say what a failure to open the card means and what helps; "" where that is not known."""
    causes = _CAUSES.items()
    return next((said for cause, said in causes if re.search(f"(?i){cause}", reason)), "")
