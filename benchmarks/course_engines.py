"""What Ray costs a class beside this machine's own engine, and how long 30,000 grades would take.

    python -m benchmarks.course --engine [--sizes 2 1000] [--rounds 3] [--write]

The assignment and the class are those of `benchmarks.course`, grown to each of the sizes. Both
engines have the same two cores: `local` by two jobs at a time, Ray by a cluster of this machine
alone, whose node has them. In each round the engines run one after the other, in random order;
their ratio is of the whole command, and of what follows its start (the event `begin`).

The seconds of the gradings, and the processor time of the command and of the process that speaks to
Ray, go to `benchmarks.course_fleets`, which simulates the nodes of a cluster.
"""

import json
import os
import random
import resource
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.course_fleets import describe_fleets, time_of_command
from benchmarks.course_peers import Command
from benchmarks.course_small import ROOT, SMALL, hand_in, run
from benchmarks.machine import describe_machine
from tests.course.ray_nodes import Nodes

RESULTS = ROOT / "benchmarks" / "results" / "course_engines.md"
CORES = 2


@dataclass(frozen=True)
class Run:
    """One run of the command: seconds of the whole, until it could grade, and of each grading.

    `used` is the processor time of the command and of what it started on this machine itself.
    """

    whole: float
    start: float
    used: float
    gradings: tuple[float, ...]

    @property
    def rest(self) -> float:
        """The seconds after the start."""
        return self.whole - self.start


def grade_class(folder: Path, engine: str) -> Run:
    """Grade a class by one command on an engine."""
    with tempfile.TemporaryDirectory() as place:
        events = Path(place, "events.jsonl")
        words = ["class", str(SMALL), str(folder), "--out", f"{place}/grades", "--quiet"]
        seed = str(secrets.randbits(31))  # what one engine drew is not drawn for the other
        words += ["--seed", seed, "--jobs", str(CORES), "--events", str(events), "--engine", engine]
        before, began = _used(), time.time()
        run(Command([sys.executable, "-P", "-m", "grader", *words], ROOT, dict(os.environ)))
        ended, used = time.time(), _used() - before
        heard = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    graded = [line["seconds"] for line in heard if line["event"] == "graded"]
    if len(graded) != len(list(folder.iterdir())) or None in graded:
        raise RuntimeError("not all were graded")
    begin = next(line["at"] for line in heard if line["event"] == "begin")
    start = datetime.fromisoformat(begin).timestamp() - began
    return Run(ended - began, start, used, tuple(graded))


def _used() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def measure(sizes: Sequence[int], rounds: int) -> dict[int, dict[str, list[Run]]]:
    """Run both engines on a class of each size, in random order in each round."""
    found: dict[int, dict[str, list[Run]]] = {}
    with closing(Nodes(cores=CORES)) as nodes, tempfile.TemporaryDirectory() as place:
        engines = {"local": "local", "ray": f"ray={nodes.address}"}
        for size in sizes:
            folder = Path(place, f"class-{size}")
            hand_in(folder, size)
            runs = found[size] = {name: [] for name in engines}
            for _ in range(rounds):
                for name in random.sample(list(engines), len(engines)):
                    runs[name].append(one := grade_class(folder, engines[name]))
                    told = f"{one.whole:.2f} s, {one.start:.2f} s of them until it could grade"
                    print(f"{size} submissions, {name}: {told}", flush=True)
    return found


def describe(found: dict[int, dict[str, list[Run]]]) -> list[str]:
    """Return the lines of the comparison."""
    rounds = len(next(iter(found.values()))["local"])
    lines = [
        "# A class by Ray and by this machine's own engine",
        "",
        describe_machine(),
        "",
        f"By `python -m benchmarks.course --engine`; rounds: {rounds}; {CORES} cores each.",
        "",
        "| submissions | seconds | local | ray | ray / local, least to most |",
        "|---|---|---|---|---|",
    ]
    for size, runs in found.items():
        for part in ("whole", "start", "rest"):
            local, ray = ([getattr(one, part) for one in runs[name]] for name in ("local", "ray"))
            ratios = [there / here for here, there in zip(local, ray, strict=True)]
            middle = [statistics.median(each) for each in (local, ray, ratios)]
            spread = f"{middle[2]:.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            lines.append(f"| {size} | {part} | {middle[0]:.2f} | {middle[1]:.2f} | {spread} |")
    return [*lines, ""]


def cost_of_command(found: dict[int, dict[str, list[Run]]]) -> float:
    """Return the processor time that one more grade by Ray costs the command and its driver."""
    small, large = min(found), max(found)
    used = {n: statistics.median(one.used for one in found[n]["ray"]) for n in (small, large)}
    return (used[large] - used[small]) / max(1, large - small)


def compare(sizes: Sequence[int], rounds: int, *, write: bool) -> None:
    """Measure, print the tables, and write them where that is asked for."""
    found = measure(sizes, rounds)
    with tempfile.TemporaryDirectory() as place:
        (first,) = hand_in(Path(place), 1)
        keep = max(time_of_command(first, 500), cost_of_command(found))
    largest = found[max(found)]
    start = statistics.median(one.start for one in largest["ray"])
    lines = [*describe(found), *describe_fleets(largest["local"][-1].gradings, start, keep)]
    table = "\n".join([*lines, ""])
    print(table)
    if write:
        RESULTS.write_text(table, encoding="utf-8")
