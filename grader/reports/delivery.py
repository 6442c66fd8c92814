"""Where each report goes: which file it replaces, which file it is added to, what is printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.files import Parcel, write_all
from grader.reports import GRADESCOPE, ReportError, is_on_classroom50
from grader.reports.record import clean_grade, for_student, render_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.assignment import Assignment
    from grader.grade import Grade


FILES = {
    "json": "grade.json",
    "junit": "junit.xml",
    "csv": "gradebook.csv",
    "markdown": "report.md",
    "html": "report.html",
}
"""What the kit calls a report, by its target."""


def places_of(target: str, environ: Mapping[str, str], out_dir: Path) -> list[Parcel]:
    """Return where a report goes, with nothing in it yet."""
    match target:
        case "github":
            names = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
            found = [path for name in names if (path := environ.get(name))]
            return [Parcel(Path(path), b"", append=True) for path in found]
        case "classroom50":
            return [Parcel(Path(name), b"") for name in ("result.json", "release-body.md")]
        case "gradescope":
            folder = Path(environ.get("GRADESCOPE_RESULTS", GRADESCOPE / "results"))
            return [Parcel(folder / "results.json", b"", named=True)]
        case _:
            return [Parcel(out_dir / FILES[target], b"")]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A grade on its way to several targets."""

    grade: Grade
    environ: Mapping[str, str]
    out_dir: Path
    assignment: Assignment | None
    instructor: bool
    student: str

    def deliver(self, targets: Iterable[str]) -> list[str]:
        """Make all reports, then write them; return the lines to print."""
        made = [(target, *self._make(target)) for target in targets]
        _put([parcel for _, parcels, _ in made for parcel in parcels])
        said: list[str] = []
        for target, parcels, lines in made:
            places = ", ".join(str(parcel.place) for parcel in parcels)
            said += [f"{target}: {places}" if places else f"{target}:", *lines]
        return said

    @property
    def _view(self) -> Grade:
        return clean_grade(self.grade) if self.instructor else for_student(self.grade)

    @property
    def _whose(self) -> str:
        """Whose the grade is, if known; on Classroom 50 alone `$USERNAME` is the student's."""
        username = self.environ.get("USERNAME") if is_on_classroom50(self.environ) else None
        return username or self.student

    def _make(self, target: str) -> tuple[list[Parcel], list[str]]:
        contents, lines = self._render(target)
        places = places_of(target, self.environ, self.out_dir)
        pairs = zip(places, contents, strict=True)
        return [replace(place, data=data) for place, data in pairs], lines

    def _render(self, target: str) -> tuple[list[bytes], list[str]]:
        """Return what goes to each of the places of a report, and the lines to print."""
        match target:
            case "github":
                return self._github()
            case "classroom50":
                from grader.reports import classroom50  # noqa: PLC0415 - only when asked

                result = classroom50.render_result(self._view, self.environ)
                return [result, classroom50.render_body(self._view).encode()], []
            case "gradescope":
                from grader.reports.gradescope import render_results  # noqa: PLC0415 - likewise

                return [render_results(self.grade, self.assignment)], []
            case _:
                return [self._file(target)], []

    def _file(self, target: str) -> bytes:
        view = self._view
        match target:
            case "json":
                return render_json(self.grade, instructor=self.instructor)
            case "junit":
                from grader.reports.junit import render_junit  # noqa: PLC0415 - likewise

                return render_junit(view, self._whose)
            case "csv":
                from grader.reports.gradebook import render_gradebook  # noqa: PLC0415 - likewise

                return render_gradebook([(self._whose or view.submission.name, view)]).encode()
            case "markdown":
                from grader.reports.markdown import render_markdown  # noqa: PLC0415 - likewise

                return render_markdown(view).encode()
            case _:
                from grader.reports.webpage import render_webpage  # noqa: PLC0415 - likewise

                return render_webpage(view).encode()

    def _github(self) -> tuple[list[bytes], list[str]]:
        from grader.reports.github import render_annotations, render_outputs  # noqa: PLC0415 - likewise
        from grader.reports.markdown import render_markdown  # noqa: PLC0415 - likewise

        view = self._view
        with_status = not is_on_classroom50(self.environ)
        contents = [render_outputs(view, with_status=with_status).encode()]
        if self.environ.get("GITHUB_STEP_SUMMARY"):
            contents.append(render_markdown(view).encode())
        return contents, render_annotations(view)


def _put(parcels: Sequence[Parcel]) -> None:
    try:
        for parcel in parcels:
            if not parcel.append:
                parcel.place.parent.mkdir(parents=True, exist_ok=True)
        write_all(parcels)
    except OSError as error:
        raise ReportError(f"{error.filename}: cannot be written: {error.strerror}") from error
