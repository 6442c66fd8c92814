"""Whether a grade that is given again is the same while every core is busy with something else.

    python -m benchmarks.repeats hw2 --repeat 20 --write

A right solution of a homework, and the wrong one that loses most, are graded so many times under
one seed, by all checks that are not timed, two at a time, beside a hog on each core. With `--write`
the homework's row of `benchmarks/results/repeats.md` is replaced. To reach: no check ever comes
out otherwise.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import describe_machine
from benchmarks.race_spread import load
from benchmarks.rows import tell_row
from grader.assignment.folder import load_assignment
from grader.course.engines.jobs import Settings
from grader.selftest.bench import Bench
from grader.selftest.repeats import repeated_grades_agree
from grader.selftest.solutions import Solutions, load_solutions
from grader.selftest.trials import Trials

if TYPE_CHECKING:
    from grader.selftest.findings import Family

RESULTS = Path(__file__).parent / "results" / "repeats.md"
HEAD = """# Grades that are given again, beside a hog on each core

| homework | of | times each | checks each time | came out otherwise | not run | when, where |
|---|---|---|---|---|---|---|
"""


def main() -> None:
    """Grade again and again, print what differs and the row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("homework")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    family = repeat(options.homework, options.repeat, options.jobs)
    row = render_row(options.homework, options.repeat, family)
    tell_row(row, family, (RESULTS, HEAD), write=options.write)


def repeat(homework: str, times: int, jobs: int) -> Family:
    """Give the grades beside the hogs."""
    began = time.monotonic()
    assignment = replace(load_assignment(homework), reference=None)  # a submission stands for it
    solutions = load_solutions(assignment)
    worst = max(solutions.mutants, key=lambda mutant: len(mutant.loses))
    chosen = Solutions(solutions.correct[:1], (worst,))
    with (
        tempfile.TemporaryDirectory() as place,
        load("hog"),
        closing(Trials(Settings(str(assignment.folder), jobs=jobs))) as trials,
    ):
        family = repeated_grades_agree(
            Bench(assignment, chosen, trials, Path(place), full=True, repeat=times)
        )
    family.seconds = time.monotonic() - began
    return family


def render_row(homework: str, times: int, family: Family) -> str:
    """Return the row of a homework."""
    cells = (
        *(homework, family.facts["of"], times, family.facts["checks"]),
        *(len(family.problems), family.facts["not_run"]),
        f"{family.seconds:.0f} s, {describe_machine()}",
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
