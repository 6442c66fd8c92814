"""`grader report`: show grades that were written to files, or deliver them somewhere."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import tell_delivery
from grader.cli.paths import PathWord
from grader.cli.reporting_command import ReportingCommand
from grader.reports import ReportError, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.grade.result import Grade

_PATH = PathWord()
_COMMON = ("grade.json",)
_EPILOG = """\b
Examples:
  grader report grade.json             what was lost, and why
  grader report grade.json --to html   report.html, to read
  grader report grades/*.json          a line for each student, who is called
                                       as the file is, or as the folder is
                                       of ada/grade.json
  grader report grades/*.json --to csv
                                       gradebook.csv: a row for each student
  grader report grades/*.json --canvas export.csv
                                       canvas.csv, to import, with the rows of
                                       the gradebook that Canvas exported
"""


@click.command(
    cls=ReportingCommand,
    epilog=_EPILOG,
    short_help="Show a grade that --json wrote, or deliver it.",
)
@click.argument("records", metavar="GRADE...", nargs=-1, required=True, type=_PATH)
@click.option(
    "--to", "targets", multiple=True, metavar="TARGET", help="Deliver it to TARGET, below."
)
@click.option("--canvas", "export", type=_PATH, metavar="EXPORT", help="Write canvas.csv.")
@click.option("--column", metavar="NAME", help="With --canvas: the assignment's column there.")
@click.option("--partial", is_flag=True, help="With --canvas: write grades that are not whole too.")
@click.option("--instructor", is_flag=True, help="Show hidden inputs, if the file has them.")
def report(
    records: tuple[Path, ...],
    targets: tuple[str, ...],
    export: Path | None,
    column: str | None,
    *,
    partial: bool,
    instructor: bool,
) -> None:
    """Show the grade in GRADE, a file that --json wrote, or deliver it to TARGETs.

    Several grades go together into a table, or into a gradebook.
    """
    from grader.reports.classbook import ForCanvas, write_class  # noqa: PLC0415 - quick --help

    if (column or partial) and not export:
        raise click.UsageError("--column and --partial are for --canvas")
    grades, here = _read(records), Path.cwd()
    canvas = ForCanvas(export, column, partial) if export else None
    tell: Callable[[str], object] = click.echo
    try:
        if canvas or len(grades) > 1:
            lines = write_class(grades, targets, canvas)
        else:
            tell = tell_delivery
            ((student, grade),) = grades.items()
            deliver = functools.partial(write, instructor=instructor, student=student, read=records)
            lines = deliver(grade, targets, os.environ, here)
    except ReportError as error:
        raise click.UsageError(str(error)) from error
    if not targets and not export:
        _show_all(grades, instructor=instructor)
    for line in lines:
        tell(line)


def _read(records: tuple[Path, ...]) -> dict[str, Grade]:
    """Return the grades by their students, who are called as the files or their folders are."""
    from grader.reports.gradebook import name_of  # noqa: PLC0415 - quick --help

    grades: dict[str, Grade] = {}
    for record in records:
        student = name_of(record, _COMMON)
        if student in grades:
            raise click.UsageError(f"{record}: another grade is called {student} too")
        grades[student] = read_record(record)
    return grades


def read_record(record: Path) -> Grade:
    """Read a grade from its file, or complain as click does."""
    from grader.reports.record import RecordError, read_grade  # noqa: PLC0415 - quick --help

    try:
        return read_grade(record)
    except OSError as error:
        raise click.UsageError(f"{record}: {error.strerror}") from error
    except RecordError as error:
        raise click.UsageError(f"{record}: {error}") from error


def _show_all(grades: dict[str, Grade], *, instructor: bool) -> None:
    """Print a grade in full, or a line for each of several."""
    from rich.console import Console  # noqa: PLC0415 - quick --help

    from grader.reports.terminal import render_class  # noqa: PLC0415 - likewise

    if len(grades) > 1:
        Console(highlight=False).print(render_class(grades))
    for student, grade in grades.items() if len(grades) == 1 else ():
        show(grade, student=student, instructor=instructor)


def show(grade: Grade, *, student: str = "", instructor: bool) -> None:
    """Print a grade as a student may see it, or as an instructor may."""
    from rich.console import Console  # noqa: PLC0415 - quick --help

    from grader.reports.cleaning import clean_grade, for_student  # noqa: PLC0415 - likewise
    from grader.reports.terminal import render_rich  # noqa: PLC0415 - likewise

    view = clean_grade(grade) if instructor else for_student(grade)
    Console(highlight=False, soft_wrap=True).print(render_rich(view, student))
