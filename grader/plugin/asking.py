"""A check is asked: what it is known to draw by its body alone, and else by Hypothesis.

Both ways come to the same verdict, message and counterexample. What is known is of use where it is
passed: then nothing needs to be drawn. Where it is not, all that it left behind is taken back, and
Hypothesis comes to the same failure, and makes it small. If Hypothesis finds none, the submission
has given two answers to one question, and that is said: nobody gets a second chance.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from hypothesis.errors import Flaky

from grader.grading.draw_cache import MOST_OF_ONE
from grader.grading.module_cache import package_of
from grader.plugin.drawing import ENDS, Notes, OtherwiseError, ask_again
from grader.plugin.profile import is_property, prepared, seed_generators
from grader.sandbox import IsolationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest

    from grader.grading.check_run import CheckRun, Failure
    from grader.grading.draw_cache import DrawCache
    from grader.grading.draws import Draw
    from grader.grading.one_device import Grading

_OUTLIVES = {"race", "shared"}  # what is done by these fixtures outlives the run of a check


def ask(
    grading: Grading,
    item: pytest.Function,
    swapped: Mapping[Any, Any] | None = None,
    *,
    small: bool = True,
) -> None:
    """Ask one case of a check in the run of the moment, or in one begun for it; raise what ends it.

    `swapped` are values of fixtures with what stands in their places. A failure is made `small`
    where it is to be shown.
    """
    __tracebackhide__ = True
    arguments = {name: _swap(item.funcargs[name], swapped or {}) for name in _names_of(item)}
    cache, failed = _cache_of(grading, item), None
    if cache and (known := cache.recall(item.name)):
        take_back = grading.roles.mark()
        try:
            _ask_known(grading, item, arguments, known)
        except ENDS:
            raise
        except BaseException as error:  # noqa: BLE001 - Hypothesis tells what it is
            failed = _failure_of(_run_of(grading), error)
        else:
            return
        take_back()
        _begin_anew(grading)
    run, number = _run_of(grading), _number_of(grading)
    seed_generators(number)
    notes = _notes(grading, run, arguments) if cache else None
    how: dict[str, Any] = {"share": grading.options.share, "small": small, "notes": notes}
    with prepared(item.obj, number, run, **how):
        item.obj(**arguments)
    if failed is not None:
        run.failure = failed
        raise Flaky("it failed, and did not when it was asked the same again")
    if cache and notes and notes.draws:
        cache.keep(item.name, notes.draws)


def _ask_known(
    grading: Grading, item: pytest.Function, arguments: dict[str, Any], known: Sequence[Draw]
) -> None:
    __tracebackhide__ = True
    number = _number_of(grading)
    seed_generators(number)
    with prepared(item.obj, number, _run_of(grading)):
        ask_again(item.obj, known, arguments, package_of(grading.assignment.folder))


def _failure_of(run: CheckRun, error: BaseException) -> Failure | None:
    """Return how the submission failed; None where the reference did, or the machine, or nobody."""
    if isinstance(error, OtherwiseError | IsolationError) or run.is_references(error):
        return None
    return run.failure or run.failed_with(error)


def _begin_anew(grading: Grading) -> None:
    """Begin the run of the moment from its beginning, as it was begun."""
    run = _run_of(grading)
    alone = run.calls is not None and run.calls.alone
    anew = grading.begin(run.check)
    if anew.calls is not None:
        anew.calls.alone = alone


def _notes(grading: Grading, run: CheckRun, arguments: Mapping[str, Any]) -> Notes:
    return Notes(
        arguments,
        package_of(grading.assignment.folder),
        MOST_OF_ONE,
        apart=grading.allowance.apart,
        last_call=lambda: run.calls and run.calls.last,
    )


def _cache_of(grading: Grading, item: pytest.Function) -> DrawCache | None:
    """Return where the draws of a case are kept: of a property that begins with nothing asked."""
    is_fit = _OUTLIVES.isdisjoint(item.fixturenames) and not grading.roles.is_asked
    return grading.draws if is_fit and is_property(item.obj) else None


def _run_of(grading: Grading) -> CheckRun:
    assert grading.check_run is not None
    return grading.check_run


def _number_of(grading: Grading) -> int:
    return grading.seed.for_check(_run_of(grading).check.name)


def _names_of(item: pytest.Function) -> list[str]:
    """Names of the arguments that pytest calls a check with; what has a default is left to it."""
    given = inspect.signature(item.obj).parameters.values()
    return [one.name for one in given if one.default is one.empty and one.name in item.funcargs]


def _swap(value: Any, swapped: Mapping[Any, Any]) -> Any:  # noqa: ANN401 - any fixture's value
    return next((new for old, new in swapped.items() if value is old), value)
