"""In which order checks run, and which are of no use to run any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.assignment.needs import with_needs
from grader.grading.lost_needs import describe_lost_need, lost_need
from grader.sandbox.outcome import ExportMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from grader.assignment.check import Check
    from grader.grading.check_run import CheckRun
    from grader.grading.one_device import Grading


def in_order(
    items: Iterable[pytest.Item],
    check_of: Callable[[pytest.Item], Check | None],
    needs: Mapping[str, tuple[str, ...]],
    names: Iterable[str],
) -> list[pytest.Item]:
    """Return items in the order of their checks' names, but each check after what it needs.

    What is an item of no such check comes last.
    """
    place = {name: number for number, name in enumerate(with_needs(needs, names))}

    def number(item: pytest.Item) -> int:
        check = check_of(item)
        return place.get(check.name, len(place)) if check else len(place)

    return sorted(items, key=number)


def require_use(grading: Grading, run: CheckRun) -> None:
    """Raise where nothing can come of a run: unreadable, a lost need, a lost case, no time left."""
    check = run.check
    if grading.unreadable:
        raise ExportMissingError(grading.unreadable.sentence)
    if lost := lost_need(grading, check):
        run.waits_for = lost
        pytest.skip(describe_lost_need(grading.suite, lost))
    if grading.tally.lost(check.name):
        pytest.skip("an earlier case of this check ended its worker")
    grading.require_time(check)
