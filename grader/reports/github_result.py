"""The `result=` that GitHub's autograding reporter reads, such that its two numbers agree.

The reporter's table shows `passed / count * max_score` and ignores `score`; its
notices show the sum of `score`. So a check is listed several times, in
proportion to its points: as often among the passed as it earned, among the
failed as it lost. The number of lines is the smallest that makes the table say
the score, to a hundredth of a point wherever at most 500 lines can say it.
"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from grader.grade.points import PointTotals, total_points
from grader.grade.result import Verdict
from grader.reports.cleaning import clean_grade
from grader.reports.quoting import disarm
from grader.reports.wording import describe_late, describe_total, describe_verdict, explain
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.grade.result import CheckResult, Grade

LIMIT = 90_000
_MOST_LINES, _EXACT_LINES = 500, 200
_CUTS = ((200, 2000), (200, 400), (100, 100), (40, 40), (20, 0))


@dataclass(frozen=True, slots=True)
class Line:
    """One test of the reporter's list; `weight` decides how often it is listed."""

    name: str
    status: str
    message: str
    weight: int
    score: float
    seconds: float


def encode_result(grade: Grade) -> str:
    """Return the value of the output `result`: base64 of the JSON."""
    return base64.b64encode(render_result(grade)).decode("ascii")


def render_result(grade: Grade) -> bytes:
    """Return the reporter's JSON, at most 90 KB."""
    grade = clean_grade(grade)
    totals = total_points(grade)
    status = _overall(grade, totals)
    maximum = 0 if status == "error" else totals.maximum / 100
    lines = _lines(grade, totals) if status != "error" else [_no_grade(grade, totals)]
    for name, message in _CUTS:
        tests = [_test(line, name, message) for line in lines]
        result = {"version": 1, "status": status, "max_score": maximum, "tests": tests}
        if len(packed := msgspec.json.encode(result)) <= LIMIT:
            break
    return packed


def _overall(grade: Grade, totals: PointTotals) -> str:
    if grade.status == "withheld" or not grade.checks:
        return "error"
    return "pass" if totals.total == totals.maximum else "fail"


def _no_grade(grade: Grade, totals: PointTotals) -> Line:
    why = describe_total(grade, totals) if grade.checks else "No check was found, so none was run."
    return Line(grade.assignment, "error", why, 1, 0.0, 0.0)


def _test(line: Line, name: int, message: int) -> dict[str, Any]:
    return {
        "name": disarm(clean_line(line.name, name)),
        "status": line.status,
        "score": line.score,
        "message": disarm(line.message[:message]),
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "duration": round(line.seconds, 3) if math.isfinite(line.seconds) else 0,
    }


def _lines(grade: Grade, totals: PointTotals) -> list[Line]:
    late = describe_late(grade.late, grade.score)
    passed, failed = [], []
    for check, earned, possible in zip(grade.checks, totals.earned, totals.possible, strict=True):
        score, lost = earned / 100, possible - earned
        if earned or (check.is_full and not possible):
            said = check.message if check.is_full else ""
            passed.append(Line(check.name, "pass", said, earned, score, check.seconds))
        if lost or not (possible or check.is_full):
            score = 0.0 if earned else score
            message = _message(check, late)
            status = "fail" if check.is_decided else "error"
            failed.append(Line(check.name, status, message, lost, score, check.seconds))
    if not totals.maximum:
        return [
            Line(check.name, *_worthless(check), 1, 0.0, check.seconds) for check in grade.checks
        ]
    count, among = choose_counts(totals.total, totals.maximum, len(passed), len(failed))
    listed = [*repeat(passed, count), *repeat(failed, among - count)]
    return _settle(listed, totals.total / 100)


def _worthless(check: CheckResult) -> tuple[str, str]:
    passed = check.verdict is Verdict.passed
    return ("pass", check.message) if passed else ("fail", _message(check, ""))


def _message(check: CheckResult, late: str) -> str:
    if check.is_full:
        return late
    return "\n".join([describe_verdict(check), *explain(check)])


def choose_counts(total: int, maximum: int, passed: int, failed: int) -> tuple[int, int]:
    """Return how many of how many lines pass, so that the ratio is total / maximum.

    There are at least `passed` and `failed` lines of each kind if 500 lines can hold them.
    The first choice is an exact ratio in 200 lines, then one within half a hundredth of a
    point; failing that, the nearest.
    """
    if total in (0, maximum):
        return (passed, passed) if total else (0, max(1, failed))
    options = [(round(total * n / maximum), n) for n in range(2, _MOST_LINES + 1)]
    roomy = [(k, n) for k, n in options if k >= passed and n - k >= failed]
    for some in (roomy, options):
        for k, n in some:
            if k / n * (maximum / 100) == total / 100 and n <= max(_EXACT_LINES, passed + failed):
                return k, n
        for k, n in some:
            if abs(k * maximum / n - total) < 0.5:
                return k, n
    return min(options, key=lambda option: abs(option[0] * maximum / option[1] - total))


def repeat(lines: Sequence[Line], count: int) -> Iterator[Line]:
    """List lines `count` times in all, each about in proportion to its weight."""
    kept = [*lines[: count - 1], _merge(lines[count - 1 :])] if len(lines) > count > 0 else lines
    spare, weight = count - len(kept), sum(line.weight for line in kept)
    given = 0
    for line, upto in zip(kept, _running(kept), strict=True):
        extra = round(spare * upto / weight) - given if count else -1
        given += extra
        for i in range(extra + 1):
            name = f"{line.name} ({i + 1} of {extra + 1})" if extra else line.name
            yield Line(
                name,
                line.status,
                "" if i else line.message,
                1,
                0.0 if i else line.score,
                0.0 if i else line.seconds,
            )


def _running(lines: Sequence[Line]) -> Iterator[int]:
    upto = 0
    for line in lines:
        upto += line.weight
        yield upto


def _merge(lines: Sequence[Line]) -> Line:
    first = lines[0]
    return Line(
        f"{first.name} and {len(lines) - 1} more",
        first.status,
        first.message,
        sum(line.weight for line in lines),
        math.fsum(line.score for line in lines),
        math.fsum(line.seconds for line in lines),
    )


def _settle(lines: list[Line], total: float) -> list[Line]:
    """Put the score on so few lines that adding them up in floating point gives it exactly."""
    summed = 0.0
    for line in lines:
        summed += line.score
    if summed == total or not lines:
        return lines
    first, *rest = lines
    alone = Line(first.name, first.status, first.message, 1, total, first.seconds)
    return [alone, *(Line(x.name, x.status, x.message, 1, 0.0, x.seconds) for x in rest)]
