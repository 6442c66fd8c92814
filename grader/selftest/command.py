"""What `grader selftest` does: promises first, and then one family of gradings after another."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment.folder import load_assignment
from grader.course.engines.jobs import Settings
from grader.files import TemporaryFolder, write_whole
from grader.selftest import families as known
from grader.selftest.bench import Bench
from grader.selftest.claims import probes_decide_nothing
from grader.selftest.paces import paces_earn_what_was_meant
from grader.selftest.promises import try_promises
from grader.selftest.repeats import next_one_is_unharmed, repeated_grades_agree, seeds_agree
from grader.selftest.report import (
    render_details,
    render_family,
    render_json,
    render_stopped,
    render_total,
)
from grader.selftest.solutions import load_solutions
from grader.selftest.sweeps import machine_mutants_lose
from grader.selftest.trials import Trials
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.assignment.folder import Assignment
    from grader.selftest.findings import Family
    from grader.selftest.solutions import Solutions

KEPT, BROKEN, INTERRUPTED = 0, 1, 130
PROMISES = "promises"
FAMILIES: dict[str, Callable[[Bench], Family]] = {
    "orders": known.reference_in_every_order,
    "constants": known.constants_earn_nothing,
    "correct": known.correct_keep_everything,
    "mutants": known.mutants_lose_what_they_say,
    "machine": machine_mutants_lose,
    "hostile": known.hostile_earn_nothing,
    "probes": probes_decide_nothing,
    "neighbours": next_one_is_unharmed,
    "seeds": seeds_agree,
    "repeats": repeated_grades_agree,
    "paces": paces_earn_what_was_meant,
}
"""What is tried after the promises, in this order."""


@dataclass
class SelftestCommand:
    """One run of the command; `only` names what to try, or everything is tried.

    `say` prints a line in a colour, `tick` shows what is being done.
    """

    assignment: str
    say: Callable[[str, str], object]
    tick: Callable[[str], object]
    races: bool = True
    full: bool = False
    only: Sequence[str] = ()
    repeat: int = 2
    jobs: int = 1
    record: Path | None = None
    _told: list[tuple[str, str]] = field(default_factory=list)
    _families: list[Family] = field(default_factory=list)
    _end: str = "broken off"

    def run(self) -> int:
        """Try everything, tell it; return the exit code.

        However it ends, what was found until then is told and recorded. Raises AssignmentError,
        MisuseError, SuiteBrokenError, and what the sandbox and the engine raise.
        """
        assignment = load_assignment(self.assignment)
        solutions = load_solutions(assignment)
        try:
            self._try_everything(assignment, solutions)
            self._end = "whole"
        except KeyboardInterrupt:
            self._end = "interrupted"
        finally:
            if self._end != "broken off" or self._told or self._families:
                self._tell_end()
                self._keep(assignment)
        if self._end == "interrupted":
            return INTERRUPTED
        wrong = self._is_broken or any(family.problems for family in self._families)
        return BROKEN if wrong else KEPT

    @property
    def _is_broken(self) -> bool:
        """Whether a promise is."""
        return any(problem for _, problem in self._told)

    @property
    def _chosen(self) -> list[str]:
        """The families to try."""
        return [name for name in FAMILIES if self._tries(name)]

    def _tries(self, name: str) -> bool:
        return (not self.only or name in self.only) and (self.races or name != "paces")

    def _try_everything(self, assignment: Assignment, solutions: Solutions) -> None:
        if assignment.reference is None:
            told = "that it earns every point, in every order, and that its mutants lose some"
            self.say(f"- no reference: not tried is {told}", "bright_black")
        if self._tries(PROMISES):
            with contextlib.chdir(assignment.folder):
                self._try_promises(assignment)
        if self._chosen and not self._is_broken:
            self._try_families(assignment, solutions)

    def _try_promises(self, assignment: Assignment) -> None:
        for promise, problem in try_promises(assignment, races=self.races):
            self._told.append((promise, problem))
            self.say(f"{'✗' if problem else '✓'} {promise}", "red" if problem else "green")
            if problem:
                self.say(f"  {problem}", "")

    def _try_families(self, assignment: Assignment, solutions: Solutions) -> None:
        settings = Settings(str(assignment.folder), jobs=self.jobs)
        with (
            TemporaryFolder("torchmarks-selftest-") as folder,
            contextlib.closing(Trials(settings)) as trials,
        ):
            place, begun = Path(folder), self._families
            how = self.full, self.repeat, self.tick
            bench = Bench(assignment, solutions, trials, place, *how, begun=begun)
            for name in self._chosen:
                self._try_family(name, bench)

    def _try_family(self, name: str, bench: Bench) -> None:
        """Try a family, and say its line, also where it ends early."""
        began, before = time.monotonic(), len(bench.begun)
        try:
            FAMILIES[name](bench)
        finally:
            for family in bench.begun[before:]:
                family.seconds = round(time.monotonic() - began, 1)
                self.say(*render_family(family))
        if bench.begun[-1].interrupted:
            raise KeyboardInterrupt

    def _tell_end(self) -> None:
        """Tell what was found, and the total, which promises that are kept have not."""
        for line, colour in render_details(self._families):
            self.say(line, colour)
        if self._families:
            self.say(*render_total(self._families, full=self.full, end=self._end))
        elif self._chosen or self._end != "whole":
            self.say(*render_stopped(self._told, end=self._end))

    def _keep(self, assignment: Assignment) -> None:
        """Write the record, where one is asked for."""
        if self.record is None:
            return
        text = render_json(assignment, self._told, self._families, full=self.full, end=self._end)
        try:
            write_whole(self.record.absolute(), text.encode(), named=True)
        except OSError as error:
            told = f"--json {self.record}: cannot be written: {error.strerror}"
            raise MisuseError(told) from error
