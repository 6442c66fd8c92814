"""A worker's memory on the card: what it holds, what it may have, and what others leave of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.card import Card

_OVERHEAD = 2 << 30  # the driver's context and the kernels it loads, counted as the process's
TAKEN = (
    "other processes hold all the card's memory: end them (nvidia-smi lists them), or choose "
    "another card by CUDA_VISIBLE_DEVICES"
)


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
        return TAKEN if held + free < min(self._promised, total - _OVERHEAD) else ""
