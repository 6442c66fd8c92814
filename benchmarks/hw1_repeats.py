"""Grade one submission of hw1 many times, to see whether scores agree and where time goes.

    python -m benchmarks.hw1_repeats [FILE] --repeats 20

Grades with one seed each time; `--new-seeds` draws another for each, as another year would. The
race is left out: its own repeats are measured by the race's benchmark.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
from pathlib import Path

import torch

from grader.assignment import load_assignment
from grader.plugin.session import grade_submission
from grader.plugin.terms import Terms
from grader.room import Room

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "hw1_repeats.json"


def main() -> None:
    """Grade, and write scores and seconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "reference/loss_diagnosis.py")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--new-seeds", action="store_true")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    assignment = load_assignment(ROOT / "assignments" / "hw1")
    select = frozenset(assignment.checks) - frozenset(assignment.speed)
    room = Room.start(assignment)
    grades = []
    for repeat in range(options.repeats):
        terms = Terms(seed=repeat if options.new_seeds else 0)
        grade = grade_submission(assignment, options.file, terms=terms, room=room, select=select)
        grades.append(grade)
        print(repeat, grade.score, grade.ran_max_score, f"{grade.seconds:.1f} s", flush=True)
    room.close()
    table = summary(grades)
    print(json.dumps(table, indent=1))
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(json.dumps(table, indent=1) + "\n")


def summary(grades: list) -> dict:
    """Collect scores, what was measured, median seconds by check, and peak memory."""
    checks = {check.name: [] for check in grades[0].checks}
    measured: dict[str, list[float]] = {}
    for grade in grades:
        for check in grade.checks:
            checks[check.name].append(check.seconds)
            if check.measured is not None:
                measured.setdefault(check.name, []).append(check.measured)
    everyone = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    peaks = [resource.getrusage(who).ru_maxrss for who in everyone]
    return {
        "torch": torch.__version__,
        "machine": platform.machine(),
        "repeats": len(grades),
        "scores": sorted({grade.score for grade in grades}),
        "of": grades[0].ran_max_score,
        "seconds": statistics.median(grade.seconds for grade in grades),
        "peak_mib_of_grader_and_largest_child": [round(peak / 1024) for peak in peaks],
        "seconds_by_check": {name: round(statistics.median(s), 2) for name, s in checks.items()},
        "measured": {name: [round(v, 4) for v in (min(m), max(m))] for name, m in measured.items()},
    }


if __name__ == "__main__":
    main()
