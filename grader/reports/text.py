"""A grade as plain text: who graded and how, a table of checks, and the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.reports.view import view_grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.grade.result import Grade
    from grader.reports.view import CheckView, GradeView


def render_table(grade: Grade) -> str:
    """Return the report as plain text without what was lost and why."""
    return "\n".join(_summary(view_grade(grade))) + "\n"


def _summary(view: GradeView) -> Iterator[str]:
    yield view.headline
    yield f"{view.title}: {view.submission}"
    yield from (f"note: {notice}" for notice in view.notices)
    yield ""
    yield from _table(view.checks)
    yield ""
    yield view.total
    if view.late:
        yield view.late


def _table(rows: Sequence[CheckView]) -> Iterator[str]:
    name = max([5, *(len(row.name) for row in rows)])
    left = max([0, *(len(row.earned) for row in rows)])
    right = max([0, *(len(row.possible) for row in rows)])
    width = max(6, left + right + 3)
    yield f"{'check':{name}}  {'points':>{width}}  verdict"
    for row in rows:
        points = f"{row.earned:>{left}} / {row.possible:>{right}}"
        yield f"{row.name:{name}}  {points:>{width}}  {row.verdict}"
