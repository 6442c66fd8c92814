"""Gradescope's `results.json`: scores, visibility of hidden checks, the leaderboard."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from grader.reports.ledger import make_ledger
from grader.reports.markdown import render_loss
from grader.reports.quoting import escape_markdown
from grader.reports.record import for_student
from grader.reports.text import describe_late, describe_total, describe_verdict, headline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.assignment import Assignment
    from grader.grade import CheckResult, Grade
    from grader.rubric import Measure

_OUTPUT = 20_000


def render_results(grade: Grade, assignment: Assignment | None = None) -> bytes:
    """Return `results.json`; the assignment says what Gradescope does with hidden checks.

    A check that did not run still stands there with its maximum, so that the total
    never shrinks.
    """
    grade = for_student(grade)
    visibility = assignment.visibility if assignment else "hidden"
    measures = assignment.measure if assignment else {}
    ledger = make_ledger(grade)
    rows = enumerate(zip(grade.checks, ledger.earned, ledger.possible, strict=True), start=1)
    result = {
        "score": ledger.total / 100,
        "execution_time": _whole(grade.seconds),
        "output": _summary(grade),
        "output_format": "md",
        "stdout_visibility": "hidden",
        "extra_data": {
            "schema": "torchmarks/gradescope/v1",
            "status": grade.status,
            "max_score": ledger.maximum / 100,
            "submission_sha256": grade.submission.sha256,
            "seed_fingerprint": grade.seed_fingerprint,
        },
        "tests": [
            _test(number, check, earned, possible, visibility)
            for number, (check, earned, possible) in rows
        ],
        "leaderboard": _leaderboard(grade.checks, measures),
    }
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def render_failure(sentence: str, checks: Sequence[tuple[str, float]] = ()) -> bytes:
    """Return a `results.json` that says why there is no grade, with every check's maximum."""
    text = escape_markdown(sentence[:_OUTPUT])
    tests = [
        {"name": name, "number": str(i), "score": 0.0, "max_score": points, "status": "failed"}
        for i, (name, points) in enumerate(checks, start=1)
    ]
    result = {"score": 0.0, "output": text, "output_format": "md", "tests": tests}
    return msgspec.json.encode({**result, "stdout_visibility": "hidden"})


def _whole(seconds: float) -> int:
    return round(seconds) if math.isfinite(seconds) else 0


def _summary(grade: Grade) -> str:
    parts = [
        describe_total(grade, make_ledger(grade)),
        describe_late(grade.late, grade.score),
        headline(grade),
        *grade.notices,
    ]
    return "\n\n".join(escape_markdown(part) for part in parts if part)[:_OUTPUT]


def _test(
    number: int, check: CheckResult, earned: int, possible: int, visibility: str
) -> dict[str, Any]:
    text = escape_markdown(check.sentence) if check.is_full else render_loss(check).strip()
    return {
        "name": check.name,
        "number": str(number),
        "score": earned / 100,
        "max_score": possible / 100,
        "status": "passed" if check.is_full else "failed",
        "output": text[:_OUTPUT],
        "output_format": "md",
        "tags": [],
        "visibility": visibility if check.hidden else "visible",
        "extra_data": {"verdict": describe_verdict(check)},
    }


def _leaderboard(
    checks: Sequence[CheckResult], measures: Mapping[str, Measure]
) -> list[dict[str, Any]]:
    """Return a line for each race and measure that is not hidden."""
    board = []
    for check in checks:
        value = check.timing.slowdown if check.timing and check.timing.laps else check.measured
        if check.hidden or value is None or not math.isfinite(value):
            continue
        kind = "slowdown" if check.timing else "measured"
        title = check.name.removeprefix("test_").replace("_", " ")
        terms = measures.get(check.name)
        order = "desc" if terms and terms.full > terms.none else "asc"
        board.append({"name": f"{title}: {kind}", "value": float(f"{value:.4g}"), "order": order})
    return board
