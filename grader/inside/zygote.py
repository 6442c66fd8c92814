"""The zygote: holds the imports, and forks a worker whenever the grader asks.

One request on a line is one fork. The grader gets a pidfd, with which it can end the worker and
everything in it, and a word when the worker has ended. The first line is the control socket; on it
the grader may hand over further ones, each for another process of its own. A line that closes ends
the workers that were asked for on it, and the control socket everything.
"""

import array
import contextlib
import faulthandler
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import refusals, seccomp, system
from .confine import ARGUMENTS, REQUESTS, WHEREABOUTS, Wall, WorkerLimits, confine
from .preload import allow_threads
from .worker import CallServer

_MESSAGE = 65536  # as sandbox/zygote.py sends
_DESCRIPTORS = 4  # a socket, two pipes, the memory for arguments
_FAILED = 99


@dataclass(frozen=True)
class Child:
    """A worker that was forked, and the line that asked for it."""

    pid: int
    number: int
    line: socket.socket


class ForkServer:
    """Answers requests on ``control``, and on the lines handed over, until the grader goes away."""

    def __init__(self, control: socket.socket, wall: Wall) -> None:
        self.control, self.wall = control, wall
        self.watch = selectors.DefaultSelector()
        self.watch.register(control, selectors.EVENT_READ)
        self.pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY) if wall.namespaces else -1

    def serve(self) -> None:
        """Fork, and report ends, until the control socket closes."""
        system.prctl(system.PR_SET_DUMPABLE, 0)  # or a worker of the same user could trace us
        while True:
            for key, _ in self.watch.select():
                if isinstance(key.data, Child):
                    self._bury(key.fd, key.data)
                elif isinstance(key.fileobj, socket.socket) and not self._hear(key.fileobj):
                    if key.fileobj is self.control:
                        return
                    self._leave(key.fileobj)

    def _hear(self, line: socket.socket) -> bool:
        """Do what is asked on a line; False if it has closed."""
        try:
            data, ancillary, _, _ = line.recvmsg(_MESSAGE, socket.CMSG_SPACE(4 * _DESCRIPTORS))
        except ConnectionError:
            return False
        if not data:
            return False
        descriptors = array.array("i")
        for _, _, raw in ancillary:
            descriptors.frombytes(raw[: len(raw) - len(raw) % 4])
        fields = json.loads(data)
        if fields.pop("line", False):
            self.watch.register(socket.socket(fileno=descriptors[0]), selectors.EVENT_READ)
        else:
            limits = WorkerLimits(**{**fields, "private": tuple(fields["private"])})
            self._fork(line, limits, descriptors)
        return True

    def _leave(self, line: socket.socket) -> None:
        """End the workers of a line that has closed: nobody waits for them any more."""
        self.watch.unregister(line)
        for key in list(self.watch.get_map().values()):
            if isinstance(key.data, Child) and key.data.line is line:
                os.kill(key.data.pid, signal.SIGKILL)  # not waited for yet: the number is its own
        line.close()

    def _fork(self, line: socket.socket, limits: WorkerLimits, descriptors: Any) -> None:  # noqa: ANN401 - array of int
        if len(os.listdir("/proc/self/task")) != 1:
            raise RuntimeError("the zygote has threads: a fork could hang")
        if self.wall.filter and self.wall.namespaces:  # or the filter names the worker's own number
            seccomp.code_for(limits.profile, None, self.wall.device)
        try:
            child = self._fork_into_namespace()
        except OSError as error:
            self._close(descriptors)
            self._say(line, {"number": limits.number, "failed": str(error)})
            return
        if child == 0:
            self._become_worker(limits, descriptors)
        self._close(descriptors)
        handle = os.pidfd_open(child)  # nobody has waited for it yet, so the number is its own
        message = json.dumps({"number": limits.number}).encode()
        self.watch.register(handle, selectors.EVENT_READ, Child(child, limits.number, line))
        with self._unless_closed(line):
            socket.send_fds(line, [message], [handle], socket.MSG_NOSIGNAL)

    def _fork_into_namespace(self) -> int:
        if not self.wall.namespaces:
            return os.fork()
        # For children alone; each is the first process of another.
        system.unshare(system.CLONE_NEWPID)
        child = -1
        try:
            child = os.fork()
        finally:
            if child:  # here, and where the fork failed
                system.setns(self.pid_namespace, system.CLONE_NEWPID)
        return child

    def _become_worker(self, limits: WorkerLimits, descriptors: Any) -> None:  # noqa: ANN401 - array of int
        stage = "setup"
        try:
            confine(self.wall, limits, *descriptors)
            show_where_on(signal.SIGUSR1, signal.SIGXCPU)
            allow_threads(limits.threads)
            if limits.profile != "compile":
                refusals.refuse_compiling()
            stage = "serving"
            CallServer(REQUESTS, ARGUMENTS).serve()
        except BaseException as error:  # noqa: BLE001 - nothing may return into the zygote's loop
            with contextlib.suppress(BaseException):
                os.write(WHEREABOUTS, f"{stage}: {type(error).__name__}: {error}"[:500].encode())
        finally:
            os._exit(_FAILED)

    def _bury(self, handle: int, child: Child) -> None:
        self.watch.unregister(handle)
        os.close(handle)
        _, status, used = os.wait4(child.pid, 0)
        end = {
            "number": child.number,
            "exit": os.waitstatus_to_exitcode(status),
            "cpu": used.ru_utime + used.ru_stime,
            "memory": used.ru_maxrss << 10,  # told in KiB
        }
        self._say(child.line, end)

    def _say(self, line: socket.socket, message: dict[str, Any]) -> None:
        with self._unless_closed(line):
            line.send(json.dumps(message).encode(), socket.MSG_NOSIGNAL)

    @contextlib.contextmanager
    def _unless_closed(self, line: socket.socket) -> Iterator[None]:
        """Let a further line be closed by now, which its end will tell; not the control socket."""
        try:
            yield
        except OSError:
            if line is self.control:
                raise

    @staticmethod
    def _close(descriptors: Any) -> None:  # noqa: ANN401 - array of int
        for descriptor in descriptors:
            os.close(descriptor)


def show_where_on(*signals: int) -> None:
    """On these signals write the stack to the stack_dump pipe, even while C code runs."""
    for number in signals:
        faulthandler.register(number, file=WHEREABOUTS, all_threads=False, chain=False)
    # Held by both names, as in any Python: who wraps one's buffer anew lets go of the other.
    sys.stdout = sys.__stdout__ = open(1, "w", buffering=1, errors="replace", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", buffering=1, errors="replace", closefd=False)  # type: ignore[misc]  # noqa: SIM115
