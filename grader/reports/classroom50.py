"""Classroom 50's `result.json` (schema classroom50/result/v1).

Its scores are whole numbers, so every number here is in hundredths of a point: 92.5 of
100 points is 9250 of 10000. Nothing is rounded away, and the tests add up to the score.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.files import OutputFile
from grader.grade.late import format_time
from grader.grade.points import total_points
from grader.reports import ReportError
from grader.reports.cleaning import for_student
from grader.reports.markdown import render_markdown
from grader.reports.registry import Format
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.grade.result import Grade
    from grader.reports.delivery import Delivery

VARIABLES = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "ASSIGNMENT_TYPE",
    "owner": "OWNER",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}
_BODY_LIMIT = 120_000


def render_result(grade: Grade, environ: Mapping[str, str]) -> bytes:
    """Return `result.json`; KeyError names a variable that the environment lacks.

    Raises ReportError for a grade that does not say when it was given.
    """
    grade = for_student(grade)
    totals = total_points(grade)
    rows = zip(grade.checks, totals.earned, totals.possible, strict=True)
    known = {key: clean_line(environ[name], 500) for key, name in VARIABLES.items()}
    result = {
        "schema": "classroom50/result/v1",
        **known,
        "datetime": _moment(grade.started_at),
        "score": totals.total,
        "max-score": totals.maximum,
        "tests": [
            {"test-name": c.name, "passed": c.is_full, "score": earned, "max-score": possible}
            for c, earned, possible in rows
        ],
    }
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def _moment(text: str) -> str:
    try:
        return format_time(datetime.fromisoformat(text))
    except (OverflowError, ValueError) as error:
        raise ReportError(f"this grade does not say when it was given: {error}") from error


def render_body(grade: Grade) -> str:
    """Return `release-body.md`: the report, and how to read the numbers beside it."""
    note = "*Scores in `result.json` are in hundredths of a point.*\n"
    return render_markdown(for_student(grade), _BODY_LIMIT) + "\n" + note


def _contents(delivery: Delivery) -> list[bytes]:
    result = render_result(delivery.view, delivery.environ)
    return [result, render_body(delivery.view).encode()]


FORMAT = Format(
    help="result.json and release-body.md, on Classroom 50",
    # both go to the folder that the workflow runs in
    places=lambda *_: [OutputFile(Path(n), b"") for n in ("result.json", "release-body.md")],
    contents=_contents,
    needs=tuple(VARIABLES.values()),
)
