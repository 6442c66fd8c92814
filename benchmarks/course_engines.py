"""What Ray costs a class beside this machine's own engine, and how long 30,000 grades would take.

    python -m benchmarks.course --engine [--sizes 2 1000] [--rounds 3] [--write]

The assignment and the class are those of `benchmarks.course`, grown to each of the sizes. Both
engines have the same two cores: `local` by two jobs at a time, Ray by a cluster of this machine
alone, whose node has them. In each round the engines run one after the other, in random order;
their ratio is of the whole command, and of what follows its start (the event `begin`).

The simulation takes from the last local run how long each grading took on its core (by the events),
and from an engine that has all grades ready how long the command itself takes for one: to read and
to keep it; or, where that is more, what a grade of the largest class cost the command and the
process that speaks to Ray together in processor time. Every node has so many cores and starts after
the seconds that the measured one took; whoever has been free for longest has the next submission,
when the one command has kept the grade before it. Shown is the time of all, the share of the cores'
time in which they wait, and what bounds it: the cores, the command, or the start and the last
grading.
"""

import heapq
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console

from benchmarks.course import ROOT, SMALL, hand_in, run
from benchmarks.course_peers import Command
from benchmarks.machine import describe_machine
from grader.assignment.folder import load_assignment
from grader.course.contents import Content
from grader.course.engines.jobs import Job, Message
from grader.course.plan import Plan, Work
from grader.course.progress import ProgressBar
from grader.course.run import ClassRun
from grader.course.store import Store
from grader.course.students import Attempt
from tests.course.ray_nodes import Nodes

RESULTS = ROOT / "benchmarks" / "results" / "course_engines.md"
CORES = 2
MANY, FLEETS, OF_A_NODE = 30_000, (4, 32, 256), 16


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
        words += ["--seed", "1", "--jobs", str(CORES), "--events", str(events), "--engine", engine]
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


class ReadyEngine:
    """Has a grade ready for every job, so that what is left is the command's own time."""

    level = "L3r"

    def __init__(self, grade: str) -> None:
        self.grade, self.begun = grade, list[Job]()

    def has_room(self, *, alone: bool = False) -> bool:
        """There is room for as many as 256 nodes have."""
        return not alone and len(self.begun) < FLEETS[-1] * OF_A_NODE

    def begin(self, job: Job) -> None:
        """Take a job."""
        self.begun.append(job)

    def end(self, number: int) -> None:
        """Forget a job."""
        self.begun = [job for job in self.begun if job.number != number]

    def hear(self, _seconds: float) -> Iterator[tuple[Job, Message]]:
        """Yield the grade of the first job."""
        yield self.begun.pop(0), Message(grade=self.grade)

    def close(self) -> None:
        """Have nothing to end."""


def time_of_command(folder: Path, count: int) -> float:
    """Return the seconds that the command itself takes to give out, read and keep one grade."""
    with tempfile.TemporaryDirectory() as place:
        words = ["run", str(SMALL), str(next(folder.iterdir())), "--seed", "1"]
        words += ["--json", f"{place}/grade.json"]
        run(Command([sys.executable, "-P", "-m", "grader", *words], ROOT, dict(os.environ)))
        engine = ReadyEngine(Path(place, "grade.json").read_text(encoding="utf-8"))
        assignment = load_assignment(SMALL)
        content = Content("", dict.fromkeys(assignment.checks, ""))
        works = [
            Work(str(n), Attempt(folder / f"{n}.py"), (str(n),), tuple(assignment.checks))
            for n in range(count)
        ]
        with (
            Store.open(Path(place), assignment.name) as store,
            ProgressBar(Console(stderr=True), quiet=True) as bar,
        ):
            began = time.perf_counter()
            ClassRun(store, lambda: engine, content, bar).run(Plan(checks=works))
            return (time.perf_counter() - began) / count


def simulate(
    gradings: Sequence[float], nodes: int, start: float, keep: float, count: int = MANY
) -> tuple[float, float, str]:
    """Return the seconds that a class takes, the share of idle cores, and what bounds it.

    Whoever has been free for longest has the next grading, which it is given when the command has
    kept what it was busy with; that takes `keep` seconds a grade.
    """
    chance, free = random.Random(1), [start] * (nodes * OF_A_NODE)
    work = [chance.choice(gradings) for _ in range(count)]
    command_free, ended = start, start
    heapq.heapify(free)
    for seconds in work:
        at = heapq.heappop(free)
        command_free = max(command_free, at) + keep
        heapq.heappush(free, command_free + seconds)
        ended = max(ended, command_free + seconds)
    busy, cores = sum(work), nodes * OF_A_NODE
    bounds = {
        "the cores": busy / cores,
        "the command": count * keep,
        "start and the last grading": start + max(work),
    }
    return ended, 1 - busy / (cores * ended), max(bounds, key=lambda name: bounds[name])


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


def describe(found: dict[int, dict[str, list[Run]]], keep: float) -> str:
    """Return the tables."""
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
    largest = found[max(found)]
    gradings = largest["local"][-1].gradings
    small = statistics.median(one.used for one in found[min(found)]["ray"])
    more = statistics.median(one.used for one in largest["ray"]) - small
    keep = max(keep, more / max(1, max(found) - min(found)))
    start = statistics.median(one.start for one in largest["ray"])
    lines += [
        "",
        f"## {MANY} on many nodes, simulated",
        "",
        (
            f"From {len(gradings)} gradings measured on a core, of {min(gradings):.2f} to "
            f"{max(gradings):.2f} s (median {statistics.median(gradings):.2f} s); nodes of "
            f"{OF_A_NODE} cores that start in {start:.1f} s; {1000 * keep:.1f} ms of the command a "
            f"grade. Core hours of the gradings: {MANY * statistics.mean(gradings) / 3600:.1f}."
        ),
        "",
        "| nodes | cores | seconds | idle | bound by |",
        "|---|---|---|---|---|",
    ]
    for nodes in FLEETS:
        seconds, idle, bound = simulate(gradings, nodes, start, keep)
        lines.append(f"| {nodes} | {nodes * OF_A_NODE} | {seconds:.0f} | {idle:.0%} | {bound} |")
    return "\n".join([*lines, ""])


def compare(sizes: Sequence[int], rounds: int, *, write: bool) -> None:
    """Measure, print the tables, and write them where that is asked for."""
    found = measure(sizes, rounds)
    with tempfile.TemporaryDirectory() as place:
        hand_in(Path(place, "class"), 1)
        keep = time_of_command(Path(place, "class"), 500)
    table = describe(found, keep)
    print(table)
    if write:
        RESULTS.write_text(table, encoding="utf-8")
