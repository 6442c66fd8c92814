"""Gradescope's `results.json`: scores, visibility of hidden checks, the leaderboard."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from grader.files import OutputFile
from grader.grade.points import total_points
from grader.grade.sums import total
from grader.reports.cleaning import for_student
from grader.reports.markdown import render_told
from grader.reports.quoting import escape_markdown
from grader.reports.registry import Format
from grader.reports.view import view_check, view_grade
from grader.reports.wording import count_points, describe_late, describe_verdict, headline

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from grader.assignment.folder import Assignment
    from grader.grade.result import CheckResult, Grade

AUTOGRADER = Path("/autograder")
_OUTPUT = 20_000


def render_results(grade: Grade, assignment: Assignment | None = None) -> bytes:
    """Return `results.json`; the assignment says what Gradescope does with hidden checks.

    A check that did not run still stands there with its maximum, so that the total
    never shrinks.
    """
    grade = for_student(grade)
    visibility = assignment.visibility if assignment else "hidden"
    totals = total_points(grade)
    rows = enumerate(zip(grade.checks, totals.earned, totals.possible, strict=True), start=1)
    is_secret = visibility != "visible" and any(check.hidden for check in grade.checks)
    told = _without_hidden(grade) if is_secret else _summary(grade)
    result = {
        "score": totals.total / 100,
        "execution_time": _whole(grade.seconds),
        "output": "\n\n".join(escape_markdown(part) for part in told if part)[:_OUTPUT],
        "output_format": "md",
        "stdout_visibility": "hidden",
        "extra_data": {
            "schema": "torchmarks/gradescope/v1",
            "status": grade.status,
            "max_score": totals.maximum / 100,
            "submission_sha256": grade.submission.sha256,
            "seed_fingerprint": grade.seed_fingerprint,
        },
        "tests": [
            _test(number, check, earned, possible, visibility)
            for number, (check, earned, possible) in rows
        ],
        "leaderboard": list(_leaderboard(grade.checks, assignment)),
    }
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def render_failure(
    sentence: str,
    checks: Sequence[tuple[str, float]] = (),
    hidden: Collection[str] = (),
    visibility: str = "hidden",
) -> bytes:
    """Return a `results.json` that says why there is no grade, with every check's maximum.

    It counts as no attempt. The `hidden` ones of the checks have the visibility.
    """
    tests = [
        {
            "name": name,
            "number": str(number),
            "score": 0.0,
            "max_score": points,
            "status": "failed",
            "visibility": visibility if name in hidden else "visible",
        }
        for number, (name, points) in enumerate(checks, start=1)
    ]
    result = {
        "score": 0.0,
        "output": escape_markdown(sentence[:_OUTPUT]),
        "output_format": "md",
        "stdout_visibility": "hidden",
        "extra_data": {"schema": "torchmarks/gradescope/v1", "counts": False},
        "tests": tests,
    }
    return msgspec.json.encode(result)


def _whole(seconds: float) -> int:
    return round(seconds) if math.isfinite(seconds) else 0


def _summary(grade: Grade) -> Iterator[str]:
    view = view_grade(grade)
    yield from (view.total, view.late, view.headline, *view.notices)


def _without_hidden(grade: Grade) -> Iterator[str]:
    """Say of a grade what can be said without its hidden checks: Gradescope shows no total then."""
    totals = total_points(grade)
    rows = list(zip(grade.checks, totals.earned, totals.possible, strict=True))
    seen = [(earned, possible) for check, earned, possible in rows if not check.hidden]
    earned, possible = (sum(column) for column in zip(*seen, strict=True)) if seen else (0, 0)
    if grade.status == "withheld":
        yield "This grade is withheld: a person has to look. No point is lost by that."
    else:
        yield f"{count_points(earned, possible)} for the checks that are shown here."
    yield describe_late(grade.late, total(c.score for c in grade.checks if not c.hidden))
    yield headline(grade)
    secrets = [check.name for check in grade.checks if check.hidden]
    yield from (notice for notice in grade.notices if not any(name in notice for name in secrets))


def _test(
    number: int, check: CheckResult, earned: int, possible: int, visibility: str
) -> dict[str, Any]:
    view = view_check(check)
    text = render_told(view).strip() if view.is_told else escape_markdown(check.sentence)
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
    checks: Sequence[CheckResult], assignment: Assignment | None
) -> Iterator[dict[str, Any]]:
    """Yield a line for each race and measure; for hidden ones where the assignment asks for it."""
    for check in checks:
        value = check.timing.slowdown if check.timing and check.timing.laps else check.measured
        unseen = check.hidden and not (assignment and assignment.leaderboard)
        if unseen or value is None or not math.isfinite(value):
            continue
        kind = "slowdown" if check.timing else "measured"
        title = check.name.removeprefix("test_").replace("_", " ")
        terms = assignment.measure.get(check.name) if assignment else None
        order = "desc" if terms and terms.full > terms.none else "asc"
        yield {"name": f"{title}: {kind}", "value": float(f"{value:.4g}"), "order": order}


def _places(environ: Mapping[str, str], _: Path) -> list[OutputFile]:
    folder = environ.get("GRADESCOPE_RESULTS") or AUTOGRADER / "results"
    return [OutputFile(Path(folder) / "results.json", b"", named=True)]


def _find_lack(environ: Mapping[str, str]) -> str:
    if environ.get("GRADESCOPE_RESULTS") or AUTOGRADER.is_dir():
        return ""
    return f"there is no {AUTOGRADER}: set $GRADESCOPE_RESULTS to another folder"


FORMAT = Format(
    help="results.json, on Gradescope or in $GRADESCOPE_RESULTS",
    places=_places,
    contents=lambda to: [render_results(to.grade, to.assignment)],
    find_lack=_find_lack,
    is_shown=lambda _: (AUTOGRADER / "submission_metadata.json").exists(),
)
