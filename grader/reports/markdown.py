"""A grade as Markdown: GitHub's step summary, a release body, Gradescope's output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.grade.points import total_points
from grader.reports.cleaning import clean_grade
from grader.reports.quoting import escape_markdown, fence
from grader.reports.registry import Format
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
    from collections.abc import Iterator

    from grader.grade.result import CheckResult, Grade

_LIMIT = 900_000


def render_markdown(grade: Grade, limit: int = _LIMIT) -> str:
    """Return the report as Markdown of at most `limit` bytes: the table first, then the losses."""
    grade = clean_grade(grade)
    parts, size = [], 0
    for part in _parts(grade):
        size += len(part.encode()) + 1
        if size > limit - 100:
            parts.append("\n*The rest is cut: the report was too long.*")
            break
        parts.append(part)
    return "\n".join(parts) + "\n"


def _parts(grade: Grade) -> Iterator[str]:
    totals = total_points(grade)
    yield f"{escape_markdown(headline(grade))}\n"
    yield f"**{escape_markdown(grade.title)}**: {escape_markdown(grade.submission.name)}\n"
    yield from (f"- {escape_markdown(notice)}\n" for notice in grade.notices)
    yield f"**{escape_markdown(describe_total(grade, totals))}**\n"
    if late := describe_late(grade.late, grade.score):
        yield f"{escape_markdown(late)}\n"
    yield "| check | points | verdict |\n| :-- | --: | :-- |"
    for row in make_rows(grade, totals):
        points = f"{row.earned} / {row.possible}"
        yield f"| {escape_markdown(row.check.name)} | {points} | {escape_markdown(row.verdict)} |"
    yield from (render_loss(check) for check in lost_checks(grade))


def render_loss(check: CheckResult) -> str:
    """Return one lost check as Markdown: verdict, sentence, message and counterexample."""
    title = f"\n#### {escape_markdown(check.name)}: {escape_markdown(describe_verdict(check))}\n"
    sentence, *rest = explanation(check) or [""]
    if sentence != check.sentence:
        sentence, rest = "", [sentence, *rest]
    texts = [fence(text) for text in rest if text]
    return "\n\n".join(filter(None, [title, escape_markdown(sentence), *texts]))


FORMAT = Format(
    help="report.md, to read",
    files=lambda to: [to.file("report.md", render_markdown(to.view))],
)
