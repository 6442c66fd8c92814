"""What a format makes its report of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.reports.cleaning import clean_grade, for_student

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.grade.result import Grade


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a format makes its report of: the grade, the environment, and whom it is for."""

    grade: Grade
    environ: Mapping[str, str]
    out_dir: Path
    assignment: Assignment | None
    instructor: bool
    student: str

    @property
    def view(self) -> Grade:
        """The grade as whoever it is for may see it."""
        return clean_grade(self.grade) if self.instructor else for_student(self.grade)

    @property
    def whose(self) -> str:
        """Whose the grade is, if known; on Classroom 50 alone `$USERNAME` is the student's."""
        username = self.environ.get("USERNAME") if is_on_classroom50(self.environ) else None
        return username or self.student


def is_on_classroom50(environ: Mapping[str, str]) -> bool:
    """Whether Classroom 50's workflow runs this, and reads what a step leaves behind."""
    return all(map(environ.get, ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG")))
