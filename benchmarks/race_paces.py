"""Where each named pace stands, and the ends of the staircase that follow from them.

The rule: of the plain solutions (those that call autograd and no more) the best gets three
quarters of the credit and the loop two fifths, and credit falls evenly in log slowdown. So

    slope = (3/4 - 2/5) / ln(loop / best)
    full = best exp(-1/4 / slope),  none = loop exp(2/5 / slope)

and within 15 % of both, the pair is taken that keeps every pace farthest from an edge.
``full`` is never below 1.2, so that the reference's own pace has all the credit.
"""

from __future__ import annotations

import ast
import itertools
import math
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.race_yard import ANALYZE, TRAIN, Task, Yard
from grader.grade.staircase import Staircase, why_too_narrow
from grader.race import Rules, WrongAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BEST_CREDIT, LOOP_CREDIT = 0.75, 0.40
PAR = 1.2  # the reference's own pace gets all the credit, with room for its spread
RULES = replace(Rules(), looks=(20, 40), seconds=60.0)


@dataclass(frozen=True)
class Plan:
    """Which paces of a task are the best plain solution and the loop, and the number of steps."""

    task: Task
    best: str
    loop: str
    steps: int


PLANS = {
    "hw2": Plan(ANALYZE, best="chunked", loop="loop", steps=6),
    "hw1": Plan(TRAIN, best="slices", loop="dataloader", steps=3),
}


@dataclass(frozen=True)
class Stand:
    """One pace over several races; ``slowdown`` is nan where its answers are wrong."""

    name: str
    slowdowns: tuple[float, ...]
    seconds: float
    first: float
    took: float
    problem: str = ""

    @property
    def slowdown(self) -> float:
        """The median over the races."""
        return statistics.median(self.slowdowns) if self.slowdowns else math.nan

    @property
    def spread(self) -> float:
        """Coefficient of variation over the races."""
        if len(self.slowdowns) < 2:
            return math.nan
        return statistics.stdev(self.slowdowns) / statistics.mean(self.slowdowns)


def measure(task: Task, repeats: int) -> Iterator[Stand]:
    """Race the reference and every named pace so many times, in fresh zygotes each time."""
    found: dict[str, list[tuple[float, float, float, float]]] = {}
    problems: dict[str, str] = {}
    for repeat in range(repeats):
        with Yard(task, RULES) as yard:
            for name in ["reference", *task.names()]:
                try:
                    result, took = yard.race(task.pace(name), seed=1000 + repeat)
                except WrongAnswerError as error:
                    problems[name] = f"wrong: {error}"
                    continue
                timing = result.timing
                print(f"{repeat + 1}/{repeats} {name}: {result.message} ({took:.0f} s)", flush=True)
                if not timing.laps:
                    problems[name] = timing.note
                    continue
                first = timing.first_call_seconds or math.nan
                row = (timing.slowdown, timing.submission_seconds, first, took)
                found.setdefault(name, []).append(row)
    for name in ["reference", *task.names()]:
        rows = found.get(name, [])
        medians = [statistics.median(column) for column in zip(*rows, strict=True)]
        _, seconds, first, took = medians or [math.nan] * 4
        ratios = tuple(row[0] for row in rows)
        yield Stand(name, ratios, seconds, first, took, problems.get(name, "") if not rows else "")


def ends(paces: Mapping[str, float], plan: Plan) -> Staircase:
    """Derive the staircase by the rule above."""
    best, loop = paces[plan.best], paces[plan.loop]
    slope = (BEST_CREDIT - LOOP_CREDIT) / math.log(loop / best)
    full = max(best * math.exp(-(1 - BEST_CREDIT) / slope), PAR)
    none = loop * math.exp(LOOP_CREDIT / slope)
    nudges = [1 + k / 100 for k in range(-15, 16)]
    candidates = {
        (max(PAR, _round(full * a)), _round(none * b)) for a, b in itertools.product(nudges, nudges)
    }
    stairs = [Staircase(low, high, plan.steps) for low, high in sorted(candidates)]
    return max(stairs, key=lambda one: _clearance(one, paces))


def _clearance(stairs: Staircase, paces: Mapping[str, float]) -> float:
    """Return the smallest distance, in log slowdown, of any pace from any edge."""
    return min(abs(math.log(pace / edge)) for pace in paces.values() for edge in stairs.edges)


def _round(value: float) -> float:
    """Two digits, as one would write it."""
    return float(f"{value:.2g}")


def table(stands: list[Stand], stairs: Staircase) -> str:
    """Write the table that the handout holds."""
    lines = [
        "| pace | slowdown | spread | a call | first call | credit | one race |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in sorted(stands, key=lambda one: (math.isnan(one.slowdown), one.slowdown)):
        if math.isnan(one.slowdown):
            lines.append(f"| {one.name} | - | - | - | - | 0 ({one.problem[:60]}) | - |")
            continue
        credit = stairs.credit(one.slowdown)
        lines.append(
            f"| {one.name} | {one.slowdown:.3g} | {_percent(one.spread)} | "
            f"{1e3 * one.seconds:.3g} ms | {1e3 * one.first:.3g} ms | {credit:.0%} | "
            f"{one.took:.0f} s |"
        )
    return "\n".join(lines)


def handout_table(task: Task, paces: Mapping[str, float], stairs: Staircase) -> str:
    """Write what students read: each named pace in words, its slowdown and its credit."""
    rows = [(1.0, "the reference itself")]
    for name, pace in paces.items():
        text = task.pace(name).read_text(encoding="utf-8")
        words = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
        rows.append((pace, words.removeprefix("Pace: ").rstrip(".")))
    lines = ["| how | times the reference's time | credit |", "|---|---|---|"]
    for pace, told in sorted(rows):
        referred = pace * Rules().too_good < 1
        credit = "a person decides" if referred else f"{stairs.credit(pace):.0%}"
        lines.append(f"| {told} | {pace:.3g} | {credit} |")
    return "\n".join(lines)


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{100 * share:.1f} %"


def calibrate(name: str, repeats: int, *, write: bool) -> str:
    """Measure a task's paces and return its table and terms; ``write`` also keeps the paces."""
    plan = PLANS[name]
    stands = list(measure(plan.task, repeats))
    paces = {one.name: one.slowdown for one in stands if not math.isnan(one.slowdown)}
    named = {key: float(f"{pace:.3g}") for key, pace in paces.items() if key != "reference"}
    if plan.best not in paces or plan.loop not in paces:
        return "\n".join(f"{one.name}: {one.slowdown:.3g} {one.problem}" for one in stands) + "\n"
    stairs = ends(paces, plan)
    worst = max((one.spread for one in stands if not math.isnan(one.spread)), default=0.0)
    if write:
        rows = [f"{key} = {pace:.3g}" for key, pace in sorted(named.items(), key=lambda i: i[1])]
        head = "# Written by `python -m benchmarks.race --paces --write`."
        text = "\n".join([head, f"[{plan.task.export}]", *rows, ""])
        (plan.task.folder / "paces" / "paces.toml").write_text(text, encoding="utf-8")
    terms = [
        f"[speed.{plan.task.check}]",
        f"full  = {stairs.full:g}",
        f"none  = {stairs.none:g}",
        f"steps = {stairs.steps}",
    ]
    problem = why_too_narrow(stairs, worst)
    told = ["", "For the handout:", "", handout_table(plan.task, named, stairs), ""]
    return "\n".join([table(stands, stairs), "", *terms, *([problem] if problem else []), *told])
