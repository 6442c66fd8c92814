"""Stores of one class made one: of its parts, and of two devices.

What comes of it depends on the stores alone, in whichever order and however often they are given.
Of an attempt that several know the better outcome counts, of two that are as good the later one;
and grades of two devices are joined, check by check.
"""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.assignment.folder import load_assignment
from grader.assignment.suite import load_suite
from grader.course.contents import Content, tell_difference
from grader.course.exports import write_exports
from grader.course.place import held
from grader.course.rows import STALE, count_statuses, read_rows
from grader.course.shards import Shard
from grader.course.store import Store
from grader.course.students import shown
from grader.course.summary import summarize
from grader.grade.merge import MergeError, merge_grades
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from grader.course.store import Outcome

_NOTES = ("service", "folder")
_ORDER = ("withheld", "not_read", "partial", "graded")


@dataclass(frozen=True, slots=True)
class _Part:
    """A store that is read, and what it says of itself."""

    place: Path
    store: Store
    content: Content
    circumstances: dict[str, object]
    shard: Shard

    @property
    def device(self) -> str:
        """The device that its grades are of."""
        return str(self.circumstances.get("device"))


def merge_stores(out: Path, places: Sequence[Path]) -> tuple[list[str], bool]:
    """Join stores in a folder; return lines to print, and whether every student is graded.

    Raises MisuseError for stores that are not of one class, made from one content.
    """
    if out.resolve() in {place.resolve() for place in places}:
        raise MisuseError(f"{out} is both what is written and what is read: name another folder")
    with ExitStack() as stack:
        parts = [_open(place, stack) for place in places]
        _require_same(parts)
        assignment = load_assignment(parts[0].store.noted("folder"))
        out.mkdir(parents=True, exist_ok=True)
        stack.enter_context(held(out))
        store = stack.enter_context(Store.open(out, assignment.name))
        _require_all_devices(out, store, parts)
        store.keep_roll(parts[0].store.roll())
        for name in _NOTES:
            store.note(name, parts[0].store.noted(name))
        store.note("content", "")  # what is stale is so by its own part's
        store.note("devices", " ".join(sorted({part.device for part in parts})))
        _merge_outcomes(store, parts)
        _merge_decisions(store, parts)
        rows = list(read_rows(store, assignment))
        tables = write_exports(out, assignment, rows, store.noted("service"))
        raced = load_suite(assignment).timed
        told = [*summarize(rows, changed={}, slowest=(), raced=raced, places=tables)]
        missing = [
            f"missing: part {shard}, of which no store was given" for shard in _missing(parts)
        ]
        counts = count_statuses({row.student: row.status for row in rows})
        return missing + told, not missing and not {"withheld", "not_read"} & set(counts)


def _open(place: Path, stack: ExitStack) -> _Part:
    store = stack.enter_context(Store.open(place))
    if (content := Content.noted(store)) is None:
        raise MisuseError(f"{place} does not say what it is made from: give its command again")
    circumstances = json.loads(store.noted("circumstances"))
    return _Part(place, store, content, circumstances, Shard.read(store.noted("shard")))


def _require_same(parts: Sequence[_Part]) -> None:
    """Raise MisuseError unless all parts are of one class, and those of a device of one content."""
    first, firsts = parts[0], {part.device: part for part in reversed(parts)}
    for part in parts[1:]:
        both = f"{first.place} and {part.place}"
        if part.store.noted("assignment") != first.store.noted("assignment"):
            raise MisuseError(f"{both} are of two assignments")
        mine, theirs = first.store.roll(), part.store.roll()
        if other := sorted(s for s in {*mine, *theirs} if mine.get(s) != theirs.get(s)):
            raise MisuseError(
                f"{both} know two classes: {shown(other[0])} is not the same in both; give the "
                "command of each part again, on the same folder"
            )
        if part.shard.count != firsts[part.device].shard.count:
            raise MisuseError(f"{both} are parts of two divisions: {first.shard} and {part.shard}")
        _require_same_content(firsts[part.device], part)


