"""Whose fault it is, found by running a check again with the reference as the submission."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from grader.plugin.profile import prepared, seed_generators

if TYPE_CHECKING:
    from grader.assignment.suite import Check
    from grader.grading.one_device import Grading


def ask_reference(grading: Grading, item: pytest.Item, check: Check) -> BaseException | None:
    """Return what a check raises when the reference is asked in the submission's place."""
    if grading.reference is None or not isinstance(item, pytest.Function):
        return None
    swapped = {grading.submission: grading.reference}
    arguments = {n: _swap(item.funcargs[n], swapped) for n in _arguments_of(item)}
    first = grading.check_run
    second = grading.begin(check)
    number = grading.seed.for_check(check.name)
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
        grading.check_run = first
    return None


def _arguments_of(item: pytest.Function) -> list[str]:
    """Names of the arguments that pytest calls a check with; what has a default is left to it."""
    given = inspect.signature(item.obj).parameters.values()
    return [one.name for one in given if one.default is one.empty and one.name in item.funcargs]


def _swap(value: Any, swapped: dict[Any, Any]) -> Any:  # noqa: ANN401 - any fixture's value
    return next((new for old, new in swapped.items() if value is old), value)
