"""Where a fork is unsafe (macOS): a process that imported everything and becomes one worker.

Written from documentation; never tried there.
"""

import array
import json
import os
import resource
import signal
import socket
from typing import Any

from . import seatbelt, worker, zygote
from .confine import PRINTS, REQUESTS, WHEREABOUTS

_MESSAGE = 1 << 16
_DESCRIPTORS = 3
_OPEN_FILES = 128


def become_worker(control: socket.socket, wall: dict[str, Any]) -> None:
    """Wait for the one job, lock the door, and serve; returns at once if no job comes."""
    data, ancillary, _, _ = control.recvmsg(_MESSAGE, socket.CMSG_SPACE(4 * _DESCRIPTORS))
    if not data:
        return
    descriptors = array.array("i")
    for _, _, raw in ancillary:
        descriptors.frombytes(raw[: len(raw) - len(raw) % 4])
    _confine(wall, json.loads(data), *descriptors)
    zygote.show_where_on(signal.SIGUSR1, signal.SIGXCPU)
    worker.Worker(REQUESTS).serve()


def _confine(
    wall: dict[str, Any], job: dict[str, Any], requests: int, prints: int, whereabouts: int
) -> None:
    """Descriptors, limits and, unless the level is L0, seatbelt."""
    os.makedirs(job["folder"], 0o700, exist_ok=True)
    os.environ.update(HOME=job["folder"], TMPDIR=job["folder"])
    os.chdir(job["folder"])
    high = [os.dup2(d, 200 + i) for i, d in enumerate((requests, prints, whereabouts))]
    places = (REQUESTS, PRINTS, WHEREABOUTS)
    for source, target in zip((*high, high[1]), (*places, 2), strict=True):
        os.dup2(source, target)
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    os.closerange(WHEREABOUTS + 1, 4096)
    for limit, value in (
        (resource.RLIMIT_CPU, job["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, job["scratch"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(limit, (value, value))
    if wall["filter"]:
        read = [path for path in wall["read"] if path not in wall["private"]]
        seatbelt.enter(seatbelt.profile([*read, *job["private"]], job["folder"]))
