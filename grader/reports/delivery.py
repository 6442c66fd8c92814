"""A grade on its way to several places: all reports are made, then all are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.files import OutputFile, write_all
from grader.reports import ReportError, is_on_classroom50
from grader.reports.cleaning import clean_grade, for_student
from grader.reports.registry import find_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
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

    def deliver(self, targets: Iterable[str]) -> list[str]:
        """Make all reports, then write them; return the lines to print."""
        made = [(target, *self._make(target)) for target in targets]
        _put([parcel for _, parcels, _ in made for parcel in parcels])
        said: list[str] = []
        for target, parcels, lines in made:
            places = ", ".join(str(parcel.place) for parcel in parcels)
            said += [f"{target}: {places}" if places else f"{target}:", *lines]
        return said

    def _make(self, target: str) -> tuple[list[OutputFile], list[str]]:
        found = find_format(target)
        pairs = zip(found.places(self.environ, self.out_dir), found.contents(self), strict=True)
        return [replace(place, data=data) for place, data in pairs], list(found.lines(self))


def _put(parcels: Sequence[OutputFile]) -> None:
    try:
        for parcel in parcels:
            if not parcel.append:
                parcel.place.parent.mkdir(parents=True, exist_ok=True)
        write_all(parcels)
    except OSError as error:
        raise ReportError(f"{error.filename}: cannot be written: {error.strerror}") from error
