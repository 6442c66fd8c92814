"""What is told where there is no terminal to draw on: a line for each thing that happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from grader.reports.terminal import mark_of, style_of
from grader.reports.view import view_check

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from grader.grade.result import CheckResult
    from grader.practice.rounds import Rounds


class Log:
    """Prints a line for each check, then the first lost one in full and the rest a line each."""

    def __init__(self, console: Console, rounds: Rounds) -> None:
        self.console, self.rounds = console, rounds
        self._width = max(map(len, rounds.points), default=0)

    def begin(self) -> None:
        """Say that a round begins, and whether it has overtaken another."""
        rounds = self.rounds
        if rounds.number > 1:
            over = "saved again before the end: that round is superseded, " * rounds.overtakes
            self._print(f"\n{over}{rounds.file}: {rounds.asked} checks", "bold")

    def check(self, result: CheckResult) -> None:
        """Print what a check came to."""
        line = Text(f"{mark_of(result)} ", style=style_of(result))
        view = view_check(result)
        line.append(f"{result.name.ljust(self._width)}  {view.points:>9}  ", style="default")
        line.append(view.verdict)
        self.console.print(line)

    def end(self) -> None:
        """Print what was lost, and the points."""
        rounds = self.rounds
        if rounds.problem:
            self._print(rounds.problem, "red")
            return
        for first in rounds.lost[:1]:
            self._print("")
            for line in full_lines(first):
                self.console.print(line)
        for other in rounds.lost[1:]:
            self.console.print(short_line(other, self.console.width))
        for notice in rounds.notices:
            self._print(f"note: {notice}", "yellow")
        self._print("")
        self._print(
            f"{rounds.score} points of the public checks, in {rounds.seconds:.1f} s", "bold"
        )

    def tell(self, sentence: str) -> None:
        """Print a sentence of ours."""
        self._print(sentence, "yellow")

    def tick(self, read: Callable[[], str]) -> bool:
        """Go on: nobody presses a key here."""
        del read
        return True

    def _print(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style=style))


def full_lines(check: CheckResult) -> list[Text]:
    """Return a lost check in full: its sentence, what was wrong, and the input."""
    view = view_check(check)
    lines = [Text(view.heading, style=style_of(check))]
    for text in view.explanation:
        lines += [Text(f"    {line}".rstrip()) for line in text.rstrip().splitlines()]
    return lines


def short_line(check: CheckResult, width: int) -> Text:
    """Return a lost check in one line."""
    first = (check.message or view_check(check).verdict).partition("\n")[0]
    line = Text(f"{check.name}: ", style=style_of(check))
    line.append(first, style="default")
    line.truncate(max(40, width), overflow="ellipsis")
    return line
