"""Where the processor's time of a class goes: to which of our processes, or to a submission's.

    python -m benchmarks.course_parts [hw2] [--submissions 100] [--jobs 2] [--write]

`grader class` on benchmarks/small, or on a homework of ours with its races left out, at full
isolation. The kernel's own account is read of each process that lives as long as the command does,
a few times a second: what it has used, and what those have used that it started and that have
ended. Counted from the event `begin`, start-up apart.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks import course_homework, course_small
from benchmarks.course_small import ROOT
from benchmarks.machine import describe_machine

RESULTS = ROOT / "benchmarks" / "results"
PARTS = {
    "command": "the command: the class, its store, what is told",
    "server": "the engine's server: what is shared, and a fork for each submission",
    "gradings": "gradings: pytest, the checks, the frames of calls",
    "zygote": "the zygote: a fork for each check",
    "workers": "workers: the wall, loading, the submission's answers, the end",
}
LOOK_SECONDS = 0.2


def measure(homework: str, count: int, jobs: int) -> Counter[str]:
    """Grade a class of so many; return the processor's seconds of each part."""
    with tempfile.TemporaryDirectory() as place:
        if homework:
            course_homework.hand_in(Path(place, "class"), homework, count)
        else:
            course_small.hand_in(Path(place, "class"), count)
        assignment = ROOT / "assignments" / homework if homework else course_small.SMALL
        events = Path(place, "events.jsonl")
        words = ["class", str(assignment), f"{place}/class", "--out", f"{place}/grades", "--quiet"]
        words += ["--seed", "1", "--jobs", str(jobs), "--events", str(events), "--races", "never"]
        command = psutil.Popen(
            [sys.executable, "-P", "-m", "grader", *words],
            cwd=ROOT,
            env={**os.environ, "XDG_CACHE_HOME": f"{place}/cache"},  # nothing is drawn yet
            stdout=subprocess.DEVNULL,
        )
        start, last = Counter[str](), Counter[str]()
        while command.poll() is None:
            with suppress(psutil.NoSuchProcess):
                last |= account(command)  # the larger: at the end they go, one after the other
            start = start or Counter(last if has_begun(events) else ())
            time.sleep(LOOK_SECONDS)
    if command.returncode not in (0, 1):
        raise RuntimeError(f"grader class: exit code {command.returncode}")
    last.subtract(start)
    return last


def account(command: psutil.Process) -> Counter[str]:
    """Return what each part has used by now, in seconds."""
    used = Counter({"command": sum(command.cpu_times()[:2])})
    for process in command.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            words, times = " ".join(process.cmdline()), process.cpu_times()
            own, ended = times.user + times.system, times.children_user + times.children_system
            if "engines.server" in words and process.ppid() == command.pid:
                used.update({"server": own, "gradings": ended})
            elif "inside/launch.py" in words and ended > 0:  # a worker has none to wait for
                used.update({"zygote": own, "workers": ended})
    return used


def has_begun(events: Path) -> bool:
    """Whether everything has started, and submissions are graded."""
    return events.exists() and '"begin"' in events.read_text(encoding="utf-8")


def describe(parts: Counter[str], homework: str, count: int, jobs: int) -> str:
    """Return the table."""
    total = sum(parts.values())
    lines = [
        f"# Where the time of a class of {count} goes: {homework or 'small'}, {jobs} at a time",
        "",
        describe_machine(),
        "",
        "| part | ms of processor a submission | share |",
        "|---|---|---|",
    ]
    lines += [
        f"| {words} | {1000 * parts[name] / count:.0f} | {parts[name] / total:.0%} |"
        for name, words in PARTS.items()
    ]
    lines += [f"| all of it | {1000 * total / count:.0f} | |", ""]
    return "\n".join(lines)


def main() -> None:
    """Measure, print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("homework", nargs="?", default="")
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write into benchmarks/results")
    chosen = parser.parse_args()
    parts = measure(chosen.homework, chosen.submissions, chosen.jobs)
    table = describe(parts, chosen.homework, chosen.submissions, chosen.jobs)
    print(table)
    if chosen.write:
        name = "_".join(filter(None, ("course_parts", chosen.homework)))
        (RESULTS / f"{name}.md").write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
