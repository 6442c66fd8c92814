"""A grade as people are told of it: made once, and only laid out by each report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.grade.points import count_earned, round_half_up, show, total_points
from grader.reports.cleaning import clean_grade
from grader.reports.wording import (
    describe_late,
    describe_total,
    describe_verdict,
    explain,
    headline,
)

if TYPE_CHECKING:
    from grader.grade.result import CheckResult, Grade


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check: its points before any penalty, its verdict in words, and what explains it.

    Where a picture of a race is `drawn`, the explanation of that name has no text in its place.
    """

    check: CheckResult
    earned: str
    possible: str
    verdict: str
    explanation: tuple[str, ...]
    drawn_explanation: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the check is called."""
        return self.check.name

    @property
    def points(self) -> str:
        """The points as they stand in a table."""
        return f"{self.earned} / {self.possible}"

    @property
    def heading(self) -> str:
        """The line above what explains it."""
        return f"{self.name}: {self.verdict}"

    @property
    def is_lost(self) -> bool:
        """Whether it was asked and did not earn all that it is worth, which is then explained."""
        return self.check.was_asked and not self.check.is_full

    @property
    def is_told(self) -> bool:
        """Whether there is more to say of it than its verdict: it is lost, or is information."""
        return self.is_lost or (self.check.was_asked and bool(self.check.message))


@dataclass(frozen=True, slots=True)
class GradeView:
    """A grade: circumstances, title and file, notices, a row for each check, total, lateness."""

    headline: str
    title: str
    submission: str
    notices: tuple[str, ...]
    checks: tuple[CheckView, ...]
    total: str
    late: str

    @property
    def lost(self) -> list[CheckView]:
        """The checks that did not earn all that they are worth, in the order of the suite."""
        return [check for check in self.checks if check.is_lost]

    @property
    def information(self) -> list[CheckView]:
        """The checks that were passed and found out something besides."""
        return [check for check in self.checks if check.is_told and not check.is_lost]

    @property
    def told(self) -> list[CheckView]:
        """The checks that are explained: first what was lost, then what is information."""
        return [*self.lost, *self.information]


def view_grade(grade: Grade) -> GradeView:
    """Return what is told of a grade, with harmless texts; hide before what is not to be seen."""
    grade = clean_grade(grade)
    return GradeView(
        headline=headline(grade),
        title=grade.title,
        submission=grade.submission.name,
        notices=grade.notices,
        checks=tuple(map(view_check, grade.checks, count_earned(grade))),
        total=describe_total(grade, total_points(grade)),
        late=describe_late(grade.late, grade.score),
    )


def view_check(check: CheckResult, earned: int | None = None) -> CheckView:
    """Return what is told of a check, whose texts are harmless.

    In a grade it `earned` so many hundredths, such that all add up; alone it is rounded alone.
    """
    return CheckView(
        check=check,
        earned=show(round_half_up(check.score * 100) if earned is None else earned),
        possible=show(round(check.points * 100)),
        verdict=describe_verdict(check),
        explanation=tuple(explain(check)),
        drawn_explanation=tuple(explain(check, drawn=True)),
    )
