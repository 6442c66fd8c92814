"""What a person decided for a check, in place of what was measured and with it beside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.grade.result import CheckResult, Decision, Grade, Timing, Verdict
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.course.store import HumanDecision


def apply_decisions(grade: Grade, decisions: Iterable[HumanDecision]) -> Grade:
    """Return a grade in which what was decided counts; a check that is gone is passed over."""
    by_check = {decision.check: decision for decision in decisions}
    checks = tuple(
        _decided(check, by_check[check.name]) if check.name in by_check else check
        for check in grade.checks
    )
    return replace(grade, checks=checks)


def _decided(check: CheckResult, decision: HumanDecision) -> CheckResult:
    points = min(decision.points, check.points)
    is_full = points == check.points
    who = f" ({clean_line(decision.who, 80)}, {decision.at})" if decision.who else ""
    said = f"decided by a person{who}: {points:g} of {check.points:g}: {decision.why}"
    measured = f"measured: {check.score:g}, {check.verdict.words}"
    return replace(
        check,
        verdict=Verdict.passed if is_full else Verdict.wrong,
        credit=1.0 if is_full else points / check.points,
        message="\n".join(filter(None, [said, measured, "" if check.hidden else check.message])),
        timing=check.timing and _settled(check.timing),
        by_hand=True,
    )


def _settled(timing: Timing) -> Timing:
    """Return a race's timing when nobody has to look at it any more."""
    is_open = timing.decision is Decision.referred
    return replace(timing, decision=Decision.decided) if is_open else timing
