"""What it costs to hand in a large file, and to read public data of half a gigabyte.

    python -m benchmarks.given [--repeats 9] [--write]

A worker is forked, loaded and called once, as for a check of one call: with nothing else, with a
file of 50 MB that was handed in, with that file read, and with all of 512 MiB of public data
mapped and added up. Seconds of the wall's, median and quarters; the peak of a worker's memory is
what the kernel says, with the pages of files that it has mapped, and its private memory without.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.machine import describe_machine
from grader.assignment.folder import Assignment, load_assignment
from grader.grading.data_hash import data_versions
from grader.sandbox.opened import Sandbox
from grader.source.beside import Beside
from grader.source.handin import Source
from grader.source.notebook import Cell
from grader.submission.loading import Loader

HERE = Path(__file__).parent
ROWS, PIXELS = 1 << 19, 1 << 10  # of one byte each: 512 MiB
WEIGHTS = 50_000_000
CODE = """
import numpy as np
import resource

def nothing():
    return 0.0

def read():
    return float(np.load("weights.npy")[-1])

def added():
    return float(np.load("images/rows.npy", mmap_mode="r").sum(dtype=np.int64))

def used():
    held = dict(line.split(":") for line in open("/proc/self/status"))
    return [int(held[name].split()[0]) / 1024 for name in ("VmHWM", "RssAnon")]
"""
TOML = """
title = "Given"
accepts = ["given.py"]
exports = ["nothing", "read", "added", "used"]
public_data = "images"
[points]
test_given = 1
"""


def make_assignment(home: Path) -> Assignment:
    """Write an assignment with half a gigabyte of data."""
    (home / "images").mkdir(parents=True)
    rows = np.lib.format.open_memmap(
        home / "images" / "rows.npy", "w+", np.uint8, shape=(ROWS, PIXELS)
    )
    for at in range(0, ROWS, 1 << 14):
        rows[at : at + (1 << 14)] = np.random.default_rng(at).integers(0, 256, (1 << 14, PIXELS))
    del rows
    (home / "assignment.toml").write_text(TOML)
    (home / "test_given.py").write_text("def test_given(submission):\n    '''Given.'''\n")
    return load_assignment(home)


def measure(sandbox: Sandbox, call: str, files: tuple[Beside, ...], repeats: int) -> str:
    """One row: seconds of a worker's life, and its memory in MiB."""
    seconds, used = [], [0.0, 0.0]
    for _ in range(repeats):
        began = time.perf_counter()
        source = Source("given.py", "", "py", (Cell(0, CODE),), files=files)
        worker = Loader(source, sandbox.assignment, reference=False).fork(sandbox)
        worker.call(call, [], {})
        took = time.perf_counter()
        used = worker.call("used", [], {}).value  # type: ignore[union-attr]  # it returns
        again = time.perf_counter()
        worker.close()
        seconds.append(time.perf_counter() - began - (again - took))
    low, middle, high = statistics.quantiles(seconds, n=4)
    return f"{middle:.3f} | {low:.3f} to {high:.3f} | {used[0]:.0f} | {used[1]:.0f} |"


def measure_all(repeats: int) -> tuple[list[str], float]:
    """The rows of the table, and the seconds that the hash of the data took."""
    with tempfile.TemporaryDirectory() as folder:
        assignment = make_assignment(Path(folder) / "given")
        began = time.perf_counter()
        data_versions(assignment)
        hashed = time.perf_counter() - began
        weights = (Beside("weights.npy", _bytes_of(np.zeros(WEIGHTS, np.uint8))),)
        cases: tuple[tuple[str, str, tuple[Beside, ...]], ...] = (
            ("a call and nothing else", "nothing", ()),
            ("50 MB handed in", "nothing", weights),
            ("50 MB handed in, and read", "read", weights),
            ("512 MiB of public data, added up", "added", ()),
        )
        sandbox = Sandbox.start(assignment)
        try:
            rows = [f"| {what} | {measure(sandbox, *case, repeats)}" for what, *case in cases]
        finally:
            sandbox.close()
    return rows, hashed


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--write", action="store_true", help="keep the table in benchmarks/results")
    asked = parser.parse_args()
    rows, hashed = measure_all(asked.repeats)
    text = "\n".join(
        (
            "# What large files cost",
            "",
            "`python -m benchmarks.given --write`; one worker's life, median and quarters.",
            "",
            "| | s | quarters | peak MiB, mapped files included | private MiB |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"The hash of the public data took {hashed:.2f} s, once.",
            "",
            describe_machine(),
            "",
        )
    )
    print(text)
    if asked.write:
        (HERE / "results" / "given.md").write_text(text, encoding="utf-8")


def _bytes_of(array: np.ndarray) -> bytes:
    with tempfile.TemporaryFile() as file:
        np.save(file, array)
        file.seek(0)
        return file.read()


if __name__ == "__main__":
    main()
