"""How long 30,000 grades would take on the nodes of a cluster, from what was measured on one.

From measured runs comes how long each grading took on its core (by the events), and from an engine
that has all grades ready how long the command itself takes for one: to read and to keep it; or,
where that is more, what a grade cost the command and the process that speaks to Ray together in
processor time. Every node has so many cores and starts after the seconds that the measured one
took; whoever has been free for longest has the next submission, when the one command has kept the
grade before it. Shown is the time of all, the share of the cores' time in which they wait, and what
bounds it: the cores, the command, or the start and the last grading.
"""

import heapq
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.course_peers import Command
from benchmarks.course_small import ROOT, SMALL, run
from grader.assignment.folder import load_assignment
from grader.course.contents import Content
from grader.course.engines.jobs import Job, Message
from grader.course.plan import Plan, Work
from grader.course.progress import ProgressBar
from grader.course.run import ClassRun
from grader.course.store import Store
from grader.course.students import Attempt

MANY, FLEETS, OF_A_NODE = 30_000, (4, 32, 256), 16


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


def time_of_command(file: Path, count: int) -> float:
    """Return the seconds that the command itself takes to give out, read and keep one grade."""
    with tempfile.TemporaryDirectory() as place:
        words = ["run", str(SMALL), str(file), "--seed", "1"]
        words += ["--json", f"{place}/grade.json"]
        run(Command([sys.executable, "-P", "-m", "grader", *words], ROOT, dict(os.environ)))
        engine = ReadyEngine(Path(place, "grade.json").read_text(encoding="utf-8"))
        assignment = load_assignment(SMALL)
        content = Content("", dict.fromkeys(assignment.checks, ""))
        works = [
            Work(str(n), Attempt(file.with_name(f"{n}.py")), (str(n),), tuple(assignment.checks))
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


def describe_fleets(gradings: Sequence[float], start: float, keep: float) -> list[str]:
    """Return the lines of a section about so many grades, of gradings that took so many seconds."""
    lines = [
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
    return lines
