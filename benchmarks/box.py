"""What the wall costs: a fork, a call, ten megabytes, a check, a start, memory.

    python -m benchmarks.box [--repeats 200] [--starts 7] [--write] [--note TEXT]

Sides take turns, so that a busy moment meets both. Each line gives the median of the
differences between the turns (or of the ratios), with the quarter and three-quarter
points, and the aim. The bare side is the same zygote without any confinement.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from benchmarks.box_sides import (
    CALLS,
    CODE,
    LIMITS,
    bare_zygote,
    calls,
    differences,
    loaded,
    summary,
)
from benchmarks.machine import describe_machine
from benchmarks.suite import proportional_set_size
from grader.inside.preload import MODULES
from grader.sandbox import Zygote, open_zygote

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.levels import Level

HERE = Path(__file__).parent
RESULTS = HERE / "results"
BIG = 1_250_000


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="keep the table in benchmarks/results")
    parser.add_argument("--note", default="", help="a line about the machine")
    asked = parser.parse_args()
    full, bare = open_zygote(notebooks=False, packages=("torch",)), bare_zygote()
    try:
        lines = [
            fork_line(full, bare, asked.repeats),
            call_line(full, bare, asked.repeats),
            call_in_process_line(full, asked.repeats),
            megabytes_over_bare_line(full, bare, asked.repeats // 4),
            megabytes_line(full, asked.repeats // 4),
            check_line(full, asked.repeats),
        ]
        bare.close()
        lines.append(memory_line(full))
    finally:
        full.close()
        bare.close()
    lines.append(start_line(full.level, asked.starts))
    show(lines, full.level.name, asked)


def fork_line(full: Zygote, bare: Zygote, repeats: int) -> dict[str, Any]:
    """Fork, one answer, and the end of it."""

    def once(zygote: Zygote) -> Callable[[], None]:
        def run() -> None:
            worker = zygote.fork(LIMITS)
            worker.ask("nothing", {}, 10)
            worker.close()

        return run

    return differences("a fork, over the bare fork", once(full), once(bare), repeats, 1e3, "ms", 15)


def call_line(full: Zygote, bare: Zygote, repeats: int) -> dict[str, Any]:
    """A call with one number, to a confined and to an unconfined worker."""
    workers = [loaded(full), loaded(bare)]
    line = differences(
        "a small call, over an unconfined worker",
        *(calls(w) for w in workers),
        repeats,
        1e6 / CALLS,
        "µs",
        60,
    )
    for worker in workers:
        worker.close()
    return line


def call_in_process_line(full: Zygote, repeats: int) -> dict[str, Any]:
    """The same call, over a call in the grader's own process."""
    worker = loaded(full)

    def direct() -> None:
        for _ in range(CALLS):
            function(1.0)

    names: dict[str, Any] = {}
    exec(CODE, names)
    function = names["f"]
    line = differences(
        "a small call, over one in the same process",
        calls(worker),
        direct,
        repeats,
        1e6 / CALLS,
        "µs",
        200,
    )
    worker.close()
    return line


def megabytes_over_bare_line(full: Zygote, bare: Zygote, repeats: int) -> dict[str, Any]:
    """Ten megabytes there and back, to a confined and to an unconfined worker."""
    workers, big = [loaded(full), loaded(bare)], torch.ones(BIG, dtype=torch.float64)
    line = differences(
        "10 MB there and back, over an unconfined worker",
        *(partial(worker.call, "f", (big,), {}) for worker in workers),
        max(repeats, 20),
        1e3,
        "ms",
        5,
    )
    for worker in workers:
        worker.close()
    return line


def megabytes_line(full: Zygote, repeats: int) -> dict[str, Any]:
    """Ten megabytes there and back, over a small call."""
    worker, big = loaded(full), torch.ones(BIG, dtype=torch.float64)
    line = differences(
        "10 MB there and back, over a small call",
        lambda: worker.call("f", (big,), {}),
        lambda: worker.call("f", (1.0,), {}),
        max(repeats, 20),
        1e3,
        "ms",
        5,
    )
    worker.close()
    return line


def check_line(full: Zygote, repeats: int) -> dict[str, Any]:
    """A check with one call: fork, load, call, end, over running the source here."""

    def boxed() -> None:
        worker = loaded(full)
        worker.call("f", (1.0,), {})
        worker.close()

    def direct() -> None:
        names: dict[str, Any] = {}
        exec(compile(CODE, "hw.py", "exec"), names)
        names["f"](1.0)

    return differences(
        "a check with one call, over the same in one process", boxed, direct, repeats, 1e3, "ms", 25
    )


def memory_line(full: Zygote) -> dict[str, Any]:
    """Proportional memory of a grader, its zygote and four loaded workers."""
    workers = [loaded(full) for _ in range(4)]
    total = proportional_set_size(os.getpid())
    for worker in workers:
        worker.close()
    value = total / 2**20
    return {
        "what": "memory (PSS) of grader, zygote and 4 workers",
        "median": value,
        "low": value,
        "high": value,
        "unit": "MiB",
        "aim": 1024,
    }


def start_line(level: Level, starts: int) -> dict[str, Any]:
    """A zygote from nothing to ready, over a plain interpreter with the same imports."""
    plain = f"import {', '.join(MODULES)}"
    ratios = []
    for _ in range(starts):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-I", "-c", plain], check=True, env={"OMP_NUM_THREADS": "1"}
        )
        middle = time.perf_counter()
        Zygote.launch(replace(level), notebooks=False, packages=("torch",)).ready().close()
        ratios.append((time.perf_counter() - middle) / (middle - began))
    return summary("a zygote's start, times a plain interpreter's", ratios, "x", 1.5)


def show(lines: list[dict[str, Any]], level: str, asked: argparse.Namespace) -> None:
    """Print the table, and keep it if that was asked for."""
    head = f"{level}; {describe_machine()}"
    rows = ["| what | median | quartiles | aim |", "|---|---|---|---|"]
    for line in lines:
        unit = line["unit"]
        rows.append(
            f"| {line['what']} | {line['median']:.3g} {unit} "
            f"| {line['low']:.3g} to {line['high']:.3g} {unit} "
            f"| at most {line['aim']} {unit} |"
        )
    text = "\n".join(["# What the wall costs", "", f"{head}. {asked.note}".strip(), "", *rows, ""])
    print(text)
    if asked.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "box.md").write_text(text)
        (RESULTS / "box.json").write_text(
            json.dumps({"about": head, "note": asked.note, "lines": lines}, indent=1)
        )


if __name__ == "__main__":
    main()
