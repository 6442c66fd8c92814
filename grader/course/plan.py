"""Which checks of which attempts are to be run: what is missing, and what is stale."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from grader.course.contents import key_of
from grader.grade.hang import join_hangs
from grader.grade.result import TOO_BUSY, TOO_BUSY_TO_TIME
from grader.source.nofollow import LinkError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from grader.course.contents import Content
    from grader.course.store import Outcome
    from grader.course.students import Attempt, Student
    from grader.grade.result import CheckResult, Grade

Races = Literal["last", "never", "only"]


@dataclass(frozen=True, slots=True)
class Work:
    """One attempt to grade, for all whose it is, and the checks of it that are to be run.

    Its grade `continues` one that is kept, of which the other checks still hold.
    """

    key: str
    attempt: Attempt
    students: tuple[str, ...]
    select: tuple[str, ...]
    continues: bool = False


@dataclass
class Plan:
    """Attempts by student, and the work in two turns: checks side by side, and races alone."""

    keys: dict[str, str] = field(default_factory=dict)
    checks: list[Work] = field(default_factory=list)
    races: list[Work] = field(default_factory=list)


def read_attempts(
    students: Sequence[Student], asked: Collection[str] = ()
) -> tuple[list[Student], dict[str, str]]:
    """Return the rows, where a file cannot be read with the problem, and each attempt's key.

    The key is a hash of what was handed in, of several files those that are `asked` for, and of
    what its student called it.
    """
    keys: dict[str, str] = {}
    rows = []
    for row in students:
        attempt = row.attempt
        if attempt is not None and not attempt.problem:
            try:
                keys[row.id] = key_of(attempt.path, attempt.file, asked)
            except LinkError:
                attempt = replace(attempt, problem="is a link, and no link is graded")
            except OSError as error:
                attempt = replace(attempt, problem=f"cannot be read: {error.strerror}")
        rows.append(replace(row, attempt=attempt))
    return rows, keys


def make_plan(
    students: Sequence[Student],
    keys: Mapping[str, str],
    outcomes: Mapping[tuple[str, str], Outcome],
    content: Content,
    *,
    raced: Collection[str],
    races: Races,
) -> Plan:
    """Plan what is missing or stale; `raced` names the checks that are races."""
    plan = Plan(dict(keys))
    groups: dict[tuple[str, Attempt], list[str]] = {}
    for row in students:
        if row.attempt is not None and row.id in keys:
            groups.setdefault((keys[row.id], replace(row.attempt, came=None)), []).append(row.id)
    for (key, attempt), members in groups.items():
        kept = [outcomes.get((student, key)) for student in members]
        stale = [name for name in content.checks if any(_is_stale(o, name, content) for o in kept)]
        holds = all(o is not None and o.shared == content.shared for o in kept)
        first = tuple(name for name in stale if name not in raced)
        last = tuple(name for name in stale if name in raced)
        if first and races != "only":
            plan.checks.append(Work(key, attempt, tuple(members), first, holds))
        if last and races != "never":
            continues = holds or (bool(first) and races == "last")
            plan.races.append(Work(key, attempt, tuple(members), last, continues))
    return plan


def join_grades(before: Grade | None, after: Grade, ran: Collection[str]) -> Grade:
    """Return a grade of what ran now and, for the rest, of what a grade before it says."""
    if before is None:
        return after
    old = {check.name: check for check in before.checks}
    checks = tuple(c if c.name in ran else old.get(c.name, c) for c in after.checks)
    notices = tuple(dict.fromkeys((*before.notices, *after.notices)))
    kept = (hang for hang in before.hangs if hang.check not in ran)
    hangs = join_hangs(kept, after.hangs)
    seconds = round(before.seconds + after.seconds, 3)
    return replace(after, checks=checks, notices=notices, seconds=seconds, hangs=hangs)


def may_run_yet(check: CheckResult) -> bool:
    """Whether a check did not run for want of time or quiet, so that another try may do."""
    busy = check.message.startswith((TOO_BUSY, TOO_BUSY_TO_TIME))
    waits = check.timing is not None or busy
    return not check.ran and (waits or not check.was_asked)


def _is_stale(outcome: Outcome | None, check: str, content: Content) -> bool:
    if outcome is None or outcome.shared != content.shared:
        return True
    return outcome.checks.get(check) != content.checks[check]
