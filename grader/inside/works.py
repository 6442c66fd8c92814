"""What must work behind a wall: the ordinary things that honest submissions do."""

import importlib
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from . import gpu

Facts = dict[str, Any]
Probe = Callable[[Facts], object]


def _scratch(_facts: Facts) -> None:
    with tempfile.NamedTemporaryFile("w+") as file:
        file.write("x")
        file.flush()
        os.stat(file.name)
        os.listdir(".")


def _thread(_facts: Facts) -> None:
    done = threading.Event()
    threading.Thread(target=done.set).start()
    if not done.wait(5):
        raise TimeoutError("a thread did not run")


def _own_facts(_facts: Facts) -> None:
    with open("/proc/self/status", "rb") as facts:
        facts.read()


def _pair(_facts: Facts) -> None:
    """What asyncio wakes itself by."""
    one, other = socket.socketpair()
    with one, other:
        one.send(b"x")
        other.recv(1)


def _linear_algebra(_facts: Facts) -> None:
    np.linalg.eigvalsh(np.eye(8))
    if torch := sys.modules.get("torch"):
        torch.linalg.eigvalsh(torch.eye(8, dtype=torch.float64))


def _imports(_facts: Facts) -> None:
    """Modules that nothing has imported yet, of the standard library and of the environment."""
    for name in ("colorsys", "numpy.polynomial.hermite_e", "torch.nn.utils.memory_format"):
        if name.partition(".")[0] in sys.modules or "." not in name:
            importlib.import_module(name)


MUST_WORK: dict[str, Probe] = {
    "write and read in the scratch folder": _scratch,
    "start a thread": _thread,
    "random bytes": lambda _: os.urandom(8),
    "read its own facts": _own_facts,
    "write to itself by a pair of sockets": _pair,
    "count processors": lambda _: os.sched_getaffinity(0),
    "allocate memory": lambda _: bytearray(32 << 20),
    "import another module": _imports,
    "linear algebra": _linear_algebra,
    "see the public folders": lambda facts: [os.listdir(folder) for folder in facts["shown"]],
}
MUST_WORK_ON_A_GPU: dict[str, Probe] = {"compute on the GPU": lambda _: gpu.multiply()}
