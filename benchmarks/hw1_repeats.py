"""Grade one submission of hw1 many times, to see whether scores agree and where time goes.

    python -m benchmarks.hw1_repeats [FILE] --repeats 20

Grades the reference, or a file, with one seed each time; `--new-seeds` draws another for each, as
another year would. The race is left out, for its own repeats are measured by the race's benchmark;
`--race` includes it.
Which checks were left out is in the result, and where the seconds of a grade go: `seconds` is the
median of a whole grade, `seconds_by_check` of each check, the longest first. The long fit counts
for the first check that asks for it, `test_training_reaches_the_loss_of_the_note`, and what is left
over goes to opening and closing workers. Exits with 1 where scores differ, or the reference loses.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import sys
from pathlib import Path

import torch

from grader.assignment.folder import load_assignment
from grader.assignment.suite import load_suite
from grader.grade.result import Verdict
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.sandbox.opened import Sandbox

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "hw1_repeats.json"


def main() -> int:
    """Grade, and write scores and seconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--new-seeds", action="store_true")
    parser.add_argument("--race", action="store_true", help="race too")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    assignment = load_assignment(ROOT / "assignments" / "hw1")
    left_out = frozenset() if options.race else load_suite(assignment).timed
    select = frozenset(assignment.checks) - left_out
    sandbox = Sandbox.start(assignment)
    grades = []
    for repeat in range(options.repeats):
        seed = repeat if options.new_seeds else 0
        choices = GradingOptions(seed=seed, role="submission" if options.file else "reference")
        grade = grade_submission(
            assignment, options.file, options=choices, sandbox=sandbox, select=select
        )
        grades.append(grade)
        print(repeat, grade.score, grade.ran_max_score, f"{grade.seconds:.1f} s", flush=True)
    sandbox.close()
    table = {"left_out": sorted(left_out), **summary(grades)}
    print(json.dumps(table, indent=1))
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(json.dumps(table, indent=1) + "\n")
    scores, of = table["scores"], table["of"]
    print(f"{' or '.join(f'{score:g}' for score in scores)} of {of:g}, {options.repeats} times")
    return int(len(scores) > 1 or (options.file is None and scores != [of]))


def summary(grades: list) -> dict:
    """Collect scores, what was measured, median seconds by check, and peak memory."""
    seconds: dict[str, list[float]] = {}
    measured: dict[str, list[float]] = {}
    for grade in grades:
        for check in grade.checks:
            if check.verdict is not Verdict.not_run:
                seconds.setdefault(check.name, []).append(check.seconds)
            if check.measured is not None:
                measured.setdefault(check.name, []).append(check.measured)
    medians = {name: round(statistics.median(each), 2) for name, each in seconds.items()}
    everyone = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    peaks = [resource.getrusage(who).ru_maxrss for who in everyone]
    return {
        "torch": torch.__version__,
        "machine": platform.machine(),
        "repeats": len(grades),
        "scores": sorted({grade.score for grade in grades}),
        "of": grades[0].ran_max_score,
        "seconds": round(statistics.median(grade.seconds for grade in grades), 1),
        "peak_mib_of_grader_and_largest_child": [round(peak / 1024) for peak in peaks],
        "seconds_by_check": dict(sorted(medians.items(), key=lambda item: -item[1])),
        "measured": {name: [round(v, 4) for v in (min(m), max(m))] for name, m in measured.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
