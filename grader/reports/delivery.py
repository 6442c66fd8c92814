"""Where each report goes: which file it replaces, which file it is added to, what is printed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.files import OutputFile, write_all
from grader.reports import ReportError, is_on_classroom50
from grader.reports.record import clean_grade, for_student, render_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.assignment.folder import Assignment
    from grader.grade.result import Grade


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

    def _make(self, target: str) -> tuple[list[OutputFile], list[str]]:
        match target:
            case "github":
                return self._github()
            case "classroom50":
                return self._classroom50(), []
            case "gradescope":
                return self._gradescope(), []
            case _:
                return [self._file(target)], []

    def _file(self, target: str) -> OutputFile:
        view = self._view
        match target:
            case "json":
                data = render_json(self.grade, instructor=self.instructor)
                return OutputFile(self.out_dir / "grade.json", data)
            case "junit":
                from grader.reports.junit import render_junit  # noqa: PLC0415 - only when asked

                return OutputFile(self.out_dir / "junit.xml", render_junit(view, self._whose))
            case "csv":
                from grader.reports.gradebook import render_gradebook  # noqa: PLC0415 - likewise

                text = render_gradebook([(self._whose or view.submission.name, view)])
                return OutputFile(self.out_dir / "gradebook.csv", text.encode())
            case "markdown":
                from grader.reports.markdown import render_markdown  # noqa: PLC0415 - likewise

                return OutputFile(self.out_dir / "report.md", render_markdown(view).encode())
            case _:
                from grader.reports.webpage import render_webpage  # noqa: PLC0415 - likewise

                return OutputFile(self.out_dir / "report.html", render_webpage(view).encode())

    def _github(self) -> tuple[list[OutputFile], list[str]]:
        from grader.reports.github import render_annotations, render_outputs  # noqa: PLC0415 - likewise
        from grader.reports.markdown import render_markdown  # noqa: PLC0415 - likewise

        view = self._view
        outputs = Path(self.environ["GITHUB_OUTPUT"])
        with_status = not is_on_classroom50(self.environ)
        told = render_outputs(view, with_status=with_status)
        parcels = [OutputFile(outputs, told.encode(), append=True)]
        if summary := self.environ.get("GITHUB_STEP_SUMMARY"):
            parcels.append(OutputFile(Path(summary), render_markdown(view).encode(), append=True))
        return parcels, render_annotations(view)

    def _classroom50(self) -> list[OutputFile]:
        from grader.reports import classroom50  # noqa: PLC0415 - likewise

        result = classroom50.render_result(self._view, self.environ)
        body = classroom50.render_body(self._view).encode()
        return [OutputFile(Path("result.json"), result), OutputFile(Path("release-body.md"), body)]

    def _gradescope(self) -> list[OutputFile]:
        from grader.reports.gradescope import render_results  # noqa: PLC0415 - likewise

        folder = Path(self.environ.get("GRADESCOPE_RESULTS", "/autograder/results"))
        results = render_results(self.grade, self.assignment)
        return [OutputFile(folder / "results.json", results, named=True)]


def _put(parcels: Sequence[OutputFile]) -> None:
    try:
        for parcel in parcels:
            if not parcel.append:
                parcel.place.parent.mkdir(parents=True, exist_ok=True)
        write_all(parcels)
    except OSError as error:
        raise ReportError(f"{error.filename}: cannot be written: {error.strerror}") from error
