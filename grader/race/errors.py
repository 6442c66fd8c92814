"""How a race ends before it is decided, when no answer is to blame."""

from __future__ import annotations

__all__ = ["MachineBusyError", "RaceError", "TimeUpError"]


class RaceError(Exception):
    """The race cannot be held as the assignment asks; the message says why."""


class MachineBusyError(Exception):
    """Something took too long that does not on a quiet machine; the message says what, in full."""


class TimeUpError(Exception):
    """The race's time ran out in a racer's turn."""
