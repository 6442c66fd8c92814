"""The full sweeps, step by step: what `tox -e full` runs, and what came of it.

    python -m benchmarks.sweep [STEP...] [--frames 1000000] [--seeds 1000] [--repeats 20]

All tests, the slow ones among them (every hostile file at every level, every solution under several
seeds), then frames, seeds and repeats: hours on two cores. As each step ends, what came of it is
kept in `results/full.json`, with its commit, and shown in `results/full.md`; steps can be run on
different days. Exits with 1 if a step that was run failed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from benchmarks.machine import describe_machine

RESULTS = Path(__file__).parent / "results"
APART = {
    "wall": ["tests/sandbox", "tests/test_hostile.py"],
    "race": ["tests/race"],
    "hw1": ["tests/hw1/test_solutions.py"],
    "hw2": ["tests/hw2/test_solutions.py"],
    "hw3": ["tests/hw3/test_solutions.py"],
    "answers": ["tests/test_answers.py", "tests/test_constants.py"],
    "draws": ["tests/test_draws_both_ways.py"],
    "selftest": ["tests/selftest"],
    "course": ["tests/course", "tests/library"],
}
"""Tests that take long, in pieces."""
TESTS = {
    **APART,
    "race": [*APART["race"], "-n", "0"],  # on a machine at rest
    "rest": ["tests", *(f"--ignore={path}" for paths in APART.values() for path in paths)],
}
STEPS = [*TESTS, "frames", "seeds", "repeats"]
OUTCOMES = ("failure", "error", "skipped")


def run(arguments: list[str]) -> dict[str, Any]:
    """Run one Python command, showing what it prints as it comes; how it ended, and when."""
    began, last = time.monotonic(), ""
    command = [sys.executable, "-u", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line.strip(" =\n") or last
    return {
        "command": " ".join(["python", *arguments]),
        "commit": commit(),
        "date": time.strftime("%Y-%m-%d"),
        "ended": process.returncode,
        "said": last,
        "minutes": round((time.monotonic() - began) / 60, 1),
    }


def run_tests(paths: list[str]) -> dict[str, Any]:
    """Run some tests, and count what became of those of each module."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "tests.xml"
        shared = ["-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"]
        step = run([*shared, "-m", "slow or not slow", *paths, f"--junitxml={report}"])
        step["command"] = step["command"].rpartition(" ")[0]
        return {**step, **(read_report(report) if report.exists() else {})}


def read_report(report: Path) -> dict[str, Any]:
    """Count passed, failed and skipped tests; name what failed, and why some were skipped."""
    counts: dict[str, Counter[str]] = {}
    reasons: Counter[str] = Counter()
    failed = []
    for case in ElementTree.parse(report).iter("testcase"):
        module = case.get("classname", "?")
        found = next((kind for kind in OUTCOMES if case.find(kind) is not None), "passed")
        counts.setdefault(module, Counter())[found] += 1
        if found == "skipped":
            reasons[case.find(found).get("message", "?")] += 1  # type: ignore[union-attr] # found
        elif found != "passed":
            failed.append(f"{module}::{case.get('name')}")
    return {"tests": counts, "failed": failed, "skipped": reasons}


def commit() -> str:
    """Name the commit that is being tested, and say if anything but results was changed since."""
    named = _git("rev-parse", "--short", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", ":(top,exclude)benchmarks/results")
    return f"{named}, changed" if changed else named or "unknown"


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def page(steps: dict[str, dict[str, Any]]) -> str:
    """Lay out what came of the steps, each the last time it was run."""
    lines = ["# The full sweep", "", f"`tox -e full`, on {describe_machine()}.", ""]
    lines += [
        "| step | commit | date | minutes | status | last line |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {step['commit']} | {step['date']} | {step['minutes']} | {step['ended']} "
        f"| {step['said']} |"
        for name, step in steps.items()
    ]
    lines += ["", *(f"* {name}: `{step['command']}`" for name, step in steps.items())]
    if waiting := [name for name in STEPS if name not in steps]:
        lines += [f"* not run yet: {', '.join(waiting)}"]
    tables = [step for step in steps.values() if "tests" in step]
    lines += ["", "| module | passed | failed | skipped |", "|---|---|---|---|"]
    for module, of in sorted(pair for step in tables for pair in step["tests"].items()):
        wrong = of.get("failure", 0) + of.get("error", 0)
        lines.append(f"| {module} | {of.get('passed', 0)} | {wrong} | {of.get('skipped', 0)} |")
    reasons = sum((Counter(step["skipped"]) for step in tables), Counter())
    lines += ["", *(f"* failed: {test}" for step in tables for test in step["failed"])]
    lines += [f"* skipped {n}: {reason}" for reason, n in sorted(reasons.items())]
    return "\n".join([*lines, ""])


def keep(name: str, step: dict[str, Any]) -> None:
    """Put what came of a step in place of what came of it before."""
    table = RESULTS / "full.json"
    known = json.loads(table.read_text(encoding="utf-8")) if table.exists() else {}
    steps = {**known, name: step}
    table.write_text(json.dumps(steps, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "full.md").write_text(page(steps), encoding="utf-8")


def main() -> int:
    """Run the steps asked for, or all; the exit status says whether all of these passed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"of {', '.join(STEPS)}")
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=20)
    asked = parser.parse_args()
    if strange := set(asked.steps) - set(STEPS):
        parser.error(f"there is no step {strange.pop()!r}; there are {', '.join(STEPS)}")
    commands = {
        "frames": ["-m", "tests.sandbox.fuzz", str(asked.frames)],
        "seeds": ["-m", "benchmarks.hw1_seeds", "--seeds", str(asked.seeds)],
        "repeats": ["-m", "benchmarks.hw1_repeats", "--repeats", str(asked.repeats)],
    }
    ends = []
    for name in asked.steps or STEPS:
        step = run_tests(TESTS[name]) if name in TESTS else run(commands[name])
        keep(name, step)
        ends.append(step["ended"])
    return int(any(ends))


if __name__ == "__main__":
    sys.exit(main())
