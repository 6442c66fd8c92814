"""What leads to a worker: a socket, two pipes and a piece of memory; and the ends that it gets."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.sandbox.arguments import Arguments
from grader.sandbox.wire import wire_pair

if TYPE_CHECKING:
    import socket

__all__ = ["Ends", "Lines", "open_lines"]


@dataclass(frozen=True, slots=True)
class Lines:
    """The grader's side: the wire, what is printed, where the worker is, its arguments."""

    wire: socket.socket
    prints: int
    stack_dump: int
    arguments: Arguments

    def close(self) -> None:
        """Close everything, where there is no worker at the other side."""
        self.wire.close()
        os.close(self.prints)
        os.close(self.stack_dump)
        self.arguments.close()


@dataclass(frozen=True, slots=True)
class Ends:
    """The worker's side, to be sent and then closed here."""

    wire: socket.socket
    prints: int
    stack_dump: int
    arguments: int

    @property
    def descriptors(self) -> list[int]:
        """All of them, in the order in which a worker takes them."""
        return [self.wire.fileno(), self.prints, self.stack_dump, self.arguments]

    def close(self) -> None:
        """Close what the worker has by now; the memory stays the grader's too."""
        self.wire.close()
        os.close(self.prints)
        os.close(self.stack_dump)


def open_lines() -> tuple[Lines, Ends]:
    """Open everything, for one worker."""
    ours, theirs = wire_pair()
    prints, stack_dump, arguments = os.pipe(), os.pipe(), Arguments()
    return (
        Lines(ours, prints[0], stack_dump[0], arguments),
        Ends(theirs, prints[1], stack_dump[1], arguments.descriptor),
    )
