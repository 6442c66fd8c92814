"""What stands in place of a grade where there is none: no score, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.grade.result import Grade, Verdict


@dataclass(frozen=True, slots=True)
class NoGrade:
    """Nobody knows what a submission is worth, and `reason` says why; that is never a score of 0.

    The `status` is `withheld` where something of ours failed, `not_read` where there is nothing to
    read, and `closed` where nobody grades any more. `grade` is what came about, if anything did.
    """

    status: Literal["withheld", "not_read", "closed"]
    reason: str
    grade: Grade | None = None
    score: None = None
    reward: None = None

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """What is known of checks all the same, by their names."""
        return self.grade.verdicts if self.grade else {}


def require_score(grade: Grade) -> Grade | NoGrade:
    """Return a grade, or why it is none: something failed that is not the submission's."""
    for check in grade.checks:
        if check.is_withheld or (check.was_asked and not check.ran):
            why = f"{check.name} {'needs a person' if check.ran else 'did not run'}"
            said = check.message.partition("\n")[0]
            return NoGrade("withheld", f"{why}: {said}" if said else why, grade)
    return grade
