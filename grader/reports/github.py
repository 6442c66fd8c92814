"""What GitHub Actions is told: outputs, the step summary and annotations, within its limits.

A log line that begins with `::` is an order to the runner. Nothing that came from a
submission may form one: text is disarmed here, and all else that is printed is muted.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.files import OutputFile
from grader.grade.points import show, total_points
from grader.reports.cleaning import clean_grade
from grader.reports.delivery import is_on_classroom50
from grader.reports.github_result import encode_result
from grader.reports.markdown import render_markdown
from grader.reports.quoting import disarm, escape_data, escape_property
from grader.reports.registry import Format
from grader.reports.view import CheckView, view_grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.grade.result import Grade
    from grader.reports.delivery import Delivery

_MOST_ANNOTATIONS = 10
_MESSAGE = 1000


def render_outputs(grade: Grade, *, with_status: bool = True) -> str:
    """Return the lines for `$GITHUB_OUTPUT`: `result`, `score`, `max_score`, `status`.

    Classroom 50 posts an output `status` as a commit's, which knows no such words as ours.
    """
    totals = total_points(grade)
    status = f"status={grade.status}\n" if with_status else ""
    return (
        f"result={encode_result(grade)}\n"
        f"score={show(totals.total)}\n"
        f"max_score={show(totals.maximum)}\n"
        f"{status}"
    )


def render_annotations(grade: Grade) -> list[str]:
    """Return the workflow commands: notices of total and information, then at most ten warnings."""
    view, title = view_grade(grade), clean_grade(grade).assignment
    return [
        _command("notice", title, view.total),
        *(_annotation("notice", check) for check in view.information[: _MOST_ANNOTATIONS - 1]),
        *_warnings(view.lost),
    ]


def _annotation(kind: str, check: CheckView) -> str:
    return _command(kind, check.heading, "\n".join(check.explanation)[:_MESSAGE])


def _warnings(lost: list[CheckView]) -> Iterator[str]:
    shown = lost if len(lost) <= _MOST_ANNOTATIONS else lost[: _MOST_ANNOTATIONS - 1]
    for check in shown:
        yield _annotation("warning", check)
    if rest := len(lost) - len(shown):
        yield _command("warning", f"{rest} more checks", "See the step summary for all of them.")


def _command(kind: str, title: str, message: str) -> str:
    return f"::{kind} title={escape_property(disarm(title))}::{escape_data(disarm(message))}"


def _places(environ: Mapping[str, str], _: Path) -> list[OutputFile]:
    """Return the files that the runner named, to which a report is added."""
    named = [environ.get(name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")]
    return [OutputFile(Path(path), b"", append=True) for path in named if path]


def _contents(delivery: Delivery) -> list[bytes]:
    environ, view = delivery.environ, delivery.view
    contents = [render_outputs(view, with_status=not is_on_classroom50(environ)).encode()]
    if environ.get("GITHUB_STEP_SUMMARY"):
        contents.append(render_markdown(view).encode())
    return contents


FORMAT = Format(
    help="outputs, step summary and annotations, in GitHub Actions",
    places=_places,
    contents=_contents,
    lines=lambda delivery: render_annotations(delivery.view),
    needs=("GITHUB_OUTPUT",),
)
