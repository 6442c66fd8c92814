"""A grade on a terminal, in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from grader.grade.points import show, total_points
from grader.grade.result import Verdict
from grader.reports.cleaning import clean_grade
from grader.reports.view import CheckView, view_grade
from grader.text import clean_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from grader.grade.result import CheckResult, Grade

_STYLES = {
    Verdict.passed: "green",
    Verdict.missing: "bright_black",
    Verdict.not_run: "bright_black",
    Verdict.grader_error: "magenta",
}

_MARKS = {
    Verdict.passed: "✓",
    Verdict.missing: "·",
    Verdict.not_run: "-",
    Verdict.grader_error: "!",
}
_STATUS = {"graded": "default", "partial": "yellow", "withheld": "magenta"}


def style_of(check: CheckResult) -> str:
    """Return the colour of a check: green, yellow for a part, red, or grey for not started."""
    if check.is_withheld:
        return _STYLES[Verdict.grader_error]
    if 0 < check.credit < 1:
        return "yellow"
    return _STYLES.get(check.verdict, "red")


def mark_of(check: CheckResult) -> str:
    """Return the sign before a check's name: passed, in part, lost, missing, not run, our fault."""
    verdict = Verdict.grader_error if check.is_withheld else check.verdict
    return "~" if 0 < check.credit < 1 else _MARKS.get(verdict, "✗")


def indented(text: str) -> Text:
    """Return a text of a check, line by line, below its heading."""
    return Text("    " + text.rstrip().replace("\n", "\n    "))


def render_rich(grade: Grade, student: str = "") -> RenderableType:
    """Return the whole report for a `rich.console.Console`, and whose it is if known.

    The console is to have `soft_wrap`: a line to paste that is broken fails in another way.
    """
    view = view_grade(grade)
    whose = ", ".join(filter(None, [clean_name(student, 200), view.submission]))
    parts: list[RenderableType] = [
        Text(view.headline, style="bright_black"),
        Text(f"{view.title}: {whose}", style="bold"),
        *(Text(f"note: {notice}", style="yellow") for notice in view.notices),
        _table(view.checks),
        Text(view.total, style="bold"),
    ]
    if view.late:
        parts.append(Text(view.late, style="yellow"))
    parts += map(_told, view.told)
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


def _table(checks: Sequence[CheckView]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("check", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("verdict", overflow="fold")
    for row in checks:
        style = style_of(row.check)
        table.add_row(Text(row.name), Text(row.points), Text(row.verdict, style=style))
    return table


def _told(view: CheckView) -> RenderableType:
    title = Text(f"\n{view.heading}", style=style_of(view.check))
    return Group(title, *map(indented, view.explanation))
