"""How much a slowdown, and the credit that it earns, change when they are taken again."""

from __future__ import annotations

import itertools
import json
import statistics
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from os import sched_getaffinity, sched_setaffinity
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import race_peers
from benchmarks.race_yard import HESSIAN, TRAIN, Task, Yard
from grader.grade.credit_line import CreditLine

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULTS = Path(__file__).parent / "results" / "race_spread.jsonl"
WRONG = ("float32",)  # a pace that is no race
FIELDS: dict[str, tuple[Task, str]] = {
    f"{task.assignment} {pace}": (task, pace)
    for task in (HESSIAN, TRAIN)
    for pace in ("reference", *task.names())
    if pace not in WRONG
}
CONDITIONS = ("quiet", "hog")
RACE = "race"
_HOG = "while True: pass"


@contextmanager
def load(condition: str) -> Iterator[None]:
    """Keep every core busy with somebody else's work, or leave them alone."""
    hogs = []
    if condition == "hog":
        for core in sched_getaffinity(0):
            hogs.append(subprocess.Popen([sys.executable, "-c", _HOG]))
            sched_setaffinity(hogs[-1].pid, {core})
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def repeat(condition: str, field: str, number: int, *, peers: bool) -> Iterator[dict[str, Any]]:
    """Time one field once by every method: rows of condition, field, method, ratio and more."""
    task, pace = FIELDS[field]
    start = {"condition": condition, "field": field, "number": number}
    with load(condition):
        with Yard(task) as yard:
            result, seconds = yard.race(task.pace(pace), seed=7000 + number)
        timing = result.timing
        yield {
            **start,
            "method": RACE,
            "ratio": timing.slowdown,
            "interval": list(timing.interval),
            "laps": timing.laps,
            "decision": str(timing.decision),
            "credit": result.credit,
            "seconds": seconds,
        }
        if peers:
            line = CreditLine(yard.terms.full, yard.terms.none)
            for row in race_peers.measure(task, pace, 7000 + number):
                yield {**start, **row, "credit": line.credit(row["ratio"])}


def run(conditions: list[str], fields: list[str], repeats: int, into: Path, *, peers: bool) -> None:
    """Take so many repeats of everything, and append each row to ``into`` as it comes.

    Repeats go on from those that are there, and all fields and conditions take turns,
    so that a run which is stopped early still compares them.
    """
    done = Counter((r["condition"], r["field"]) for r in _rows(into) if r["method"] == RACE)
    with into.open("a", encoding="utf-8") as out:
        for turn, condition, field in itertools.product(range(repeats), conditions, fields):
            number = done[condition, field] + turn
            for row in repeat(condition, field, number, peers=peers):
                print(json.dumps(row), file=out, flush=True)
                print(
                    f"{turn + 1}/{repeats} {condition} {field} {row['method']}: "
                    f"{row['ratio']:.4g} ({row['seconds']:.0f} s)",
                    flush=True,
                )


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def table(path: Path) -> str:
    """Write what the results so far come to."""
    rows = _rows(path)
    heads = "condition, field, method, repeats, median, spread, credit, sd, off, decisions, laps"
    lines = [f"| {heads.replace(', ', ' | ')} | seconds |", "|---" * 12 + "|"]
    keys = list(dict.fromkeys((r["condition"], r["field"], r["method"]) for r in rows))
    order = (RACE, *race_peers.METHODS)
    lines += [
        _line(key, [r for r in rows if (r["condition"], r["field"], r["method"]) == key])
        for key in sorted(keys, key=lambda k: (k[1], k[0], order.index(k[2])))
    ]
    return "\n".join(lines)


def _line(key: tuple[str, str, str], rows: list[dict[str, Any]]) -> str:
    graded = [r for r in rows if r.get("decision") != "too_noisy"]
    ratios = [r["ratio"] for r in graded] or [float("nan")]
    spread = statistics.stdev(ratios) / statistics.mean(ratios) if len(ratios) > 1 else float("nan")
    words = [*key, str(len(rows)), f"{statistics.median(ratios):.4g}", f"{100 * spread:.1f} %"]
    words += _credits([r["credit"] for r in rows if r["credit"] is not None])
    if key[2] == RACE:
        words.append(_counts(Counter(r["decision"] for r in rows)))
        words.append(f"{statistics.median(r['laps'] for r in rows):.0f}")
    else:
        words += ["", ""]
    times = [r["seconds"] for r in rows]
    words += [f"{statistics.median(times):.0f} (most {max(times):.0f})"]
    return "| " + " | ".join(words) + " |"


def _credits(earned: list[float]) -> list[str]:
    """Median credit, its standard deviation, and how far off the median the last but one is."""
    if len(earned) < 2:
        return [*(f"{credit:.3f}" for credit in earned), *["-"] * (3 - len(earned))]
    middle = statistics.median(earned)
    off = sorted(abs(credit - middle) for credit in earned)[-2]
    return [f"{middle:.3f}", f"{statistics.stdev(earned):.4f}", f"{off:.4f}"]


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{word} x {count}" for word, count in counter.most_common())
