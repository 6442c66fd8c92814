"""Why a check was lost, found by running it again under other conditions.

With the reference as the submission it is told whose fault it is; with each call in a worker of its
own, whether an answer depends on what was asked before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

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

    from grader.assignment.check import Check
    from grader.grading.check_run import CheckRun
    from grader.grading.one_device import Grading
    from grader.sandbox.outcome import Outcome


def ask_reference(grading: Grading, item: pytest.Item, check: Check) -> BaseException | None:
    """Return what a check raises when the reference is asked in the submission's place.

    That a measure or a race gives it less than everything is nothing that it raises.
    """
    if grading.reference is None or not isinstance(item, pytest.Function):
        return None
    grading.begin(check)
    roles = grading.roles
    swapped = {roles.submission: roles.reference, roles.shared: roles.reference_shared}
    error = _run_again(grading, item, swapped)
    second = grading.check_run
    return None if second is not None and error is second.ended_by else error


def is_right_when_asked_first(
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
