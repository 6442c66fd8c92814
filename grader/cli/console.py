"""What `grader run` tells a person while it grades, and when it has."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from grader.grade.points import total_points
from grader.grade.result import Verdict
from grader.reports.cleaning import clean_grade
from grader.reports.terminal import style_of
from grader.reports.text import (
    describe_late,
    describe_total,
    describe_verdict,
    explanation,
    headline,
    lost_checks,
    show_score,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

    from grader.grade.result import CheckResult, Grade

_MARKS = {
    Verdict.passed: "✓",
    Verdict.missing: "·",
    Verdict.not_run: "-",
    Verdict.grader_error: "!",
}


class ConsoleReporter:
    """A line for each check as it finishes; then the total, the first loss in full, the rest."""

    def __init__(self, *, everything: bool) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        self.problems = Console(highlight=False, soft_wrap=True, stderr=True)
        self.everything = everything
        self._status: Status | None = None
        self._width = 0

    @contextmanager
    def progress(
        self, title: str, name: str, checks: tuple[str, ...], devices: tuple[str, ...] = ("cpu",)
    ) -> Iterator[None]:
        """Show that something is going on, on a terminal only."""
        longest = max(map(len, devices)) + len(" on ") if len(devices) > 1 else 0
        self._width = max((len(check) for check in checks), default=0) + longest
        self._left = len(checks) * len(devices)
        self.console.print(Text(title, style="bold"))
        self.console.print(Text(f"grading {name}", style="bright_black"))
        if not self.console.is_terminal:
            yield
            return
        with self.console.status(self._waiting()) as self._status:
            yield
        self._status = None

    def tell_check(self, check: CheckResult, device: str = "") -> None:
        """Print the line of a check that has finished, with its device where there are two."""
        verdict = Verdict.grader_error if check.is_withheld else check.verdict
        mark = "~" if 0 < check.credit < 1 else _MARKS.get(verdict, "✗")
        points = f"{show_score(check.score)} / {show_score(check.points)}"
        line = Text(f"{mark} ", style=style_of(check))
        name = f"{check.name} on {device}" if device else check.name
        line.append(name.ljust(self._width), style="default")
        line.append(f"  {points:>11}  ", style="default")
        line.append(describe_verdict(check))
        self.console.print(line)
        self._left -= 1
        if self._status is not None:
            self._status.update(self._waiting())

    def tell_grade(self, grade: Grade) -> None:
        """Print the total, and what was lost and why."""
        grade = clean_grade(grade)
        losses = lost_checks(grade)
        told = losses if self.everything else losses[:1]
        for check in told:
            self._tell_loss(check)
        if rest := losses[len(told) :]:
            self.console.print()
            for check in rest:
                self._tell_shortly(check, [other.message for other in told])
            self.console.print(Text("--all explains them all", style="bright_black"))
        self.console.print()
        self.console.print(Text(headline(grade), style="bright_black"))
        for notice in grade.notices:
            self.console.print(Text(f"note: {notice}", style="yellow"))
        if late := describe_late(grade.late, grade.score):
            self.console.print(Text(late, style="yellow"))
        self.console.print(Text(describe_total(grade, total_points(grade)), style="bold"))

    def tell(self, line: str, style: str = "") -> None:
        """Print one line."""
        self.console.print(Text(line, style=style))

    def complain(self, line: str) -> None:
        """Print why there is no grade, where whoever started this can tell it from the rest."""
        self.problems.print(Text(line, style="red"))

    def _waiting(self) -> str:
        return f"{self._left} check{'s' if self._left != 1 else ''} to go"

    def _tell_loss(self, check: CheckResult) -> None:
        self.console.print()
        self.console.print(Text(f"{check.name}: {describe_verdict(check)}", style=style_of(check)))
        for text in explanation(check):
            self.console.print(Text("    " + text.rstrip().replace("\n", "\n    ")))

    def _tell_shortly(self, check: CheckResult, said: list[str]) -> None:
        line = Text(f"{check.name}: ", style=style_of(check))
        message = "the same" if check.message in said else check.message
        first, _, more = (message or describe_verdict(check)).partition("\n")
        second = more.partition("\n")[0]
        both = check.verdict is Verdict.wrong and second.startswith("got ")
        line.append(f"{first}, {second}" if both else first, style="default")
        line.truncate(max(40, self.console.width), overflow="ellipsis")
        self.console.print(line)
