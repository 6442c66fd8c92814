"""What a class costs a submission: `grader class` beside one pytest each, and beside peers.

    python -m benchmarks.course [--submissions 40] [--rounds 3] [--peers VENV] [--write]
    python -m benchmarks.course --engine [--sizes 2 1000] [--rounds 3] [--write]

The assignment is benchmarks/small: four functions of torch and 8 checks, of which 2 are properties.
The class is right and wrong files in turn, no two of the same bytes. Of `grader class`, at full
isolation and with nothing drawn before, it is the wall's time after start-up (the event `begin`)
until the command has ended, divided by its submissions; of the others, which start anew for each,
all of it, for a few of the same files. Sides run interleaved, in random order, one submission at a
time and two. Peers are run as their documentation says, by the programs of a virtual environment of
their own; where one is not installed the table says so. With `--engine` it is another question, of
`benchmarks.course_engines`: what Ray costs.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks import course_engines, course_peers
from benchmarks.course_peers import Command, Peer
from benchmarks.course_small import ROOT, SMALL, hand_in, run
from benchmarks.machine import describe_machine

RESULTS = ROOT / "benchmarks" / "results" / "course.md"
KIT, PYTEST = "grader class", "pytest, one a submission"
GOAL_SECONDS = 0.1
Side = Callable[[Sequence[Path], int], float]


@dataclass(frozen=True)
class Measured:
    """Seconds a submission of one side, so many at a time, in each round."""

    name: str
    jobs: int
    seconds: list[float]

    @property
    def median(self) -> float:
        """The middle one of the rounds."""
        return statistics.median(self.seconds)


def grade_class(
    files: Sequence[Path], jobs: int, *, assignment: Path = SMALL, more: Sequence[str] = ()
) -> float:
    """Grade all by the one command; return the seconds a submission after start-up."""
    with tempfile.TemporaryDirectory() as place:
        events = Path(place, "events.jsonl")
        words = ["class", str(assignment), str(files[0].parent), "--out", f"{place}/grades"]
        words += ["--quiet", "--seed", "1", "--jobs", str(jobs), "--events", str(events), *more]
        fresh = {**os.environ, "XDG_CACHE_HOME": f"{place}/cache"}
        run(Command([sys.executable, "-P", "-m", "grader", *words], ROOT, fresh))
        ended = time.time()
        heard = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    begin = next(line for line in heard if line["event"] == "begin")
    if sum(line["event"] == "graded" for line in heard) != len(files):
        raise RuntimeError("not all were graded")
    return (ended - datetime.fromisoformat(begin["at"]).astimezone(UTC).timestamp()) / len(files)


def run_pytests(files: Sequence[Path], jobs: int) -> float:
    """Run one pytest a submission, in which it is imported, so many at a time."""
    plug_ins = ["-p", "no:cacheprovider", "-p", "no:torchmarks", "-p", "benchmarks.inprocess"]
    command = [sys.executable, "-m", "pytest", "-q", *plug_ins, str(SMALL), "--in-process"]
    return each([Command([*command, str(path)], ROOT, dict(os.environ)) for path in files], jobs)


def run_peer(peer: Peer, files: Sequence[Path], jobs: int) -> float:
    """Run a peer's command for each file, so many at a time."""
    return each(peer(files), jobs)


def each(commands: Sequence[Command], jobs: int) -> float:
    """Run commands, so many at a time; return the seconds that one takes of the whole."""
    began = time.perf_counter()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(run, commands))
    return (time.perf_counter() - began) / len(commands)


def measure(
    sides: dict[str, Side], files: Sequence[Path], some: int, rounds: int
) -> list[Measured]:
    """Run every side, one at a time and two, in random order in each round."""
    found = {(name, jobs): Measured(name, jobs, []) for jobs in (1, 2) for name in sides}
    order = list(found)
    for number in range(rounds):
        random.shuffle(order)
        for name, jobs in order:
            given = files if name == KIT else files[2 * number : 2 * number + some]
            found[name, jobs].seconds.append(sides[name](given, jobs))
            print(f"{name}, {jobs} at a time: {found[name, jobs].seconds[-1]:.3f} s", flush=True)
    return list(found.values())


def describe(found: Iterable[Measured], missing: Iterable[str], count: int) -> str:
    """Return the table, and what of the goals is missed."""
    all_of_it = list(found)
    kit = {one.jobs: one.median for one in all_of_it if one.name == KIT}
    lines = [
        f"# A class of {count}: seconds a submission",
        "",
        describe_machine(),
        "",
        (
            f"Rounds: {len(all_of_it[0].seconds)}. Of one round, or on a machine with other work, "
            "it is a first look and no more."
        ),
        "",
        "| side | at a time | seconds a submission | least to most | times the kit's |",
        "|---|---|---|---|---|",
    ]
    for one in all_of_it:
        spread = f"{min(one.seconds):.3f} to {max(one.seconds):.3f}"
        ratio = one.median / kit[one.jobs]
        lines.append(f"| {one.name} | {one.jobs} | {one.median:.3f} | {spread} | {ratio:.1f} |")
    lines += [f"| {name} | | not installed | | |" for name in missing]
    met = "met" if kit[2] <= GOAL_SECONDS else "missed"
    lines += [
        "",
        f"The goal of {GOAL_SECONDS} s a submission is {met}: {kit[2]:.3f} s on two cores.",
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--some", type=int, default=2, help="files for sides that start anew")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", action="store_true", help="compare Ray with this machine")
    parser.add_argument("--sizes", type=int, nargs="+", default=[2, 1000], help="with --engine")
    parser.add_argument("--peers", type=Path, help="the virtual environment of the peers")
    parser.add_argument("--write", action="store_true", help="write into benchmarks/results")
    chosen = parser.parse_args()
    if chosen.engine:
        course_engines.compare(chosen.sizes, chosen.rounds, write=chosen.write)
        return
    with tempfile.TemporaryDirectory() as place:
        files = hand_in(Path(place, "class"), chosen.submissions)
        peers, missing = course_peers.sides(chosen.peers, Path(place))
        sides: dict[str, Side] = {KIT: grade_class, PYTEST: run_pytests}
        sides |= {name: partial(run_peer, peer) for name, peer in peers.items()}
        found = measure(sides, files, chosen.some, chosen.rounds)
    table = describe(found, missing, chosen.submissions)
    print(table)
    if chosen.write:
        RESULTS.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
