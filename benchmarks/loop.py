"""How long a student waits: for the first words of `grader check`, and after a save for a verdict.

    python -m benchmarks.loop [--starts 7] [--saves 20] [--write]

In hw2 as students get it, with a right solution. A start is a process, timed until it has written
its first line, its first verdict, and its last. A save changes a number in a comment of one of four
functions in turn; from then on it is timed until the first verdict is shown by what `--watch` is
made of, and what the check itself took is taken off: its draws, and its calls. Both are done with
the wall, and without it, as on macOS and Windows. To reach: 3 s for the first words, and half a
second, beyond the check's own, for the first verdict after a save.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.machine import describe_machine
from grader import CheckResult, load_assignment
from grader.practice.engine import start_engine
from grader.practice.loop import Loop
from grader.practice.place import find_practice_place
from grader.practice.rounds import Rounds
from grader.release.student_repository import copy_public

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("results") / "loop.md"
SOLUTION = ROOT / "tests/correct/hw2/loops.py"
FUNCTIONS = ("gradient", "taylor", "classify", "minimum_ratio")
SIDES = {"behind the wall": False, "without it": True}
FIRST_WORDS, FIRST_VERDICT = 3.0, 0.5
WORDS, VERDICT, ALL = "first words", "first verdict", "all verdicts"
SAVED, BEYOND = "a save to its first verdict", "beyond the check's own"
Seconds = dict[str, list[float]]


def make_repository(place: Path) -> Path:
    """Put hw2 as students have it into a folder, and a right solution beside it."""
    assignment = load_assignment(ROOT / "assignments/hw2")
    copy_public(assignment, place / "assignments/hw2")
    (place / "hw2.py").write_text(SOLUTION.read_text(encoding="utf-8"), encoding="utf-8")
    return place


def time_start(place: Path, *, practice: bool) -> dict[str, float]:
    """Give the command; return the seconds until it says something, and until it has ended."""
    words = [sys.executable, "-m", "grader", "check", *["--practice"] * practice]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    found, began = {}, time.perf_counter()
    with subprocess.Popen(
        words, cwd=place, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            for what in (WORDS, VERDICT) if line.startswith(("✓", "✗")) else (WORDS,):
                found.setdefault(what, time.perf_counter() - began)
    found[ALL] = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"a right solution was not right: exit code {process.returncode}")
    return found


@dataclass
class Typist:
    """Saves when a round is over, and notes when the first verdict after a save is shown."""

    file: Path
    saves: int
    seconds: Seconds = field(default_factory=lambda: {SAVED: [], BEYOND: []})
    _saved: float = 0.0

    def begin(self) -> None:
        """A round begins."""

    def check(self, result: CheckResult) -> None:
        """Note the first verdict."""
        if self._saved:
            waited = time.perf_counter() - self._saved
            self.seconds[SAVED].append(waited)
            self.seconds[BEYOND].append(waited - result.seconds)
            self._saved = 0.0

    def end(self) -> None:
        """Save, as editors do: beside the file, and then under its name."""
        count = len(self.seconds[SAVED])
        if count == self.saves:
            return
        head = f"def {FUNCTIONS[count % len(FUNCTIONS)]}("
        before, _, after = SOLUTION.read_text(encoding="utf-8").partition(head)
        arguments, _, body = after.partition(":\n")
        text = f"{before}{head}{arguments}:\n    # save {count}\n{body}"
        beside = self.file.with_suffix(".new")
        beside.write_text(text, encoding="utf-8")
        self._saved = time.perf_counter()
        beside.replace(self.file)

    def tell(self, sentence: str) -> None:
        """Nobody is told anything."""

    def tick(self, read: Callable[[], str]) -> bool:  # noqa: ARG002 - no key is pressed
        """Go on until all saves have been answered."""
        return len(self.seconds[SAVED]) < self.saves


def time_saves(place: Path, saves: int, *, practice: bool) -> Seconds:
    """Watch the file, and save it so many times."""
    here = find_practice_place(place)
    typist = Typist(here.path, saves)
    points = {name: here.assignment.points[name] for name in here.checks}
    engine, _ = start_engine(here.assignment, practice=practice)
    try:
        loop = Loop(here, engine, Rounds(here.assignment.title, here.name, points), typist)
        loop.watch(here.checks)
    finally:
        engine.close()
    return typist.seconds


def measure(place: Path, starts: int, saves: int) -> dict[str, Seconds]:
    """Return the seconds by side and by what was waited for."""
    found: dict[str, Seconds] = {side: {WORDS: [], VERDICT: [], ALL: []} for side in SIDES}
    for _ in range(starts):
        for side, practice in SIDES.items():
            for what, seconds in time_start(place, practice=practice).items():
                found[side][what].append(seconds)
    for side, practice in SIDES.items():
        found[side] |= time_saves(place, saves, practice=practice)
    return found


def describe(found: dict[str, Seconds]) -> str:
    """Return the table."""
    goals = {WORDS: f"{FIRST_WORDS:g}", BEYOND: f"{FIRST_VERDICT:g}"}
    lines = [
        "# How long a student waits, in seconds",
        "",
        describe_machine(),
        "",
        "hw2 as students get it, with a right solution. By `python -m benchmarks.loop`.",
        "",
        "| waited for | side | times | median | least to most | to reach |",
        "|---|---|---|---|---|---|",
    ]
    for side, table in found.items():
        for what, seconds in table.items():
            middle, spread = statistics.median(seconds), f"{min(seconds):.2f} to {max(seconds):.2f}"
            goal = goals.get(what, "")
            row = (what, side, str(len(seconds)), f"{middle:.2f}", spread, goal)
            lines.append(f"| {' | '.join(row)} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--saves", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/loop.md")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CONFIG_HOME"] = place  # no secret lies here
        os.environ.pop("TORCHMARKS_SECRET", None)
        table = describe(measure(make_repository(Path(place)), chosen.starts, chosen.saves))
    print(table)
    if chosen.write:
        RESULTS.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
