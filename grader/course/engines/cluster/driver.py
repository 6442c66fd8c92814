"""The process that speaks to Ray, for the command: it ends with it, and has nothing to lose.

It is a process of its own for what Ray does to the one that it is imported into. That process ends
when Ray's own on this machine does. And Ray has all nodes import from the folder that it stands in:
from `/` and not from one where submissions lie.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import sys
from typing import TYPE_CHECKING

import msgspec

from grader.course.engines.cluster.fleet import Fleet
from grader.course.engines.cluster.lines import Commission, Word
from grader.course.engines.cluster.remote import connected
from grader.course.engines.jobs import EngineError, Order, encode
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOK_SECONDS = 0.5
_LEAVE_SECONDS = 10.0
_PIECE = 1 << 16


class Driver:
    """Carries orders from the command's socket to the fleet, and words back; waits for neither."""

    def __init__(self, control: socket.socket, commission: Commission) -> None:
        self._control, self._commission = control, commission
        self._heard, self._words = bytearray(), bytearray()
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._watch = selectors.DefaultSelector()
        self._watch.register(control, selectors.EVENT_READ)
        self._watch.register(self._wake, selectors.EVENT_READ)

    def serve(self) -> None:
        """Grade until the socket closes, or until nothing can be graded, which is said."""
        self._control.settimeout(0)
        address = self._commission.address
        try:
            with connected(address):
                self._drive(Fleet(self._commission, self._say, self._wake))
        except EngineError as problem:
            self._say(Word(lost=str(problem)))
        except (OSError, RuntimeError, ValueError) as problem:
            where = f"the Ray cluster at {address}" if address else "Ray"
            why = getattr(problem, "strerror", "") or str(problem)
            self._say(Word(lost=clean_line(f"{where}: {why}", 500)))
        self._control.settimeout(_LEAVE_SECONDS)
        with contextlib.suppress(OSError):
            self._control.sendall(self._words)

    def _drive(self, fleet: Fleet) -> None:
        try:
            while True:
                fleet.turn()
                self._send()
                for key, _ in self._watch.select(_LOOK_SECONDS):
                    if key.fileobj is self._control and not self._follow(fleet):
                        return
                with contextlib.suppress(BlockingIOError):
                    os.eventfd_read(self._wake)
        finally:
            fleet.close()

    def _follow(self, fleet: Fleet) -> bool:
        """Do what the command tells; False if it is gone."""
        try:
            for line in self._orders():
                order = msgspec.json.decode(line, type=Order)
                if order.begin is not None:
                    fleet.begin(order.begin)
                else:
                    fleet.end(order.end)
        except EOFError:
            return False
        return True

    def _orders(self) -> Iterator[bytes]:
        """Yield the lines that have come; raises EOFError where no more will."""
        while b"\n" not in self._heard:
            try:
                data = self._control.recv(_PIECE)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                raise EOFError
            self._heard += data
        *lines, rest = self._heard.split(b"\n")
        self._heard = rest
        yield from map(bytes, lines)

    def _say(self, word: Word) -> None:
        self._words += encode(word)

    def _send(self) -> None:
        """Send as much as there is room for; with more to send, have room be waited for."""
        with contextlib.suppress(BlockingIOError):
            while self._words:
                del self._words[: self._control.send(self._words, socket.MSG_NOSIGNAL)]
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._words else 0)
        self._watch.modify(self._control, events)


def main() -> None:
    """Serve on the socket whose number is the argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        with control.makefile("rb", buffering=0) as file:  # which reads no further than it is asked
            first = file.readline()
        if first:
            Driver(control, msgspec.json.decode(first, type=Commission)).serve()


if __name__ == "__main__":
    main()
