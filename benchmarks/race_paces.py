"""Where each named pace stands, and the ends of the line of credit that follow from them.

Credit falls evenly in log slowdown, and two paces say how: at `top` the assignment gives
`top_credit`, at `loop`, the way in which a tutorial writes it, `loop_credit`. So

    slope = (top_credit - loop_credit) / ln(loop / top)
    full = top exp(-(1 - top_credit) / slope),  none = loop exp(loop_credit / slope)

rounded to two digits. ``full`` is never below 1.2, so that the reference's own pace has all the
credit. Where the top has all of it, ``full`` lies as far above it as races of it differ.
"""

from __future__ import annotations

import ast
import math
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.race_yard import HESSIAN, MATRIX, TRAIN, Task, Yard
from grader.grade.credit_line import CreditLine, why_too_short
from grader.race import Rules, WrongAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAR = 1.2  # the reference's own pace gets all the credit, with room for its spread
ROOM = 1.1  # the same for a pace that is to have all of it
RULES = replace(Rules(), looks=(16, 24), generations=4, seconds=60.0)


@dataclass(frozen=True)
class Plan:
    """Which two paces of a task set its line, and what they earn."""

    task: Task
    top: str
    top_credit: float
    loop: str
    loop_credit: float


PLANS = {
    "hw2": Plan(HESSIAN, top="chunked", top_credit=0.75, loop="loop", loop_credit=0.50),
    "hw1": Plan(TRAIN, top="fused", top_credit=1.0, loop="dataloader", loop_credit=0.75),
    "hw3": Plan(MATRIX, top="scatter", top_credit=1.0, loop="basis", loop_credit=0.60),
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


def ends(paces: Mapping[str, float], plan: Plan) -> CreditLine:
    """Derive the line of credit by the rule above."""
    top, loop = paces[plan.top], paces[plan.loop]
    if plan.top_credit == 1:
        top *= ROOM
    slope = (plan.top_credit - plan.loop_credit) / math.log(loop / top)
    full = max(top * math.exp(-(1 - plan.top_credit) / slope), PAR)
    none = loop * math.exp(plan.loop_credit / slope)
    return CreditLine(_round(full), _round(none))


def _round(value: float) -> float:
    """Two digits, as one would write it."""
    return float(f"{value:.2g}")


def table(stands: list[Stand], line: CreditLine) -> str:
    """Write the table that the handout holds."""
    lines = [
        "| pace | slowdown | spread | a call | first call | credit | one race |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in sorted(stands, key=lambda one: (math.isnan(one.slowdown), one.slowdown)):
        if math.isnan(one.slowdown):
            lines.append(f"| {one.name} | - | - | - | - | 0 ({one.problem[:60]}) | - |")
            continue
        credit = line.credit(one.slowdown)
        lines.append(
            f"| {one.name} | {one.slowdown:.3g} | {_percent(one.spread)} | "
            f"{1e3 * one.seconds:.3g} ms | {1e3 * one.first:.3g} ms | {credit:.0%} | "
            f"{one.took:.0f} s |"
        )
    return "\n".join(lines)


def handout_table(task: Task, paces: Mapping[str, float], line: CreditLine) -> str:
    """Write what students read: each named pace in words, its slowdown and its credit."""
    rows = [(1.0, "the reference itself")]
    for name, pace in paces.items():
        text = task.pace(name).read_text(encoding="utf-8")
        words = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
        rows.append((pace, words.removeprefix("Pace: ").rstrip(".")))
    lines = ["| how | times the reference's time | credit |", "|---|---|---|"]
    for pace, told in sorted(rows):
        referred = pace * Rules().too_good < 1
        credit = "a person decides" if referred else f"{line.credit(pace):.0%}"
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
    if plan.top not in paces or plan.loop not in paces:
        return "\n".join(f"{one.name}: {one.slowdown:.3g} {one.problem}" for one in stands) + "\n"
    line = ends(paces, plan)
    worst = max((one.spread for one in stands if not math.isnan(one.spread)), default=0.0)
    if write:
        rows = [f"{key} = {pace:.3g}" for key, pace in sorted(named.items(), key=lambda i: i[1])]
        head = "# Written by `python -m benchmarks.race --paces --write`."
        text = "\n".join([head, f"[{plan.task.export}]", *rows, ""])
        (plan.task.folder / "paces" / "paces.toml").write_text(text, encoding="utf-8")
    terms = [
        f"[speed.{plan.task.check}]",
        f"full = {line.full:g}",
        f"none = {line.none:g}",
    ]
    problem = why_too_short(line, worst)
    told = ["", "For the handout:", "", handout_table(plan.task, named, line), ""]
    return "\n".join([table(stands, line), "", *terms, *([problem] if problem else []), *told])
