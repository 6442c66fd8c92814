"""A grade with harmless texts only, and the view of it that a student may have."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.grade.fields import (
    COUNTEREXAMPLE,
    LINE,
    MESSAGE,
    NOTICES,
    PICTURE_BYTES,
    PICTURES,
    SENTENCE,
    VERSION,
)
from grader.grade.result import CheckResult, Grade, Handed, Picture, Timing, Verdict
from grader.text import clean, clean_line

if TYPE_CHECKING:
    from grader.grade.late import Late

_LINES = ("assignment", "version", "isolation", "device", "seed_fingerprint", "started_at")
_PNG = b"\x89PNG\r\n\x1a\n"


def clean_grade(grade: Grade) -> Grade:
    """Return the grade with every text in it bounded and free of control characters."""
    return replace(
        grade,
        **_clean_lines(grade, _LINES),
        title=clean_line(grade.title, SENTENCE),
        submission=Handed(clean_line(grade.submission.name, LINE), grade.submission.sha256[:64]),
        checks=tuple(_clean_check(check) for check in grade.checks),
        notices=tuple(clean(notice, SENTENCE) for notice in grade.notices[:NOTICES]),
        versions={
            clean_line(k, VERSION): clean_line(v, VERSION) for k, v in grade.versions.items()
        },
        submitted_at=None if grade.submitted_at is None else clean_line(grade.submitted_at, LINE),
        late=grade.late and _clean_late(grade.late),
        lost_devices=tuple(clean_line(device, LINE) for device in grade.lost_devices),
        hangs=tuple(
            replace(hang, export=clean_line(hang.export, LINE), check=clean_line(hang.check, LINE))
            for hang in grade.hangs
        ),
    )


def _clean_late(late: Late) -> Late:
    return replace(late, **_clean_lines(late, ("submitted_at", "deadline", "timezone")))


def _clean_lines(record: Grade | Late, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: clean_line(getattr(record, name), LINE) for name in names}


def _clean_check(check: CheckResult) -> CheckResult:
    example, timing = check.counterexample, check.timing
    return replace(
        check,
        name=clean_line(check.name, LINE),
        sentence=clean_line(check.sentence, SENTENCE),
        message=clean(check.message, MESSAGE).strip(),
        counterexample=None if example is None else clean(example, COUNTEREXAMPLE),
        timing=timing and _clean_timing(timing),
        pictures=tuple(
            Picture(clean_line(picture.caption, LINE), picture.png)
            for picture in check.pictures[:PICTURES]
            if picture.png.startswith(_PNG) and len(picture.png) <= PICTURE_BYTES
        ),
        waits_for=clean_line(check.waits_for, LINE),
    )


def _clean_timing(timing: Timing) -> Timing:
    known = ((name, pace) for name, pace in timing.paces.items() if math.isfinite(pace))
    paces = {clean_line(name, LINE): pace for name, pace in known}
    return replace(timing, note=clean(timing.note, SENTENCE), paces=paces)


def for_student(grade: Grade) -> Grade:
    """Return the clean grade without the seed and without what hidden checks asked or saw."""
    checks = tuple(_hide(check) if check.hidden else check for check in grade.checks)
    told = grade.seconds
    if any(check.hidden and check.ran for check in grade.checks):
        told = coarse(told)
    return clean_grade(replace(grade, checks=checks, seed=None, seconds=told))


def _hide(check: CheckResult) -> CheckResult:
    words, seconds = _hidden_words(check), coarse(check.seconds)
    return replace(check, message=words, counterexample=None, pictures=(), seconds=seconds)


def coarse(seconds: float) -> float:
    """Round up to 1, 2, 5, 10, 20, 50, …: how long a hidden check takes tells of its inputs."""
    if not math.isfinite(seconds) or seconds <= 0:
        return seconds
    size = 10.0 ** max(0, math.floor(math.log10(seconds)))
    return next(step * size for step in (1, 2, 5, 10) if seconds <= step * size)


def _hidden_words(check: CheckResult) -> str:
    """What may be said of a hidden check: our own words, or a person's who decided it."""
    is_number = check.is_full and check.measured is not None
    is_ours = check.timing is not None or is_number or check.verdict is Verdict.not_run
    if is_ours or check.by_hand:
        return check.message
    return "" if check.is_full else "a hidden check: what it asks is not shown"
