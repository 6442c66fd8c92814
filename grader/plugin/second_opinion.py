"""Whose fault it is, found by running a check again with the reference as the submission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.plugin.profile import prepared, seed_generators

if TYPE_CHECKING:
    from grader.plugin.grading import Grading
    from grader.plugin.suite import Check


def ask_reference(grading: Grading, item: pytest.Item, check: Check) -> BaseException | None:
    """Return what a check raises when the reference is asked in the submission's place."""
    if grading.reference is None or not isinstance(item, pytest.Function):
        return None
    swapped = {grading.submission: grading.reference}
    names = item._fixtureinfo.argnames  # noqa: SLF001 - pytest calls the function with these
    arguments = {n: _swap(item.funcargs[n], swapped) for n in names}
    trial = grading.trial
    second = grading.begin(check)
    number = grading.seed.for_check(check.name)
    seed_generators(number)
    try:
        with (
            grading.allowance.apart(),
            prepared(item.obj, number, second.watch, grading.terms.share),
        ):
            item.obj(**arguments)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the second opinion
        return error
    finally:
        grading.end_workers()
        grading.trial = trial
    return None


def _swap(value: Any, swapped: dict[Any, Any]) -> Any:  # noqa: ANN401 - any fixture's value
    return next((new for old, new in swapped.items() if value is old), value)
