"""What `grader selftest` does: promises first, and then one family of gradings after another."""

from __future__ import annotations

import contextlib
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment.folder import load_assignment
from grader.course.engines.jobs import Settings
from grader.selftest import families as known
from grader.selftest.claims import probes_decide_nothing
from grader.selftest.families import Bench
from grader.selftest.paces import paces_earn_what_was_meant
from grader.selftest.promises import find_broken_promises
from grader.selftest.repeats import next_one_is_unharmed, repeated_grades_agree, seeds_agree
from grader.selftest.report import render_details, render_family, render_json, render_total
from grader.selftest.solutions import load_solutions
from grader.selftest.sweeps import machine_mutants_lose
from grader.selftest.trials import Trials
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.assignment.folder import Assignment
    from grader.selftest.findings import Family

KEPT, BROKEN = 0, 1
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

    def run(self) -> int:
        """Try everything, tell it; return the exit code.

        Raises AssignmentError, MisuseError, and what the sandbox and the engine raise.
        """
        assignment = load_assignment(self.assignment)
        load_solutions(assignment)  # what is wrong with them is said at once
        if self._tries(PROMISES):
            with contextlib.chdir(assignment.folder):
                self._try_promises(assignment)
        broken = any(problem for _, problem in self._told)
        if not broken and any(map(self._tries, FAMILIES)):
            self._try_families(assignment)
            for line, colour in render_details(self._families):
                self.say(line, colour)
            self.say(*render_total(self._families, full=self.full))
        if self.record is not None:
            text = render_json(assignment, self._told, self._families, full=self.full)
            _keep(text, self.record)
        broken |= any(family.problems for family in self._families)
        return BROKEN if broken else KEPT

    def _tries(self, name: str) -> bool:
        return (not self.only or name in self.only) and (self.races or name != "paces")

    def _try_promises(self, assignment: Assignment) -> None:
        for promise, problem in find_broken_promises(assignment, races=self.races):
            self._told.append((promise, problem))
            self.say(f"{'✗' if problem else '✓'} {promise}", "red" if problem else "green")
            if problem:
                self.say(f"  {problem}", "")

    def _try_families(self, assignment: Assignment) -> None:
        settings = Settings(str(assignment.folder), jobs=self.jobs)
        solutions = load_solutions(assignment)
        with (
            tempfile.TemporaryDirectory(prefix="torchmarks-selftest-") as folder,
            contextlib.closing(Trials(settings)) as trials,
        ):
            bench = Bench(
                assignment, solutions, trials, Path(folder), self.full, self.repeat, self.tick
            )
            for name in filter(self._tries, FAMILIES):
                began = time.monotonic()
                family = FAMILIES[name](bench)
                family.seconds = round(time.monotonic() - began, 1)
                self._families.append(family)
                self.say(*render_family(family))


def _keep(text: str, record: Path) -> None:
    try:
        record.write_text(text, encoding="utf-8")
    except OSError as error:
        raise MisuseError(f"--json {record}: cannot be written: {error.strerror}") from error