def _require_same_content(one: _Part, other: _Part) -> None:
    if one.content == other.content:
        return
    difference = tell_difference(one.circumstances, other.circumstances)
    raise MisuseError(
        f"{one.place} and {other.place} are not made from the same: {difference}; grade both "
        "alike, with one seed or secret"
    )


def _require_all_devices(out: Path, store: Store, parts: Sequence[_Part]) -> None:
    """Raise MisuseError where a folder holds grades of a device that no store is of."""
    held_there = set(store.noted("devices").split())
    if absent := held_there - {part.device for part in parts}:
        raise MisuseError(
            f"{out} holds grades of {' and '.join(sorted(absent))}: give the stores of all devices"
        )


def _missing(parts: Sequence[_Part]) -> Iterator[str]:
    """Yield the parts that no store is of, with the device where there are two."""
    there: dict[str, set[Shard]] = defaultdict(set)
    for part in parts:
        there[part.device].add(part.shard)
    for device, shards in there.items():
        count = next(iter(shards)).count
        words = f" on {device}" if len(there) > 1 else ""
        absent = (Shard(number, count) for number in range(1, count + 1))
        yield from (f"{shard}{words}" for shard in absent if shard not in shards)


def _merge_outcomes(store: Store, parts: Sequence[_Part]) -> None:
    """Keep what each attempt came to in all stores."""
    by_device: dict[str, list[_Part]] = defaultdict(list)
    for part in parts:
        by_device[part.device].append(part)
    for student, attempt in {key: None for part in parts for key in part.store.outcomes()}:
        before = store.outcome(student, attempt)
        each = []
        for same in by_device.values():
            known = [part.store.outcome(student, attempt) for part in same]
            held_there = [before] if len(by_device) == 1 else []
            if (best := _best([*known, *held_there], same[0].content)) is not None:
                each.append(_marked(best, same[0].content))
        outcome = _join(each, len(by_device))
        if outcome != before:
            store.keep([student], outcome)


def _marked(outcome: Outcome, content: Content) -> Outcome:
    """Return an outcome, of which it is said where it is stale; none of a part says so itself."""
    if outcome.grade is None or not content.is_newer(outcome):
        return outcome
    return replace(outcome, status="withheld", problem=outcome.problem or STALE)


def _best(outcomes: Iterable[Outcome | None], content: Content) -> Outcome | None:
    """Return the outcome that counts of one attempt on one device, where there is any.

    What is not stale counts above what is, a grade above none, and then what was graded later.
    """

    def goodness(outcome: Outcome) -> tuple[bool, int, str, str]:
        began = outcome.grade.started_at if outcome.grade else ""
        checks = json.dumps(dict(outcome.checks), sort_keys=True)
        return not content.is_newer(outcome), _ORDER.index(outcome.status), began, checks

    return max(filter(None, outcomes), key=goodness, default=None)


def _join(outcomes: Sequence[Outcome], devices: int) -> Outcome:
    """Join what one attempt came to on several devices; without a grade on one there is none."""
    first = outcomes[0]
    if devices == 1:
        return first
    worst = min(outcomes, key=lambda outcome: _ORDER.index(outcome.status))
    grades = [outcome.grade for outcome in outcomes if outcome.grade is not None]
    if len(grades) < devices:
        problem = worst.problem or "not graded yet on one of the devices"
        status = worst.status if worst.grade is None else "withheld"
        return replace(worst, status=status, problem=problem, shared="", checks={}, grade=None)
    try:
        grade = merge_grades(grades)
    except MergeError as error:
        raise MisuseError(str(error)) from error
    return replace(worst, status=grade.status, shared="", checks={}, grade=grade)


def _merge_decisions(store: Store, parts: Sequence[_Part]) -> None:
    """Keep the last decision for each check of each student."""
    kept = {(d.student, d.check): d for d in store.decisions()}
    for part in parts:
        for decision in part.store.decisions():
            before = kept.get((decision.student, decision.check))
            if before is None or before.at < decision.at:
                kept[decision.student, decision.check] = decision
                store.decide(decision)
