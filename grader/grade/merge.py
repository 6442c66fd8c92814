"""Grades of one submission, given apart, made one: on two devices, or some checks at a time.

A check counts once, by the worst of the runs that came about. Nothing is earned by what did not
run, and a device on which nothing ran makes the grade partial: also one that was lost to a grade
which was joined before, until some grade of it comes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.grade.hang import join_hangs
from grader.grade.result import CheckResult, Grade, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SAME = {
    "assignment": "assignments",
    "version": "versions of the assignment",
    "seed_fingerprint": "seeds",
    "submitted_at": "times of handing in",
    "late": "deadlines or penalties",
}


class MergeError(ValueError):
    """The grades are not of one submission; the message says what differs."""


def merge_grades(grades: Sequence[Grade], lost: Mapping[str, str] | None = None) -> Grade:
    """Join grades of one submission; ``lost`` are devices without one, with the reason.

    Raises MergeError where assignment, submission, seed or time of handing in differ.
    """
    _require_same(grades)
    first = grades[0]
    if len(grades) == 1 and not lost:
        return first
    gone = {**_find_lost(grades), **(lost or {})}
    devices = _join([*(grade.device for grade in grades), *gone])
    named = [(grade.device, {check.name: check for check in grade.checks}) for grade in grades]
    return replace(
        first,
        checks=tuple(
            _merge_check([(device, checks[check.name]) for device, checks in named])
            for check in first.checks
        ),
        isolation=_join([grade.isolation for grade in grades], ", "),
        device=devices,
        lost_devices=tuple(gone),
        hangs=join_hangs(*(grade.hangs for grade in grades)),
        started_at=min(grade.started_at for grade in grades),
        seconds=round(sum(grade.seconds for grade in grades), 3),
        notices=tuple(dict.fromkeys(_notices(grades, gone))),
    )


def _require_same(grades: Sequence[Grade]) -> None:
    first = grades[0]
    for other in grades[1:]:
        if first.submission.sha256 != other.submission.sha256:
            names = f"{first.submission.name} and {other.submission.name}"
            raise MergeError(f"grades of two submissions: {names} are not the same file")
        for field, words in _SAME.items():
            was, now = getattr(first, field), getattr(other, field)
            if was != now:
                raise MergeError(f"grades of two {words}: {was} and {now}")
        if [check.name for check in first.checks] != [check.name for check in other.checks]:
            raise MergeError("grades of two suites: their checks are not the same")


def _merge_check(runs: Sequence[tuple[str, CheckResult]]) -> CheckResult:
    known = [(device, check) for device, check in runs if check.is_decided]
    if not known:
        asked = [run for run in runs if run[1].was_asked]
        words = dict.fromkeys(_placed(device, check) for device, check in asked)
        return replace(runs[0][1], message="; ".join(words)) if asked else runs[0][1]
    device, worst = max(known, key=lambda run: run[1].severity)
    seconds = round(sum(check.seconds for _, check in runs), 4)
    if len(known) > 1 and not worst.is_full:
        return replace(worst, message=_placed(device, worst), seconds=seconds)
    return replace(worst, seconds=seconds)


def _placed(device: str, check: CheckResult) -> str:
    """Say on which device it came about; what is of several says so itself."""
    return check.message if "+" in device else f"on {device}: {check.message}"


def _find_lost(grades: Sequence[Grade]) -> dict[str, str]:
    """Return the devices on which nothing ran in any grade, with the reason of one that had it."""
    ran = {device for grade in grades for device in _devices(grade) if _ran_on(grade, device)}
    return {
        device: _why_nothing_ran(grade, device)
        for grade in grades
        for device in _devices(grade)
        if device not in ran
    }


def _devices(grade: Grade) -> list[str]:
    return grade.device.split("+")


def _ran_on(grade: Grade, device: str) -> bool:
    return device not in grade.lost_devices and any(check.ran for check in grade.checks)


def _why_nothing_ran(grade: Grade, device: str) -> str:
    said = _nothing_ran_on(device)
    told = [notice.removeprefix(said) for notice in grade.notices if notice.startswith(said)]
    reasons = [check.message for check in grade.checks if check.verdict is Verdict.not_run]
    return next(iter([*told, *reasons]), "there is no check")


def _nothing_ran_on(device: str) -> str:
    return f"nothing ran on {device}: "


def _join(texts: Sequence[str], between: str = "+") -> str:
    parts = [part for text in texts for part in text.split(between)]
    return between.join(dict.fromkeys(parts))


def _notices(grades: Sequence[Grade], gone: Mapping[str, str]) -> Iterator[str]:
    for device, reason in gone.items():
        yield f"{_nothing_ran_on(device)}{reason}"
    for grade in grades:
        outdone = tuple(_nothing_ran_on(device) for device in grade.lost_devices)
        yield from (notice for notice in grade.notices if not notice.startswith(outdone))
    first = grades[0].versions
    for grade in grades[1:]:
        changed = sorted({key for key, _ in set(first.items()) ^ set(grade.versions.items())})
        if changed:
            both = (f"{k} {first.get(k, '-')} and {grade.versions.get(k, '-')}" for k in changed)
            yield f"graded with different versions: {', '.join(both)}"
