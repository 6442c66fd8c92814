"""What is known of each check, and how far the checks of the latest save are."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.grade.points import show

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.grade.result import CheckResult


@dataclass
class Rounds:
    """The results by name, those of before until they are asked again, and the round of now.

    `first` of its checks read what changed; it `overtakes` one that was not over; `notices` are
    what loading the file had to say.
    """

    title: str
    file: str
    points: dict[str, float]
    level: str = ""
    results: dict[str, CheckResult] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    asked: int = 0
    first: int = 0
    number: int = 0
    superseded: int = 0
    overtakes: bool = False
    is_running: bool = False
    problem: str = ""
    notices: tuple[str, ...] = ()
    now: Callable[[], float] = time.monotonic
    _began: float = 0.0
    _seconds: float = 0.0

    def begin(self, order: tuple[str, ...], first: int) -> None:
        """Begin a round; one that is under way is overtaken by it, which is no failure."""
        self.overtakes = self.is_running
        self.superseded += self.overtakes
        self.left, self.asked, self.first = list(order), len(order), first
        self.number, self.is_running = self.number + 1, True
        self.problem, self.notices = "", ()
        self._began = self.now()

    def add(self, result: CheckResult) -> None:
        """Note what a check came to."""
        self.results[result.name] = result
        self.left = [name for name in self.left if name != result.name]

    def end(self, problem: str = "", notices: tuple[str, ...] = ()) -> None:
        """Note that nothing more comes, and why, where that is not for the end of all checks."""
        self.problem, self.notices = problem, notices
        self.left, self.is_running = [], False
        self._seconds = self.now() - self._began

    @property
    def done(self) -> int:
        """How many checks of the round have been answered."""
        return self.asked - len(self.left)

    @property
    def seconds(self) -> float:
        """How long the round has taken, or took."""
        return self.now() - self._began if self.is_running else self._seconds

    @property
    def lost(self) -> list[CheckResult]:
        """The checks that earned less than everything, in the suite's order, first those that ran.

        What only waits for another says nothing of its own.
        """
        there = [self.results[name] for name in self.points if name in self.results]
        lost = [check for check in there if not check.is_full]
        return sorted(lost, key=lambda check: bool(check.waits_for))

    @property
    def score(self) -> str:
        """The points so far, of those of the public checks."""
        earned = sum(round(100 * check.score) for check in self.results.values())
        return f"{show(earned)} of {show(sum(round(100 * p) for p in self.points.values()))}"
