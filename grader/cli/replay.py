"""Whether a grade that was repeated came out the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.assignment.isolation import LEVELS
from grader.grade.late import parse_time
from grader.reports.record import RecordError, read_grade
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from grader.grade.result import CheckResult, Grade
    from grader.grading.options import Device, GradingOptions


def load_replay(path: Path) -> Grade:
    """Read the grade to repeat; raises MisuseError."""
    try:
        return read_grade(path)
    except OSError as error:
        raise MisuseError(f"--replay {path}: {error.strerror}") from error
    except RecordError as error:
        raise MisuseError(f"--replay {path}: {error}") from error


def options_of(before: Grade, options: GradingOptions) -> GradingOptions:
    """Return the options under which a grade was given, but for those that are chosen now.

    They are its device, its isolation, when it was handed in and by when it had to be, what hung
    in it, and its seed where it tells.
    """
    seed = options.seed if before.seed is None else before.seed
    device: Device = "both" if "+" in before.device else "cpu" if before.device == "cpu" else "cuda"
    level = _level_of(before)
    own = before.late.deadline if before.late and before.late.own else None
    return replace(
        options,
        seed=seed,
        device=device,
        isolation=options.isolation or level,
        submitted_at=options.submitted_at or _read_time(before.submitted_at),
        deadline=options.deadline or _read_time(own),
        hangs=before.hangs,
    )


def _level_of(before: Grade) -> str | None:
    """Return the level of a grade, where it had one: on a card its name has that, as L3-cuda."""
    levels = {name.removesuffix("-cuda") for name in before.isolation.split(", ")}
    return levels.pop() if len(levels) == 1 and levels <= LEVELS.keys() else None


def _read_time(text: str | None) -> datetime | None:
    try:
        return None if text is None else parse_time(text)
    except ValueError as error:
        raise MisuseError(f"--replay: {error}") from error


def checks_of(before: Grade) -> tuple[str, ...]:
    """Return the names of the checks that a grade asked, or none where it asked them all."""
    asked = tuple(check.name for check in before.checks if check.was_asked)
    return () if len(asked) == len(before.checks) else asked


def checks_to_repeat(before: Grade, chosen: Collection[str], *, named: bool) -> tuple[str, ...]:
    """Return the checks to run again: what the grade asked, but for what is left out now.

    Checks that are `named` now are run whatever the grade asked. Raises MisuseError for none.
    """
    asked = checks_of(before)
    if named or not chosen or not asked:
        return tuple(chosen) or asked
    if not (both := tuple(name for name in chosen if name in asked)):
        raise MisuseError("--replay: the grade asked none of the checks that are chosen now")
    return both


def require_same(before: Grade, submission: str, fingerprint: str) -> None:
    """Refuse to compare grades of different files or different seeds; raises MisuseError."""
    if before.submission.sha256 != submission:
        raise MisuseError(
            f"--replay: the grade is of another submission ({before.submission.name})"
        )
    if before.seed_fingerprint != fingerprint:
        raise MisuseError(
            f"--replay: the grade was given with seed {before.seed_fingerprint}, which is not "
            "in it (only the instructor's copy has it); give it with --seed"
        )


def find_differences(
    before: Grade, after: Grade, chosen: Collection[str] = (), timed: Collection[str] = ()
) -> Iterator[str]:
    """Yield a line for each check that came out differently, and for another penalty.

    Of those that are `timed` only the verdict is compared; checks that were not `chosen`, if some
    were, are left out.
    """
    asked = [check for check in before.checks if not chosen or check.name in chosen]
    now = {c.name: c for c in after.checks if not chosen or c.name in chosen}
    for check in asked:
        other = now.pop(check.name, None)
        if other is None:
            yield f"{check.name}: is not in the suite any more"
        elif _essence(check, timed) != _essence(other, timed):
            yield f"{check.name}: was {_words(check)}, now {_words(other)}"
    for name in now:
        yield f"{name}: is new in the suite"
    was, is_now = (grade.late.penalty if grade.late else 0.0 for grade in (before, after))
    if was != is_now:
        yield f"handed in: was {before.late or 'in time'}, now {after.late or 'in time'}"


def describe_circumstances(before: Grade, after: Grade) -> Iterator[str]:
    """Say under which other circumstances a grade was repeated, which are no difference."""
    for name in ("isolation", "device"):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield f"other {name}: {was} -> {now}"
    changed = sorted(set(before.versions.items()) ^ set(after.versions.items()))
    names = dict.fromkeys(name for name, _ in changed)
    both = [f"{n} {before.versions.get(n, '-')} -> {after.versions.get(n, '-')}" for n in names]
    if both:
        yield f"other versions: {', '.join(both)}"


def _essence(check: CheckResult, timed: Collection[str]) -> tuple[object, ...]:
    if check.timing is not None or check.name in timed:
        return (check.verdict,)
    return (check.verdict, check.credit, check.points)


def _words(check: CheckResult) -> str:
    return f"{check.verdict.words} ({check.score:g} / {check.points:g})"
