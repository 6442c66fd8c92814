"""How many mutants made by machine lose a check, of the right solutions that are named.

    python -m benchmarks.mutants hw2 loops torch_func --write

Each mutant is graded until it loses a check, by all checks that are not timed; for hw1 with
its long fit shortened, as the tests have it. `reference` names the reference. With `--write` the
lines of these solutions in `benchmarks/results/mutants.md` are replaced. To reach: 99 %.
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
from benchmarks.rows import tell_row
from grader.assignment.folder import load_assignment
from grader.course.engines.jobs import Settings
from grader.selftest.bench import Bench
from grader.selftest.solutions import Solutions, load_solutions
from grader.selftest.sweeps import machine_mutants_lose
from grader.selftest.trials import Trials
from tests.submissions import shorten_hw1

if TYPE_CHECKING:
    from grader.selftest.findings import Family

RESULTS = Path(__file__).parent / "results" / "mutants.md"
HEAD = """# Mutants made by machine

| solution | mutants | right all the same | judged | lost a check | share | when, where |
|---|---|---|---|---|---|---|
"""
REFERENCE = "reference"


def main() -> None:
    """Sweep each solution, print its survivors and its line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("homework")
    parser.add_argument("solutions", nargs="+")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    held = load_solutions(load_assignment(options.homework)).correct
    known = [REFERENCE, *(str(one) for one in held if one.path.suffix == ".py")]
    if unknown := [name for name in options.solutions if name not in known]:
        parser.error(f"no right solution in Python: {', '.join(unknown)}; there are {known}")
    for name in options.solutions:
        family = sweep(options.homework, name, options.jobs)
        line = render_line(options.homework, name, family)
        tell_row(line, family, (RESULTS, HEAD), write=options.write)


def sweep(homework: str, name: str, jobs: int) -> Family:
    """Grade all mutants of one right solution."""
    assignment = load_assignment(homework)
    solutions = load_solutions(assignment)
    correct = tuple(one for one in solutions.correct if str(one) == name)
    with tempfile.TemporaryDirectory() as temporary:
        place, began = Path(temporary), time.monotonic()
        folder = shorten_hw1(place) if homework == "hw1" else assignment.folder
        if name != REFERENCE:
            assignment = replace(assignment, reference=None)
        files = {one.path.name for one in correct} or {Path(str(assignment.reference)).name}
        known = Solutions(correct, equivalents=solutions.equivalents.of(files))
        with closing(Trials(Settings(str(folder), jobs=jobs))) as trials:
            family = machine_mutants_lose(
                Bench(assignment, known, trials, place, full=True, tick=tell)
            )
        family.seconds = time.monotonic() - began
    return family


def tell(progress: str) -> None:
    """Print every twentieth grading."""
    if int(progress.split()[1]) % 20 == 0:
        print(progress, flush=True)


def render_line(homework: str, name: str, family: Family) -> str:
    """Return the row of a solution."""
    equivalent, judged, lost = (
        int(str(family.facts[name])) for name in ("equivalent", "judged", "lost")
    )
    cells = (
        *(f"{homework} {name}", family.ran, equivalent, judged, lost, f"{lost / judged:.1%}"),
        f"{family.seconds:.0f} s, {describe_machine()}",
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
