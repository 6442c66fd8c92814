"""A screen that stays: a header that does not scroll away, the first lost check, keys below.

It is drawn beside what the terminal had before, and that is there again afterwards.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.text import Text

from grader.practice.explain import hint_lines
from grader.practice.log import full_lines, short_line
from grader.reports.terminal import mark_of, style_of
from grader.reports.view import view_check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from grader.assignment.folder import Assignment
    from grader.grade.result import CheckResult
    from grader.practice.rounds import Rounds

KEYS = "a all   n next   h hint   q quit"


class Screen:
    """Draws the rounds anew whenever something happens."""

    def __init__(self, console: Console, rounds: Rounds, assignment: Assignment) -> None:
        self.console, self.rounds, self.assignment = console, rounds, assignment
        self.shown, self.everything, self.hint = 0, False, False
        self.sentence = ""
        self._live = Live(console=console, screen=True, auto_refresh=False)

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """Draw meanwhile; afterwards the terminal is as it was, with a last line for memory."""
        with self._live:
            self._draw()
            yield
        rounds = self.rounds
        self.console.print(f"{rounds.file}: {rounds.score} points of the public checks")

    def begin(self) -> None:
        """Show that a round begins."""
        self.shown = 0
        self._draw()

    def check(self, result: CheckResult) -> None:
        """Show what a check came to."""
        del result
        self._draw()

    def end(self) -> None:
        """Show that the round is over."""
        self._draw()

    def tell(self, sentence: str) -> None:
        """Show a sentence of ours, from now on."""
        self.sentence = sentence
        self._draw()

    def tick(self, read: Callable[[], str]) -> bool:
        """Obey a key, if one was pressed; False ends it all."""
        key = read().lower()
        if key == "q":
            return False
        if key == "a":
            self.everything = not self.everything
        elif key == "n":
            self.shown, self.hint = self.shown + 1, False
        elif key == "h":
            self.hint = not self.hint
        if key or self.rounds.is_running:
            self._draw()
        return True

    def lines(self, width: int, height: int) -> list[Text]:
        """Return what is drawn, on a screen of such a size: the header first, the keys last."""
        head = self._head()
        room = max(1, height - len(head) - 2)
        body = self._all_lines() if self.everything else self._body(width, room)
        if len(body) > room:
            body = [*body[: room - 1], Text(f"… {len(body) - room + 1} more lines", "bright_black")]
        body += [Text()] * (room - len(body))
        return [*head, *body, Text(), Text(KEYS, style="reverse")]

    def _draw(self) -> None:
        width, height = self.console.size
        lines = self.lines(width, height)
        for line in lines:
            line.no_wrap, line.overflow = True, "ellipsis"
        self._live.update(Group(*lines), refresh=True)

    def _head(self) -> list[Text]:
        rounds = self.rounds
        if rounds.is_running:
            state = f"{rounds.done} of {rounds.asked} checks"
            if rounds.first < rounds.asked:
                state += f", {rounds.first} that read what changed first"
        else:
            state = "waiting for a save" if rounds.number else "starting"
        told = f"{rounds.score} points   {rounds.seconds:.1f} s   {state}"
        over = f"   {rounds.superseded} superseded" if rounds.superseded else ""
        title = Text(f"{rounds.title}  ", style="bold")
        title.append(f"{rounds.file}, {rounds.level}", style="not bold bright_black")
        head = [title, Text(told + over), Text()]
        notices = [*filter(None, [self.sentence]), *rounds.notices[:2]]
        return [*head[:2], *(Text(notice, style="yellow") for notice in notices), head[2]]

    def _body(self, width: int, room: int) -> list[Text]:
        rounds, lost = self.rounds, self.rounds.lost
        if rounds.problem:
            return [Text(rounds.problem, style="red")]
        if not lost:
            done = rounds.number and not rounds.is_running
            return [Text("Every public check is passed.", style="green")] if done else []
        chosen = lost[self.shown % len(lost)]
        full = full_lines(chosen)
        if self.hint:
            full = [full[0], *hint_lines(self.assignment, chosen.name)]
        others = [short_line(check, width) for check in lost if check is not chosen]
        spare = max(room - len(others) - 1, room // 2)
        if len(full) > spare:
            full = [*full[: spare - 1], Text("    … (a larger window shows more)", "bright_black")]
        return [*full, Text(), *others]

    def _all_lines(self) -> list[Text]:
        rounds, width = self.rounds, max(map(len, self.rounds.points), default=0)
        found = []
        for name in rounds.points:
            result = rounds.results.get(name)
            if result is None:
                found.append(Text(f"  {name}", style="bright_black"))
                continue
            view = view_check(result)
            line = Text(f"{mark_of(result)} ", style=style_of(result))
            found.append(line.append(f"{name.ljust(width)}  {view.points:>9}  {view.verdict}"))
        return found
