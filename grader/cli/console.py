"""What `grader run` tells a person while it grades, and when it has."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from grader.cli.output import StandardOutput
from grader.grade.result import Verdict
from grader.reports.terminal import indented, mark_of, style_of
from grader.reports.view import CheckView, view_check, view_grade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

    from grader.grade.result import CheckResult, Grade


class ConsoleReporter:
    """A line for each check as it finishes; then the total, the first loss in full, the rest."""

    def __init__(self, *, everything: bool) -> None:
        self.output = StandardOutput()
        self.console = self.output.console(highlight=False, soft_wrap=True)
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
        view = view_check(check)
        line = Text(f"{mark_of(check)} ", style=style_of(check))
        name = f"{check.name} on {device}" if device else check.name
        line.append(name.ljust(self._width), style="default")
        line.append(f"  {view.points:>11}  ", style="default")
        line.append(view.verdict)
        self.console.print(line)
        self._left -= 1
        if self._status is not None:
            self._status.update(self._waiting())

    def tell_grade(self, grade: Grade) -> None:
        """Print the total, what was lost and why, and what is information."""
        view = view_grade(grade)
        losses = view.lost
        told = losses if self.everything else losses[:1]
        for check in told:
            self._explain(check)
        if rest := losses[len(told) :]:
            self.console.print()
            for check in rest:
                self._tell_shortly(check, [other.check.message for other in told])
            self.console.print(Text("--all explains them all", style="bright_black"))
        for check in view.information:
            self._explain(check)
        self.console.print()
        self.console.print(Text(view.headline, style="bright_black"))
        for notice in view.notices:
            self.console.print(Text(f"note: {notice}", style="yellow"))
        if view.late:
            self.console.print(Text(view.late, style="yellow"))
        self.console.print(Text(view.total, style="bold"))

    def tell(self, line: str, style: str = "") -> None:
        """Print one line."""
        self.console.print(Text(line, style=style))

    def complain(self, line: str) -> None:
        """Print why there is no grade, where whoever started this can tell it from the rest."""
        self.problems.print(Text(line, style="red"))

    def _waiting(self) -> str:
        return f"{self._left} check{'s' if self._left != 1 else ''} to go"

    def _explain(self, view: CheckView) -> None:
        self.console.print()
        self.console.print(Text(view.heading, style=style_of(view.check)))
        for text in view.explanation:
            self.console.print(indented(text))

    def _tell_shortly(self, view: CheckView, said: list[str]) -> None:
        check = view.check
        line = Text(f"{check.name}: ", style=style_of(check))
        message = "the same" if check.message in said else check.message
        first, _, more = (message or view.verdict).partition("\n")
        second = more.partition("\n")[0]
        both = check.verdict is Verdict.wrong and second.startswith("got ")
        line.append(f"{first}, {second}" if both else first, style="default")
        line.truncate(max(40, self.console.width), overflow="ellipsis")
        self.console.print(line)
