"""What a self-test finds: a family of gradings each, with problems, and with advice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_NAMED = 3


@dataclass
class Family:
    """One kind of gradings: what is promised of them, and what they came to.

    `ran` of `of` gradings were made. A problem makes grades wrong, advice is for a better suite;
    each is a text of a line or more, whose first says what and where. `facts` are for programs.
    `untried` says why there is nothing to grade, where there is nothing.
    """

    name: str
    promise: str
    ran: int = 0
    of: int = 0
    problems: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    seconds: float = 0.0
    untried: str = ""
    interrupted: bool = False

    @property
    def words(self) -> str:
        """What it came to, in a few words."""
        if self.problems:
            return f"{len(self.problems)} broken"
        if self.advice:
            return f"{len(self.advice)} to look at"
        return "kept" if self.ran else "nothing to try"

    @property
    def share(self) -> str:
        """How much of the family ran."""
        return f"{self.ran} of {self.of}" if self.of else "–"


def describe_waiting(check: str, waited: Mapping[str, Sequence[str]], ran: int) -> str:
    """Say in which gradings a check did not run, by the reason that it gave."""
    return _in_gradings(f"{check} did not run", waited, ran)


def describe_withheld(check: str, withheld: Mapping[str, Sequence[str]], ran: int) -> str:
    """Say in which gradings a check withholds the grade, by what it said."""
    return _in_gradings(f"{check} withholds the grade", withheld, ran)


def _in_gradings(told: str, by_reason: Mapping[str, Sequence[str]], ran: int) -> str:
    reason, _ = max(by_reason.items(), key=lambda item: len(item[1]))
    who = [name for names in by_reason.values() for name in names]
    more = f" and {len(who) - _MOST_NAMED} more" if len(who) > _MOST_NAMED else ""
    named = f"{', '.join(who[:_MOST_NAMED])}{more}"
    return f"{told} in {len(who)} of {ran} gradings ({named}): {reason}"
