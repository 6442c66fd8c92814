"""What one `grader check` does, from the words of its command line to its exit code."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from grader.assignment.folder import AssignmentError
from grader.assignment.needs import with_needs
from grader.course.engines.jobs import EngineError
from grader.practice.engine import start_engine
from grader.practice.explain import explain_check
from grader.practice.log import Log
from grader.practice.loop import Loop
from grader.practice.place import Place, find_check, find_practice_place
from grader.practice.refusals import PracticeRefusedError
from grader.practice.rounds import Rounds
from grader.practice.screen import Screen
from grader.source.handin import MisuseError
from grader.text import NO_TEXT, clean_path, is_text

if TYPE_CHECKING:
    from rich.console import Console

    from grader.practice.loop import Display

RIGHT, LOST, MISUSED, NOTHING_RAN, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass(frozen=True)
class CheckCommand:
    """One run of the command: `check` is the word for one check, `explain` for one to explain."""

    check: str | None = None
    explain: str | None = None
    watch: bool = False
    assignment: str | None = None
    submission: Path | None = None
    practice: bool = False

    def run(self, console: Console, problems: Console) -> int:
        """Check and tell; return the exit code."""
        try:
            self._require_one_wish()
            place = find_practice_place(Path.cwd(), self.assignment, self.submission)
            _require_text(place.path)
            word = self.explain or self.check
            name = find_check(place, word) if word else None
            return self._run(console, place, name)
        except (AssignmentError, MisuseError, PracticeRefusedError) as problem:
            problems.print(Text(str(problem), style="red"))
            return MISUSED
        except EngineError as problem:
            problems.print(Text(f"nothing could be checked: {problem}", style="red"))
            return NOTHING_RAN
        except KeyboardInterrupt:
            return INTERRUPTED

    def _require_one_wish(self) -> None:
        """Raise MisuseError where a wish would be left out without a word."""
        if self.explain is not None and (self.check is not None or self.watch):
            raise MisuseError(
                f"--explain explains {clean_path(self.explain)} and nothing else: leave out "
                f"{'--watch' if self.watch else clean_path(self.check or '')}"
            )

    def _run(self, console: Console, place: Place, name: str | None) -> int:
        assignment = place.assignment
        names = with_needs(assignment.needs, [name]) if name else place.checks
        points = {check: assignment.points[check] for check in assignment.points if check in names}
        rounds = Rounds(assignment.title, place.name, points)
        console.print(Text(assignment.title, style="bold"))
        count = f"{len(names)} public checks" if len(names) > 1 else names[0]
        console.print(Text(f"{place.name}: {count}", style="bright_black"))
        with ExitStack() as stack:
            engine, why = start_engine(assignment, practice=self.practice)
            stack.callback(engine.close)
            rounds.level = engine.level
            marked = f"{engine.level}: {why}" if why else engine.level
            console.print(Text(marked, style="bright_black"))
            if self.watch:
                display = self._display(console, rounds, place, stack)
                Loop(place, engine, rounds, display).watch(names)
            elif self.explain and name:
                Loop(place, engine, rounds, _Silent(console, rounds)).run_once(names)
                self._explain(console, place, rounds, name)
            else:
                Loop(place, engine, rounds, Log(console, rounds)).run_once(names)
        if rounds.problem:
            return NOTHING_RAN
        return LOST if rounds.lost else RIGHT

    @staticmethod
    def _display(console: Console, rounds: Rounds, place: Place, stack: ExitStack) -> Display:
        if not console.is_terminal or console.is_dumb_terminal:
            return Log(console, rounds)
        screen = Screen(console, rounds, place.assignment)
        stack.enter_context(screen.drawn())
        return screen

    @staticmethod
    def _explain(console: Console, place: Place, rounds: Rounds, name: str) -> None:
        if rounds.problem:
            console.print(Text(rounds.problem, style="red"))
            return
        console.print()
        for line in explain_check(place.assignment, name, rounds.results.get(name)):
            console.print(line, soft_wrap=True)  # a line that is broken cannot be pasted


def _require_text(path: Path) -> None:
    """Raise MisuseError for a path of other bytes than UTF-8's, which no engine can be sent."""
    if not is_text(str(path)):
        raise MisuseError(f"{clean_path(str(path))} {NO_TEXT}")


class _Silent(Log):
    """Tells nothing while the check is run that is explained afterwards."""

    def check(self, result: object) -> None:
        """Wait for the end."""

    def end(self) -> None:
        """Leave it to whoever explains."""
