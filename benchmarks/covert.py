"""How many bits two workers that want to can pass on, from one grade into the next.

    python -m benchmarks.covert LEVEL [NAME...] [--tries 5] [--same]

Each channel is a file of `benchmarks/channels`: a worker writes random bits by it, its grade ends,
and a worker of the next grade, with a zygote of its own, reads them. What counts is how many bits
came through: N of them, p wrong, carry N·(1 − H(p)). With `--same` both are of one zygote, as two
submissions that are graded in a row.
"""

from __future__ import annotations

import argparse
import ast
import math
import os
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from grader.assignment.limits import Limits
from grader.sandbox import Returned, Zygote, open_zygote

if TYPE_CHECKING:
    from grader.sandbox import Outcome

FOLDER = Path(__file__).with_name("channels")
_CHANCE = 0.45
ROOMY = Limits(call_seconds=40, cpu_seconds=100, load_seconds=30)


def main() -> None:
    """Try each channel, and print what it carried."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("level")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--tries", type=int, default=5)
    parser.add_argument("--same", action="store_true")
    asked = parser.parse_args()
    for path in sorted(FOLDER.glob("*.py")):
        if not asked.names or path.stem in asked.names:
            tries = [once(path, asked.level, same=asked.same) for _ in range(asked.tries)]
            print(f"{asked.level} {path.stem}: {summary(tries)}", flush=True)


def once(path: Path, level: str, *, same: bool) -> dict[str, Any]:
    """One message: the bits, those that came back, and the seconds it took to write and to read."""
    text = f"MESSAGE = {time.time_ns()}\n{path.read_text()}"
    facts = {
        node.targets[0].id: node.value  # type: ignore[attr-defined] - a name alone
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
    }
    if "BIG" in ast.dump(facts["COLD"]):
        forget(Path(torch.__file__).parent / "lib" / "libtorch_cpu.so")
    bits = [bool(random.getrandbits(1)) for _ in range(ast.literal_eval(facts["BITS"]))]
    first = open_zygote(level=level, notebooks=False, packages=("torch",))
    _, writing = ask(first, text, "write", bits)
    if not same:
        first.close()
        first = open_zygote(level=level, notebooks=False, packages=("torch",))
    outcome, reading = ask(first, text, "read", len(bits))
    first.close()
    found = outcome.value if isinstance(outcome, Returned) else []
    return {"bits": bits, "found": found, "outcome": outcome, "seconds": (writing, reading)}


def ask(zygote: Zygote, text: str, export: str, argument: object) -> tuple[Outcome, float]:
    """Call one side of a channel in a fresh worker, and time it."""
    worker = zygote.fork(ROOMY)
    request = {"kind": "py", "name": "hw.py", "cells": [(0, text, [])], "mode": "needed"}
    more = {"statement_seconds": 5, "all_seconds": 5, "exports": [export], "also": []}
    more |= {"files": [], "path": [], "packages": [], "modules": [], "linked": {}, "skip": []}
    worker.load({**request, **more}, 30, 30)
    began = time.perf_counter()
    outcome = worker.call(export, (argument,), {})
    taken = time.perf_counter() - began
    worker.close()
    return outcome, taken


def summary(tries: list[dict[str, Any]]) -> str:
    """Bits carried by a message, in the mean."""
    sent = sum(len(one["bits"]) for one in tries)
    wrong = sum(a != b for one in tries for a, b in zip(one["bits"], one["found"], strict=False))
    lost = sum(len(one["bits"]) - len(one["found"]) for one in tries)
    if lost:
        return f"refused ({str(tries[0]['outcome'])[:100]})"
    writing, reading = (max(one["seconds"][side] for one in tries) for side in (0, 1))
    bits = sent / len(tries) * max(0.0, 1 - entropy(wrong / sent))
    return (
        f"{bits:.3g} of {sent // len(tries)} bits a message ({wrong} of {sent} were wrong; "
        f"{writing:.1f} s to write, {reading:.1f} s to read)"
    )


def entropy(share: float) -> float:
    """Of a coin that falls on one side so often, in bits; near half and above is chance."""
    if share == 0:
        return 0.0
    if share > _CHANCE:
        return 1.0
    return -share * math.log2(share) - (1 - share) * math.log2(1 - share)


def forget(path: Path) -> None:
    """Take a file's pages out of memory, as a restart of the machine would."""
    file = os.open(path, os.O_RDONLY)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(file)


if __name__ == "__main__":
    main()
