"""Whether every solution of a homework earns the same, whatever is drawn.

    python -m benchmarks.seeds hw2 --seeds 2 3 4 --write
    python -m benchmarks.seeds hw1 --seeds 0 --only predict_in_half predict_shuffled

All right solutions and all wrong ones made by hand are graded under each seed, by all checks that
are not timed and by as many inputs as ever; hw1 with its long fit shortened, as the tests have it.
As a seed ends its row of `benchmarks/results/seeds.md` is replaced with `--write`, so that seeds
can be run on different days. To reach: under ten seeds a right solution keeps every point, and a
wrong one loses what it says; what it loses by luck is named. `--only` grades some again, as when
their docstrings have changed; a row is made of all.
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
from benchmarks.mutants import tell
from benchmarks.rows import tell_row
from grader.assignment.folder import load_assignment
from grader.course.engines.jobs import Settings
from grader.selftest.bench import Bench
from grader.selftest.repeats import seeds_agree
from grader.selftest.solutions import Solutions, load_solutions
from grader.selftest.trials import Trials
from tests.submissions import shorten_hw1

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.selftest.findings import Family

RESULTS = Path(__file__).parent / "results" / "seeds.md"
HEAD = """# Every solution under other seeds

Seeds 0 to 4 of hw2 and hw3, and seed 1 of hw1, are of the slow tests: see [the sweep](full.md).

| homework, seed | solutions | came out otherwise | not run | lost by luck, as said | when, where |
|---|---|---|---|---|---|
"""


def main() -> None:
    """Grade under each seed, print what came out otherwise and the row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("homework")
    parser.add_argument("--seeds", nargs="+", type=int, default=Bench.seeds)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", nargs="+", default=(), metavar="NAME")
    options = parser.parse_args()
    if options.only and options.write:
        parser.error("a row is made of all solutions: leave out --only or --write")
    for seed in options.seeds:
        family = grade_all(options.homework, seed, options.jobs, options.only)
        row = render_row(options.homework, seed, family)
        tell_row(row, family, (RESULTS, HEAD), write=options.write)


def grade_all(homework: str, seed: int, jobs: int, only: Collection[str] = ()) -> Family:
    """Grade all solutions of a homework under one seed, or those alone whose files are named."""
    began = time.monotonic()
    assignment = replace(load_assignment(homework), reference=None)  # a submission stands for it
    solutions = load_solutions(assignment)
    if only:
        solutions = _named(solutions, only)
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        folder = shorten_hw1(place) if homework == "hw1" else assignment.folder
        with closing(Trials(Settings(str(folder), jobs=jobs))) as trials:
            bench = Bench(assignment, solutions, trials, place, full=True, seeds=(seed,), tick=tell)
            family = seeds_agree(bench)
    family.seconds = time.monotonic() - began
    return family


def _named(solutions: Solutions, names: Collection[str]) -> Solutions:
    """Choose solutions by the names of their files; ends with a sentence where there is none."""
    correct, mutants = (
        tuple(one for one in several if Path(one.where).stem in names)
        for several in (solutions.correct, solutions.mutants)
    )
    if missing := {*names} - {Path(one.where).stem for one in (*correct, *mutants)}:
        raise SystemExit(f"no such solution: {', '.join(sorted(missing))}")
    return Solutions(correct, mutants)


def render_row(homework: str, seed: int, family: Family) -> str:
    """Return the row of a homework under a seed."""
    luck: dict[str, dict[str, int]] = family.facts["luck"]  # type: ignore[assignment]  # its form
    told = "; ".join(f"{Path(name).name} {', '.join(checks)}" for name, checks in luck.items())
    cells = (
        *(
            f"{homework}, {seed:2}",
            family.ran,
            len(family.problems),
            family.facts["not_run"],
            told or "nothing",
        ),
        f"{family.seconds:.0f} s, {describe_machine()}",
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
