"""Why a check was lost, found by running it again under other conditions.

With the reference as the submission it is told whose fault it is; with each call in a worker of its
own, whether an answer depends on what was asked before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.grade.result import Verdict
from grader.grading.debts import describe_debt
from grader.grading.measure import PartCreditError
from grader.inside.frames import pack
from grader.plugin.asking import ask
from grader.sandbox import (
    Died,
    ExportMissingError,
    Raised,
    Returned,
    StartTimeoutError,
    TimedOut,
)
from grader.submission.kept import holds_kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.grading.check_run import CheckRun, Finding
    from grader.grading.one_device import Grading
    from grader.sandbox.outcome import Outcome


def judge_run(
    grading: Grading, item: pytest.Item, run: CheckRun, error: BaseException | None
) -> Finding:
    """Judge a run that has ended, by an exception or without one, and run it again for that."""
    judge = grading.judge
    try:
        if judge.is_unclear(run, error):
            _ask_reference(grading, item, run)
        finding = judge(run, error)
        if error is not None and finding.verdict in (Verdict.wrong, Verdict.raised):
            run.is_right_first = _is_right_when_asked_first(grading, item, run, error)
    finally:
        grading.check_run = run  # others were begun meanwhile
    return judge(run, error) if run.is_right_first else finding


def _ask_reference(grading: Grading, item: pytest.Item, run: CheckRun) -> None:
    """Note what a check raises, and does, when the reference is asked in the submission's place.

    That a measure or a race gives it less than everything, or is not of this device, is nothing
    that it raises.
    """
    if grading.reference is None or not isinstance(item, pytest.Function):
        return
    grading.begin(run.check)
    roles = grading.roles
    swapped = {roles.submission: roles.reference, roles.shared: roles.reference_shared}
    error = _run_again(grading, item, swapped)
    is_judged = isinstance(error, PartCreditError | pytest.skip.Exception)
    run.opinion = None if is_judged else error
    second = grading.check_run
    if error is None and second is not None:
        is_judged = not describe_debt(second, grading.assignment)
    run.reference_pays = is_judged


def _is_right_when_asked_first(
    grading: Grading, item: pytest.Item, run: CheckRun, error: BaseException
) -> bool:
    """Whether a lost check is passed once every call is the first of its worker.

    The call that lost it is made again first, and the check only where that comes out otherwise.
    """
    call = (run.failure or run.failed_with(error)).call
    is_plain = run.check.name not in grading.suite.timed and run.measured is None
    if not is_plain or call is None or call.number < 2 or not isinstance(item, pytest.Function):
        return False
    if call is run.shared_call:
        return False
    if not call.export.isidentifier() or holds_kept((call.args, call.kwargs)):
        return False
    second = grading.begin(run.check)
    try:
        assert second.calls is not None
        with grading.allowance.apart():
            if _is_same(second.calls.repeat(call), call.outcome):
                return False
    except (ExportMissingError, StartTimeoutError):
        return False
    finally:
        grading.end_workers()
    again = grading.begin(run.check)
    assert again.calls is not None
    again.calls.alone = True
    return _run_again(grading, item, {}) is None


def _run_again(
    grading: Grading, item: pytest.Function, swapped: Mapping[Any, Any]
) -> BaseException | None:
    """Ask a check in the run of the moment, with values of fixtures swapped; return its error."""
    try:
        with grading.allowance.apart():
            ask(grading, item, swapped, small=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the second opinion
        return error
    finally:
        grading.end_workers()
    return None


def _is_same(again: Outcome, before: Outcome | None) -> bool:
    match again, before:
        case Returned(value), Returned(other):
            return [*map(bytes, pack(value))] == [*map(bytes, pack(other))]
        case Raised(kind, message), Raised(other_kind, other_message):
            return (kind, message) == (other_kind, other_message)
    return isinstance(before, TimedOut | Died)  # of these nothing more is found out
