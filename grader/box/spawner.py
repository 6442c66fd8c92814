"""Workers where a fork is unsafe (macOS): processes that imported everything beforehand, used once.

The same face as a zygote. Written from documentation; never tried. Memory is watched
from outside, since macOS holds no process to an address space.
"""

import contextlib
import ctypes
import json
import math
import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any, Self

from grader.box import places
from grader.box.ending import End, out_of_memory
from grader.box.grip import ChildGrip
from grader.box.levels import Level, Refused
from grader.box.outcome import Died
from grader.box.scratch import Scratch
from grader.box.wire import readable, wire_pair
from grader.box.worker import Worker
from grader.limits import Limits

_START_SECONDS = 120
_WARM = 2
_MESSAGE = 1 << 16
_USAGE_WORDS, _FOOTPRINT = 40, 9  # rusage_info_v0: 16 bytes of uuid, then words; ri_phys_footprint
_LAUNCHER = Path(__file__).parents[1] / "inside" / "launch.py"


class Spawner:
    """Some warm processes, and the way to make one of them a worker."""

    def __init__(
        self,
        level: Level,
        environment: dict[str, str],
        *,
        notebooks: bool,
        libraries: tuple[str, ...] = (),
    ) -> None:
        self.level, self.environment = level, environment
        self.imports = {"notebooks": notebooks, "libraries": libraries}
        self.scratch = Scratch(inside=False, each=True)
        self.facts: dict[str, Any] = {}
        self._warm: list[tuple[subprocess.Popen[bytes], socket.socket]] = []
        self._jobs = 0
        self._refill()
        self.process = self._warm[0][0]

    def ready(self) -> Self:
        """Wait until one process is warm. Raises Refused if it ended instead."""
        control = self._warm[0][1]
        if not readable(control.fileno(), _START_SECONDS) or not control.recv(1, socket.MSG_PEEK):
            self.close()
            raise Refused(f"{self.level.name}: it ended at once")
        return self

    def fork(
        self, limits: Limits, private: tuple[str, ...] = (), profile: str | None = None
    ) -> Worker:
        """Make a warm process a worker; raises Refused where it cannot be had."""
        if (profile or limits.profile) != "plain":
            raise Refused(f"{self.level.name}: there is only the profile 'plain' here")
        self._refill()
        process, control = self._warm.pop(0)
        if not readable(control.fileno(), _START_SECONDS) or not control.recv(_MESSAGE):
            raise Refused(f"{self.level.name}: a worker did not start")
        self._jobs += 1
        number = self._jobs
        ours, theirs = wire_pair()
        prints, whereabouts = os.pipe(), os.pipe()
        job = {
            "cpu_seconds": math.ceil(limits.cpu_seconds),
            "scratch": limits.scratch,
            "private": [os.path.realpath(path) for path in private],
            "folder": self.scratch.folder(number),
        }
        sent = [theirs.fileno(), prints[1], whereabouts[1]]
        socket.send_fds(control, [json.dumps(job).encode()], sent)
        for descriptor in sent[1:]:
            os.close(descriptor)
        theirs.close()
        control.close()
        return Worker(
            ours,
            prints[0],
            whereabouts[0],
            ChildGrip(process),
            limits,
            lambda: self._end_of(process, number),
            lambda: self._overdone(process.pid, number, limits),
        )

    def close(self) -> None:
        """End the processes that were not used, and remove every folder."""
        for process, control in self._warm:
            process.kill()
            process.wait()
            control.close()
        self._warm = []
        self.scratch.close()

    def _refill(self) -> None:
        while len(self._warm) < _WARM:
            ours, theirs = socket.socketpair()
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
                [places.program(), "-B", "-I", str(_LAUNCHER), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self.environment,
                cwd="/",
                start_new_session=True,
            )
            theirs.close()
            settings = {"wall": self.level.wall(), **self.imports, "spawned": True}
            settings["sites"] = places.sites()
            with contextlib.suppress(OSError):
                ours.send(json.dumps(settings).encode())
            self._warm.append((process, ours))

    def _end_of(self, process: subprocess.Popen[bytes], number: int) -> End:
        began = time.process_time()
        status = process.wait()
        self.scratch.remove(number)
        return {"number": number, "exit": status, "cpu": time.process_time() - began, "memory": 0}

    def _overdone(self, pid: int, number: int, limits: Limits) -> Died | None:
        if _footprint(pid) > limits.memory:
            return out_of_memory(limits)
        return self.scratch.overfull(number, limits)


def _footprint(pid: int) -> int:
    """Bytes of memory of a process, by ``proc_pid_rusage`` of libproc."""
    words = (ctypes.c_uint64 * _USAGE_WORDS)()
    with contextlib.suppress(OSError, AttributeError):
        if ctypes.CDLL(None).proc_pid_rusage(pid, 0, ctypes.byref(words)) == 0:
            return int(words[_FOOTPRINT])
    return 0
