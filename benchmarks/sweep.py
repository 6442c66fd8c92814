"""Every full sweep in turn: what `tox -e full` runs, and what came of it.

    python -m benchmarks.sweep [--frames 1000000] [--seeds 1000] [--repeats 20] [PYTEST'S OPTIONS]

All tests, the slow ones among them (every hostile file at every level, every solution under several
seeds), then frames, seeds and repeats. Takes hours on two cores. Writes `results/full.md` as each
step ends, and exits with 1 if one of them failed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.machine import describe_machine

RESULTS = Path(__file__).parent / "results" / "full.md"
OUTCOMES = ("failure", "error", "skipped")


@dataclass(frozen=True)
class Step:
    """One command that was run: how it ended, its last line, and how long it took."""

    command: str
    ended: int
    said: str
    seconds: float


def run(arguments: list[str]) -> Step:
    """Run one Python command, showing what it prints as it comes."""
    began, last = time.monotonic(), ""
    command = [sys.executable, "-u", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line.strip(" =\n") or last
    shown = " ".join(["python", *(a for a in arguments if not a.startswith("--junitxml"))])
    return Step(shown, process.returncode, last, time.monotonic() - began)


def test_table(report: Path) -> list[str]:
    """Count what became of the tests of each module, and list why some were skipped."""
    counts: dict[str, Counter[str]] = {}
    reasons: Counter[str] = Counter()
    for case in ElementTree.parse(report).iter("testcase"):
        found = next((kind for kind in OUTCOMES if case.find(kind) is not None), "passed")
        counts.setdefault(case.get("classname", "?"), Counter())[found] += 1
        if found == "skipped":
            reasons[case.find(found).get("message", "?")] += 1  # type: ignore[union-attr] # found
    lines = ["| module | passed | failed | skipped |", "|---|---|---|---|"]
    for module, of in sorted(counts.items()):
        failed = of["failure"] + of["error"]
        lines.append(f"| {module} | {of['passed']} | {failed} | {of['skipped']} |")
    return [*lines, "", *(f"* skipped {n}: {reason}" for reason, n in sorted(reasons.items()))]


def commit() -> str:
    """Name the commit that is being tested, and whether anything was changed since."""
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"commit {done.stdout.strip() or 'unknown'}"


def page(steps: list[Step], tests: list[str]) -> str:
    """Lay out what came of the steps so far."""
    lines = ["# The full sweep", "", f"`tox -e full` at {commit()}; {describe_machine()}.", ""]
    lines += ["| step | ended with | last line | minutes |", "|---|---|---|---|"]
    lines += [
        f"| `{step.command}` | {step.ended} | {step.said} | {step.seconds / 60:.0f} |"
        for step in steps
    ]
    return "\n".join([*lines, "", *tests, ""])


def main() -> int:
    """Run everything; the exit status says whether all of it passed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=20)
    asked, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "tests.xml"
        shared = ["-n", "2", "--dist", "loadgroup"]
        every = ["-m", "pytest", "-q", *shared, "-m", "slow or not slow", *options]
        commands = [
            [*every, f"--junitxml={report}"],
            ["-m", "tests.box.fuzz", str(asked.frames)],
            ["-m", "benchmarks.hw1_seeds", "--seeds", str(asked.seeds)],
            ["-m", "benchmarks.hw1_repeats", "--repeats", str(asked.repeats)],
        ]
        steps: list[Step] = []
        for command in commands:
            steps.append(run(command))
            RESULTS.write_text(page(steps, test_table(report)), encoding="utf-8")
    return int(any(step.ended for step in steps))


if __name__ == "__main__":
    sys.exit(main())
