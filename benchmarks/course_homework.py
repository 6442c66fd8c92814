"""What a submission of one of our homeworks costs in a class, races left out.

    python -m benchmarks.course_homework [hw2] [--submissions 60] [--rounds 3] [--write]

The class is right and wrong files in turn, those of `tests/correct` and of `tests/mutants`, spread
evenly over both and no two of the same bytes. Timed as in `benchmarks.course`: the wall's seconds
after start-up, divided by the submissions, at full isolation, one at a time and two. To reach: 2 s
for hw2 on two cores.
"""

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.course import grade_class
from benchmarks.course_small import ROOT
from benchmarks.machine import describe_machine
from grader import load_assignment
from grader.selftest.solutions import load_solutions

RESULTS = ROOT / "benchmarks" / "results"
GOAL_SECONDS = 2.0


def choose(homework: str, count: int) -> Iterator[Path]:
    """Yield so many solutions, every second one right."""
    solutions = load_solutions(load_assignment(ROOT / "assignments" / homework))
    kinds = [
        [one.path for one in kind if one.path.suffix == ".py"]
        for kind in (solutions.correct, solutions.mutants)
    ]
    for number in range(count):
        kind, turn = kinds[number % 2], number // 2
        yield kind[turn * len(kind) // (count // 2) % len(kind)]


def hand_in(folder: Path, homework: str, count: int) -> list[Path]:
    """Write the class into a folder."""
    folder.mkdir()
    files = []
    for number, solution in enumerate(choose(homework, count)):
        files.append(folder / f"student{number:05}.py")
        text = solution.read_text(encoding="utf-8")
        files[-1].write_text(f"{text}\n# {number}\n", encoding="utf-8")
    return files


def describe(homework: str, count: int, seconds: dict[int, list[float]]) -> str:
    """Return the table."""
    lines = [
        f"# A class of {count} of {homework}: seconds a submission, without races",
        "",
        describe_machine(),
        "",
        (
            f"By `python -m benchmarks.course_homework {homework}`; right and wrong files in turn; "
            f"rounds: {len(seconds[1])}."
        ),
        "",
        "| at a time | seconds a submission | least to most |",
        "|---|---|---|",
    ]
    for jobs, found in seconds.items():
        spread = f"{min(found):.2f} to {max(found):.2f}"
        lines.append(f"| {jobs} | {statistics.median(found):.2f} | {spread} |")
    if homework == "hw2":
        met = "met" if statistics.median(seconds[2]) <= GOAL_SECONDS else "missed"
        lines += ["", f"The goal of {GOAL_SECONDS:g} s on two cores is {met}."]
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("homework", nargs="?", default="hw2")
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write into benchmarks/results")
    chosen = parser.parse_args()
    seconds: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as place:
        files = hand_in(Path(place, "class"), chosen.homework, chosen.submissions)
        grade = partial(
            grade_class,
            assignment=ROOT / "assignments" / chosen.homework,
            more=("--races", "never"),
        )
        for _ in range(chosen.rounds):
            for jobs, found in seconds.items():
                found.append(grade(files, jobs))
                print(f"{jobs} at a time: {found[-1]:.2f} s", flush=True)
    table = describe(chosen.homework, chosen.submissions, seconds)
    print(table)
    if chosen.write:
        path = RESULTS / f"course_{chosen.homework}.md"
        path.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
