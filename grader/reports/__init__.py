"""From a grade to whoever wants to know it: files for machines, text for people.

Theory of operation
-------------------
Every report is a pure function of a `Grade`. First the grade is cleaned: every text in it becomes
harmless and bounded, and unless it is for an instructor, the seed and what hidden checks asked are
taken out. Then it is rendered. A report for people lays out one view, made once of the grade, so
that all of them say the same in the same words; a file for a service takes its numbers from
`total_points`, which sums once for all of them. What one kind of reader would obey (Markdown, a
spreadsheet, GitHub's runner) is quoted where that reader is written to.

A format is one module with a `FORMAT` and one line of the registry: `--to`, its help, what the
environment asks for and the messages follow. All reports of a delivery are made before the first
is written.

    registry      the formats by name, imported when asked for;  delivery: what one is made of
    cleaning      harmless texts, and what a student may see;  quoting: for each kind of reader
    view          a grade as people are told of it;  wording: the sentences
    terminal, markdown, webpage           the view laid out;  text: its table alone
    pages         the web page's template
    race_text, race_svg                   where a race's slowdown lies, as text and as SVG
    record, schema                        grade.json, and its schema, from the dataclasses
    github, github_result, classroom50, gradescope, junit, gradebook     for machines
    canvas, classbook                     the grades of a class
    muting        in GitHub Actions no line that is printed is obeyed
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.files import require_places, write_all
from grader.reports.delivery import Delivery
from grader.reports.registry import FORMATS, find_format, list_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.files import OutputFile
    from grader.grade.result import Grade
    from grader.reports.registry import Format


class ReportError(ValueError):
    """A report cannot be delivered as asked; nothing was left half written."""


def require_targets(targets: Sequence[str], environ: Mapping[str, str]) -> None:
    """Raise ReportError for an unknown target, or one whose environment is not there."""
    require_names(targets)
    for target in targets:
        if lack := find_format(target).why_not(environ):
            raise ReportError(f"--to {target}: {lack}")


def require_names(targets: Sequence[str]) -> None:
    """Raise ReportError for an unknown target."""
    if unknown := [target for target in targets if target not in FORMATS]:
        there = list_names(FORMATS, "and")
        raise ReportError(f"no such report: {', '.join(unknown)}; there are {there}")


def require_places_of(targets: Sequence[str], environ: Mapping[str, str], out_dir: Path) -> None:
    """Raise ReportError, before there is a grade, where a report could not be written."""
    require_targets(targets, environ)
    for target in targets:
        try:
            require_places(find_format(target).places(environ, out_dir), parents=True)
        except OSError as error:
            raise ReportError(f"{error.filename}: cannot be written: {error.strerror}") from error


def require_apart(files: Iterable[OutputFile], read: Iterable[Path]) -> None:
    """Raise ReportError where a report would take the place of a file of which it is made."""
    sources = [path for path in read if path.exists()]
    for place in (file.place for file in files if file.place.exists()):
        if any(place.samefile(source) for source in sources):
            raise ReportError(f"{place}: is what is read, and would be written over: copy it first")


def detect(environ: Mapping[str, str]) -> list[str]:
    """Return the targets whose environment is there, such as GitHub's."""
    return [name for name in FORMATS if find_format(name).is_chosen(environ)]


def write(
    grade: Grade,
    targets: Sequence[str],
    environ: Mapping[str, str],
    out_dir: Path,
    *,
    assignment: Assignment | None = None,
    instructor: bool = False,
    student: str = "",
    read: Sequence[Path] = (),
) -> list[str]:
    """Deliver a grade to each target and return the lines to print.

    All reports are made before the first is written. `assignment` tells Gradescope the
    visibility of hidden checks, and of which measures more is better; `student` is whose it is,
    for the reports that say so. Raises ReportError for
    an unknown target, a missing environment variable, a place that cannot be written, and one of
    what was `read`.
    """
    require_targets(targets, environ)
    delivery = Delivery(grade, environ, out_dir, assignment, instructor, student)
    made = {target: _make(find_format(target), delivery) for target in targets}
    all_files = [file for files, _ in made.values() for file in files]
    require_apart(all_files, read)
    _put(all_files)
    said: list[str] = []
    for target, (files, lines) in made.items():
        places = ", ".join(str(file.place) for file in files)
        said += [f"{target}: {places}" if places else f"{target}:", *lines]
    return said


def _make(form: Format, delivery: Delivery) -> tuple[list[OutputFile], list[str]]:
    """Return the files of a report with what goes into them, and the lines to print."""
    pairs = zip(
        form.places(delivery.environ, delivery.out_dir), form.contents(delivery), strict=True
    )
    return [replace(place, data=data) for place, data in pairs], list(form.lines(delivery))


def _put(files: Sequence[OutputFile]) -> None:
    try:
        for file in files:
            if not file.append:
                file.place.parent.mkdir(parents=True, exist_ok=True)
        write_all(files)
    except OSError as error:
        raise ReportError(f"{error.filename}: cannot be written: {error.strerror}") from error
