"""A grade on a terminal, in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.grade.points import show, total_points
from grader.grade.result import Verdict
from grader.reports.cleaning import clean_grade
from grader.reports.text import (
    describe_late,
    describe_total,
    describe_verdict,
    explanation,
    headline,
    lost_checks,
    make_rows,
)
from grader.text import clean_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from grader.grade.points import PointTotals
    from grader.grade.result import CheckResult, Grade

_STYLES = {
    Verdict.passed: "green",
    Verdict.missing: "bright_black",
    Verdict.not_run: "bright_black",
    Verdict.grader_error: "magenta",
}

_STATUS = {"graded": "default", "partial": "yellow", "withheld": "magenta"}


def style_of(check: CheckResult) -> str:
    """Return the colour of a check: green, yellow for a part, red, or grey for not started."""
    if check.is_withheld:
        return _STYLES[Verdict.grader_error]
    if 0 < check.credit < 1:
        return "yellow"
    return _STYLES.get(check.verdict, "red")


def render_rich(grade: Grade, student: str = "") -> RenderableType:
    """Return the whole report for `rich.console.Console.print`, and whose it is if known."""
    grade = clean_grade(grade)
    totals = total_points(grade)
    whose = ", ".join(filter(None, [clean_name(student, 200), grade.submission.name]))
    parts: list[RenderableType] = [
        Text(headline(grade), style="bright_black"),
        Text(f"{grade.title}: {whose}", style="bold"),
        *(Text(f"note: {notice}", style="yellow") for notice in grade.notices),
        _table(grade, totals),
        Text(describe_total(grade, totals), style="bold"),
    ]
    if late := describe_late(grade.late, grade.score):
        parts.append(Text(late, style="yellow"))
    parts += [_loss(check) for check in lost_checks(grade)]
    return Group(*parts)


def render_class(grades: Mapping[str, Grade]) -> RenderableType:
    """Return a line for each of several grades by student: the points, and what is to be known."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("student", "assignment", "points", "status"):
        table.add_column(name, justify="right" if name == "points" else "left", overflow="fold")
    for student, found in grades.items():
        grade = clean_grade(found)
        totals = total_points(grade)
        earned = "-" if grade.status == "withheld" else show(totals.total)
        points = f"{earned} / {show(totals.maximum)}"
        late = f", {100 * grade.late.penalty:.4g}% off" if grade.late and grade.late.penalty else ""
        style = _STATUS[grade.status]
        status = Text(f"{grade.status}{late}", style=style)
        table.add_row(Text(clean_name(student, 200)), Text(grade.assignment), Text(points), status)
    return table


def _table(grade: Grade, totals: PointTotals) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("check", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("verdict", overflow="fold")
    for row in make_rows(grade, totals):
        style = style_of(row.check)
        points = Text(f"{row.earned} / {row.possible}")
        table.add_row(Text(row.check.name), points, Text(row.verdict, style=style))
    return table


def _loss(check: CheckResult) -> RenderableType:
    title = Text(f"\n{check.name}: {describe_verdict(check)}", style=style_of(check))
    texts = [Padding(Text(text), (0, 0, 0, 4)) for text in explanation(check)]
    return Group(title, *texts)
