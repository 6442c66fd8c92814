"""What a check is to all that does not run it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One test function: its name, the sentence that a student reads, and where it is.

    It `grows` where it calls `growth`.
    """

    name: str
    sentence: str
    hidden: bool
    place: str
    grows: bool = False
