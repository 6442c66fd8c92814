"""The rows of a class as they stand: what was understood, what it came to, what people decided."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from grader.course.contents import Content
from grader.course.decisions import apply_decisions
from grader.grade.late import format_exactly

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.assignment.folder import Assignment
    from grader.course.store import HumanDecision, Outcome, Status, Store
    from grader.course.students import Student
    from grader.grade.result import Grade

NOT_YET = "not graded yet"
STALE = "was graded by an earlier version of the assignment, and not again yet"


@dataclass(frozen=True, slots=True)
class About:
    """What is kept of a student, so that rows can be made without the files: plain texts."""

    name: str = ""
    email: str = ""
    group: str = ""
    attempt: str = ""
    file: str = ""
    service_id: str = ""
    came: str = ""
    deadline: str = ""
    is_late: bool = False
    problem: str = ""
    earlier: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One student: the status, the grade that counts if there is one, and what is to be known."""

    student: str
    about: About
    status: Status
    grade: Grade | None = None
    problem: str = ""
    notices: tuple[str, ...] = ()
    decided: Sequence[HumanDecision] = field(default_factory=tuple)

    @property
    def is_current(self) -> bool:
        """Whether the grade counts as it is: nothing came in between."""
        return self.grade is not None and self.status == self.grade.status

    @property
    def why_not(self) -> str:
        """Why the row has no grade that counts."""
        return self.problem or "a person has to look"


def about_of(student: Student, key: str) -> dict[str, Any]:
    """Return what is kept of a row."""
    attempt, member = student.attempt, student.member
    about = About(
        name=member.name,
        email=member.email,
        group=member.group,
        attempt=key,
        file=attempt.name if attempt else "",
        service_id=student.service_id,
        came=attempt.came.isoformat() if attempt and attempt.came else "",
        deadline=member.deadline.isoformat() if member.deadline else "",
        is_late=attempt.is_late if attempt else False,
        problem=attempt.problem if attempt else "",
        earlier=tuple(one.name for one in student.earlier),
        notices=student.notices,
    )
    encoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(about))
    return encoded


def read_rows(store: Store, assignment: Assignment) -> Iterator[Row]:
    """Yield the row of each student, in order, with a grade at a time.

    A grade that was made of another content than the folder's last is stale, and does not count.
    """
    content = Content.noted(store)
    decided: dict[str, list[HumanDecision]] = defaultdict(list)
    for decision in store.decisions():
        decided[decision.student].append(decision)
    for student, told in store.roll().items():
        about = msgspec.convert(told, About)
        outcome = store.outcome(student, about.attempt) if about.attempt else None
        row = make_row(student, about, outcome, assignment, decided[student])
        if row.is_current and outcome and content and content.is_newer(outcome):
            row = replace(row, status="withheld", problem=STALE)
        yield row


def make_row(
    student: str,
    about: About,
    outcome: Outcome | None,
    assignment: Assignment,
    decided: Sequence[HumanDecision] = (),
) -> Row:
    """Return what a student's row comes to: the default is never points."""
    if about.problem:
        return Row(student, about, "not_read", problem=about.problem, notices=about.notices)
    if not about.attempt:
        return Row(student, about, "not_handed_in", notices=about.notices)
    if outcome is None:
        return Row(student, about, "withheld", problem=NOT_YET, notices=about.notices)
    notices = (*about.notices, *outcome.notices)
    if outcome.grade is None:
        return Row(student, about, outcome.status, None, outcome.problem, notices)
    grade = _at_its_time(outcome.grade, about, assignment)
    asked = tuple(check for check in grade.checks if check.name in assignment.points)
    grade = apply_decisions(replace(grade, checks=asked), decided)
    status = "withheld" if outcome.problem else grade.status
    grade = replace(grade, notices=(*notices, *grade.notices))
    return Row(student, about, status, grade, outcome.problem, notices, decided)


def _at_its_time(grade: Grade, about: About, assignment: Assignment) -> Grade:
    """Judge lateness as it is known now: an extension needs no check to be run again."""
    if not about.came:
        return grade
    came = datetime.fromisoformat(about.came)
    own = datetime.fromisoformat(about.deadline) if about.deadline else None
    late = assignment.late.judge(came, own) if assignment.late else None
    return replace(grade, submitted_at=format_exactly(came), late=late)


def count_statuses(statuses: Mapping[str, Status]) -> dict[str, int]:
    """Count statuses, in their order, leaving out those that nobody has."""
    order = ("graded", "partial", "withheld", "not_read", "not_handed_in")
    every = list(statuses.values())
    return {status: every.count(status) for status in order if status in every}
