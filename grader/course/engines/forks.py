"""What the child of a fork must not keep, where the process that forks holds an engine.

A program that grades may fork for reasons of its own, as loaders of data do. Its child gets a copy
of every descriptor; held there, the end of a line would never be heard. So whoever holds some is
`kept` here and gives them up in a child, and no fork falls between the making of a pair and the
closing of that end of it which is another's.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Iterator


class Holder(Protocol):
    """Whoever holds descriptors that a child must not."""

    def give_up(self) -> None:
        """Close them in a child, and end nothing: what they lead to is the parent's."""


kept: WeakSet[Holder] = WeakSet()
_forking = threading.RLock()


@contextmanager
def no_fork() -> Iterator[None]:
    """Have forks of this process wait until the end of the block."""
    with _forking:
        yield


def _give_up_all() -> None:
    _forking.release()
    for holder in list(kept):
        holder.give_up()


os.register_at_fork(
    before=_forking.acquire,
    after_in_parent=_forking.release,
    after_in_child=_give_up_all,
)
