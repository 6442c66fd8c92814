"""The wire to a worker: whole pieces before a deadline, while its pipes are kept empty."""

import select
import socket
from collections.abc import Callable, Sequence

from grader.inside import frames
from grader.sandbox.captured_output import CapturedOutput
from grader.sandbox.deadline import Deadline

_LOOK_SECONDS = 0.1
_ROOM = 1 << 20  # bytes under way; the kernel gives less where its own limit is lower


class WireTimeoutError(Exception):
    """The deadline passed first."""


class WireClosedError(Exception):
    """The worker closed its side, or ended."""


class Wire:
    """A socket to a worker, and the pipes that it prints to, which must never fill up.

    ``look`` is called between waits, and may raise to give up; every tenth of a second if
    ``often``, since what it looks at does not wake anybody.
    """

    def __init__(
        self,
        end: socket.socket,
        pipes: Sequence[CapturedOutput],
        look: Callable[[], None],
        *,
        often: bool,
    ) -> None:
        end.settimeout(0)  # the poll waits, for the pipes too, and no longer than the deadline
        self.socket, self._look, self._often = end, look, often
        self._poll = select.poll()
        self._pipes = {pipe.descriptor: pipe for pipe in pipes}
        for descriptor in (end.fileno(), *self._pipes):
            self._poll.register(descriptor, select.POLLIN)

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self.socket.fileno()

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def spoke(self) -> bool:
        """Whether the worker wrote what was not asked for; raises WireClosedError if it is gone."""
        try:
            if not self.socket.recv(1, socket.MSG_PEEK):
                raise WireClosedError
        except BlockingIOError:
            return False
        except OSError:
            raise WireClosedError from None
        return True

    def write(self, pieces: Sequence[bytes | memoryview], deadline: Deadline) -> None:
        """Write all pieces; raises WireTimeoutError or WireClosedError."""

        def some(rest: Sequence[bytes | memoryview]) -> int:
            try:
                return self.socket.sendmsg(rest, (), socket.MSG_NOSIGNAL)
            except BlockingIOError:
                self._wait(deadline, select.POLLIN | select.POLLOUT)
                return 0
            except OSError:
                raise WireClosedError from None

        frames.send_all(some, pieces)

    def read(self, size: int, deadline: Deadline) -> bytearray:
        """Read exactly so many bytes; raises WireTimeoutError or WireClosedError."""
        data = bytearray(size)
        view = memoryview(data)
        while view:
            try:
                got = self.socket.recv_into(view)
            except BlockingIOError:
                self._wait(deadline, select.POLLIN)
                continue
            except OSError:
                raise WireClosedError from None
            if not got:
                raise WireClosedError
            view = view[got:]
        return data

    def _wait(self, deadline: Deadline, events: int) -> None:
        self._poll.modify(self.fileno(), events)
        while True:
            left = max(0.0, deadline.left())
            ready = self._poll.poll(1000 * (min(left, _LOOK_SECONDS) if self._often else left))
            for descriptor, _ in ready:
                if descriptor == self.fileno():
                    return
                if not self._pipes[descriptor].drain():
                    self._poll.unregister(descriptor)
            if left == 0:  # what came while the grader itself waited for a core is an answer
                raise WireTimeoutError
            self._look()


def wire_pair() -> tuple[socket.socket, socket.socket]:
    """Both ends of a wire, with room enough that ten megabytes take few turns."""
    ends = socket.socketpair()
    for end in ends:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)
    return ends


def readable(descriptor: int, seconds: float | None = 0) -> bool:
    """Whether there is something to read, now or within some seconds, or whenever there is.

    By poll: select takes no descriptor above 1023, as a process with many of them has.
    """
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(None if seconds is None else 1000 * seconds))
