"""What all families work with: an assignment, its solutions, an engine, and how much to run."""

from __future__ import annotations

import io
import tokenize
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from grader.assignment.suite import load_suite
from grader.selftest.budget import affordable
from grader.selftest.findings import Family, describe_waiting, describe_withheld
from grader.selftest.solutions import REFERENCE, Solution
from grader.selftest.trials import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.selftest.solutions import Solutions
    from grader.selftest.trials import Trials, Tried

T = TypeVar("T")
SEED = 1
"""What a default run draws from: the same each time, so that it comes out the same each time."""
AS_FOUND = 0.99
"""The share at which as many inputs are drawn as ever, and none that fails is made smaller.

Machines of rules know of no share: what fails in them is made smaller all the same.
"""
ONE_FILE = "tried only where one file in Python is handed in"
ALL_TIMED = "every check is timed"
NO_REFERENCE = "there is no reference"


@dataclass(frozen=True)
class Bench:
    """What all families need: the assignment, its solutions, an engine, and how much to run.

    A share of each family runs by default, with `full` everything; grades are given `repeat` times,
    and under each of `seeds`, by default under the first. `tick` hears of each grading. The
    families that were `begun` are kept, for whoever is interrupted in one.
    """

    assignment: Assignment
    solutions: Solutions
    trials: Trials
    place: Path
    full: bool = False
    repeat: int = 2
    tick: Callable[[str], object] = str
    seeds: Sequence[int] = range(SEED + 1, SEED + 11)
    begun: list[Family] = field(default_factory=list)

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that are not timed, in the order of the TOML."""
        timed = load_suite(self.assignment).timed
        return tuple(check for check in self.assignment.checks if check not in timed)

    @property
    def right(self) -> tuple[Solution, ...]:
        """The right solutions: the reference, where there is one, and then the others."""
        path = self.assignment.reference
        if path is None:
            return self.solutions.correct
        place = path.parent if self.assignment.files else path
        return Solution(place, kind=REFERENCE), *self.solutions.correct

    def begin(self, name: str, promise: str) -> Family:
        """Begin a family."""
        self.begun.append(Family(name, promise))
        return self.begun[-1]

    def none_of(self, kind: str) -> str:
        """Say that there is no solution of a kind, and where one would lie."""
        what = "folder" if self.assignment.files else "file"
        return f"no {what} in {self.assignment.solutions.replace('*', kind)}"

    def name_of(self, suffix: str) -> str:
        """Return what a file of a kind is called when it is handed in, or "" where none is."""
        return next((name for name in self.assignment.accepts if name.endswith(suffix)), "")

    def choose(self, family: str, every: Sequence[T]) -> list[T]:
        """Choose as many as a default run can afford, spread evenly; with `full` all."""
        most = affordable(family, self.assignment.limits)
        if self.full or len(every) <= most:
            return list(every)
        return [every[i * len(every) // most] for i in range(most)]

    def trial(self, one: Solution, **more: object) -> Trial:
        """Return the grading of a solution by all checks but the races."""
        is_reference = one.kind == REFERENCE
        name = one.path.name if is_reference else self.name_of(one.path.suffix)
        made = Trial(one, one.path, name, self.checks, SEED, AS_FOUND, reference=is_reference)
        return replace(made, **more)  # type: ignore[arg-type]  # of the caller's own making

    def written(self, name: str, text: str) -> Path:
        """Write a submission of ours, for the engine to read, in the encoding that it names."""
        path = self.place / f"{name}.py"
        encoding, _ = tokenize.detect_encoding(io.BytesIO(text.encode()).readline)
        path.write_text(text, encoding=encoding)
        return path

    def run(self, trials: Iterable[Trial], family: Family, jobs: int = 0) -> Iterator[Tried]:
        """Make gradings for a family, and yield them; what could not be graded is a problem.

        So is a grade that is withheld. Which checks did not run, and why, is told as advice. Ctrl-C
        ends the family early. By no check there is no grading: none would be taken for all.
        """
        waiting, withheld = by_reason(), by_reason()
        held = 0
        try:
            for tried in self.trials.run((one for one in trials if one.select), jobs):
                family.ran += 1
                self.tick(f"{family.name}: {family.ran} of {family.of}")
                if tried.problem:
                    family.problems.append(f"{tried.trial.subject}: not graded: {tried.problem}")
                    continue
                waits = {} if tried.withheld else tried.not_run
                for noted, told in ((withheld, tried.withheld), (waiting, waits)):
                    for check, reason in told.items():
                        noted[check][reason].append(str(tried.trial.subject))
                held += bool(waits)
                if not tried.withheld:
                    yield tried
        except KeyboardInterrupt:
            family.interrupted = True
        family.problems += [describe_withheld(one, withheld[one], family.ran) for one in withheld]
        family.advice += [describe_waiting(one, waiting[one], family.ran) for one in waiting]
        family.facts["not_run"] = held
        if not (self.checks or family.ran or family.interrupted):
            family.of, family.untried = 0, family.untried or ALL_TIMED


def by_reason() -> dict[str, dict[str, list[str]]]:
    """Return a place for names, by check and by the reason that is told of it."""
    return defaultdict(lambda: defaultdict(list))
