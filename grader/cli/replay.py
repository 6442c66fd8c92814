"""Whether a grade that was repeated came out the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.handin import WrongUse
from grader.reports.record import RecordError, read_grade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.grade import CheckResult, Grade
    from grader.plugin.terms import Device, Terms


def load_replay(path: Path) -> Grade:
    """Read the grade to repeat; raises WrongUse."""
    try:
        return read_grade(path)
    except (OSError, RecordError) as error:
        raise WrongUse(f"--replay {path}: {error}") from error


def terms_of(before: Grade, terms: Terms) -> Terms:
    """Return the terms under which a grade was given: its device, and its seed where it tells."""
    seed = terms.seed if before.seed is None else before.seed
    device: Device = "both" if "+" in before.device else "cpu" if before.device == "cpu" else "cuda"
    return replace(terms, seed=seed, device=device)


def require_same(before: Grade, submission: str, fingerprint: str) -> None:
    """Refuse to compare grades of different files or different seeds; raises WrongUse."""
    if before.submission.sha256 != submission:
        raise WrongUse(f"--replay: the grade is of another submission ({before.submission.name})")
    if before.seed_fingerprint != fingerprint:
        raise WrongUse(
            f"--replay: the grade was given with seed {before.seed_fingerprint}, which is not "
            "in it (only the instructor's copy has it); give it with --seed"
        )


def find_differences(before: Grade, after: Grade) -> Iterator[str]:
    """Yield a line for each check that came out differently; what depends on time is left out."""
    now = {check.name: check for check in after.checks}
    for check in before.checks:
        other = now.pop(check.name, None)
        if other is None:
            yield f"{check.name}: is not in the suite any more"
        elif _essence(check) != _essence(other):
            yield f"{check.name}: was {_words(check)}, now {_words(other)}"
    for name in now:
        yield f"{name}: is new in the suite"


def describe_versions(before: Grade, after: Grade) -> str:
    """Say on which other versions a grade was repeated, which is no difference; or nothing."""
    changed = sorted(set(before.versions.items()) ^ set(after.versions.items()))
    names = dict.fromkeys(name for name, _ in changed)
    was = [f"{n} {before.versions.get(n, '-')} -> {after.versions.get(n, '-')}" for n in names]
    return f"other versions: {', '.join(was)}" if was else ""


def _essence(check: CheckResult) -> tuple[object, ...]:
    if check.timing is not None:
        return (check.verdict,)
    return (check.verdict, check.credit, check.points)


def _words(check: CheckResult) -> str:
    return f"{check.verdict.words} ({check.score:g} / {check.points:g})"
