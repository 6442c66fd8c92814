"""Why a check was lost, found by running it again under other conditions.

With the reference as the submission it is told whose fault it is; with each call in a worker of its
own, whether an answer depends on what was asked before.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from grader.inside.frames import pack
from grader.plugin.profile import prepared, seed_generators
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
    second = grading.begin(check)
    roles = grading.roles
    swapped = {roles.submission: roles.reference, roles.shared: roles.reference_shared}
    error = _run_again(grading, item, second, swapped)
    return None if error is second.ended_by else error


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
    return _run_again(grading, item, again, {}) is None


def _run_again(
    grading: Grading, item: pytest.Function, second: CheckRun, swapped: dict[Any, Any]
) -> BaseException | None:
    """Run a check as its second run, with some fixtures' values swapped; return what it raises."""
    arguments = {n: _swap(item.funcargs[n], swapped) for n in _arguments_of(item)}
    number = grading.seed.for_check(second.check.name)
    seed_generators(number)
    try:
        with (
            grading.allowance.apart(),
            prepared(item.obj, number, second, grading.options.share),
        ):
            item.obj(**arguments)
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


def _arguments_of(item: pytest.Function) -> list[str]:
    """Names of the arguments that pytest calls a check with; what has a default is left to it."""
    given = inspect.signature(item.obj).parameters.values()
    return [one.name for one in given if one.default is one.empty and one.name in item.funcargs]


def _swap(value: Any, swapped: dict[Any, Any]) -> Any:  # noqa: ANN401 - any fixture's value
    return next((new for old, new in swapped.items() if value is old), value)
