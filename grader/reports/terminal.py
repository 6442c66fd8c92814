"""A grade on a terminal, in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.grade import Verdict
from grader.reports.ledger import make_ledger
from grader.reports.record import clean_grade
from grader.reports.text import (
    describe_late,
    describe_total,
    describe_verdict,
    explanation,
    headline,
    lost_checks,
    make_rows,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from grader.grade import CheckResult, Grade
    from grader.reports.ledger import Ledger

_STYLES = {
    Verdict.passed: "green",
    Verdict.missing: "bright_black",
    Verdict.not_run: "bright_black",
    Verdict.grader_error: "magenta",
}


def style_of(check: CheckResult) -> str:
    """Return the colour of a check: green, yellow for a part, red, or grey for not started."""
    if check.is_withheld:
        return _STYLES[Verdict.grader_error]
    if 0 < check.credit < 1:
        return "yellow"
    return _STYLES.get(check.verdict, "red")


def render_rich(grade: Grade) -> RenderableType:
    """Return the whole report for `rich.console.Console.print`."""
    grade = clean_grade(grade)
    ledger = make_ledger(grade)
    parts: list[RenderableType] = [
        Text(headline(grade), style="bright_black"),
        Text(f"{grade.title}: {grade.submission.name}", style="bold"),
        *(Text(f"note: {notice}", style="yellow") for notice in grade.notices),
        _table(grade, ledger),
        Text(describe_total(grade, ledger), style="bold"),
    ]
    if late := describe_late(grade.late, grade.score):
        parts.append(Text(late, style="yellow"))
    parts += [_loss(check) for check in lost_checks(grade)]
    return Group(*parts)


def _table(grade: Grade, ledger: Ledger) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("check", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("verdict", overflow="fold")
    for row in make_rows(grade, ledger):
        style = style_of(row.check)
        points = Text(f"{row.earned} / {row.possible}")
        table.add_row(Text(row.check.name), points, Text(row.verdict, style=style))
    return table


def _loss(check: CheckResult) -> RenderableType:
    title = Text(f"\n{check.name}: {describe_verdict(check)}", style=style_of(check))
    texts = [Padding(Text(text), (0, 0, 0, 4)) for text in explanation(check)]
    return Group(title, *texts)
