"""A grade as Markdown: GitHub's step summary, a release body, Gradescope's output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.reports.quoting import escape_markdown, fence
from grader.reports.registry import Format, in_folder
from grader.reports.view import CheckView, GradeView, view_grade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.grade.result import Grade

_LIMIT = 900_000


def render_markdown(grade: Grade, limit: int = _LIMIT) -> str:
    """Return the report as Markdown of at most `limit` bytes: the table first, then the losses."""
    parts, size = [], 0
    for part in _parts(view_grade(grade)):
        size += len(part.encode()) + 1
        if size > limit - 100:
            parts.append("\n*The rest is cut: the report was too long.*")
            break
        parts.append(part)
    return "\n".join(parts) + "\n"


def _parts(view: GradeView) -> Iterator[str]:
    yield f"{escape_markdown(view.headline)}\n"
    yield f"**{escape_markdown(view.title)}**: {escape_markdown(view.submission)}\n"
    yield from (f"- {escape_markdown(notice)}\n" for notice in view.notices)
    yield f"**{escape_markdown(view.total)}**\n"
    if view.late:
        yield f"{escape_markdown(view.late)}\n"
    yield "| check | points | verdict |\n| :-- | --: | :-- |"
    for row in view.checks:
        name, verdict = escape_markdown(row.name), escape_markdown(row.verdict)
        yield f"| {name} | {row.points} | {verdict} |"
    yield from map(render_told, view.told)


def render_told(view: CheckView) -> str:
    """Return one check as Markdown: verdict, sentence, message and counterexample."""
    title = f"\n#### {escape_markdown(view.name)}: {escape_markdown(view.verdict)}\n"
    sentence, *rest = view.explanation or [""]
    if sentence != view.check.sentence:
        sentence, rest = "", [sentence, *rest]
    texts = [fence(text) for text in rest if text]
    return "\n\n".join(filter(None, [title, escape_markdown(sentence), *texts]))


FORMAT = Format(
    help="report.md, to read",
    places=in_folder("report.md"),
    contents=lambda to: [render_markdown(to.view).encode()],
)
