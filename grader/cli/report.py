"""`grader report`: show grades that were written to files, or deliver them somewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.grade import Grade

_PATH = click.Path(path_type=Path)
_EPILOG = """\b
Examples:
  grader report grade.json                  what was lost, and why
  grader report grade.json --to html        report.html; also github, classroom50,
                                            gradescope, junit, csv, markdown, json
  grader report grades/*.json --to csv      gradebook.csv: a row for each student, who
                                            is called as the file is
  grader report grades/*.json --canvas export.csv
                                            canvas.csv, to import, with the rows of
                                            the gradebook that Canvas exported
"""


@click.command(epilog=_EPILOG, short_help="Show a grade that --json wrote, or deliver it.")
@click.argument("records", metavar="GRADE...", nargs=-1, required=True, type=_PATH)
@click.option("--to", "targets", multiple=True, metavar="TARGET", help="Deliver it to TARGET.")
@click.option("--canvas", "export", type=_PATH, metavar="EXPORT", help="Write canvas.csv.")
@click.option("--instructor", is_flag=True, help="Show hidden inputs, if the file has them.")
def report(
    records: tuple[Path, ...], targets: tuple[str, ...], export: Path | None, *, instructor: bool
) -> None:
    """Show the grade in GRADE, a file that --json wrote, or deliver it to TARGETs.

    Several grades go together into a gradebook.
    """
    from grader.reports import ReportError, write  # noqa: PLC0415 - quick --help

    try:
        grades = _read(records)
        if len(grades) > 1 or export:
            lines = list(_gather(grades, targets, export))
        else:
            grade = grades[records[0].stem]
            lines = write(grade, targets, os.environ, Path.cwd(), instructor=instructor)
    except ReportError as error:
        raise click.UsageError(str(error)) from error
    if not targets and not export:
        for grade in grades.values():
            show(grade, instructor=instructor)
    for line in lines:
        click.echo(line)


def _read(records: tuple[Path, ...]) -> dict[str, Grade]:
    """Return the grades by the names of their files, without the ending."""
    grades: dict[str, Grade] = {}
    for record in records:
        if record.stem in grades:
            raise click.UsageError(f"{record}: another grade is called {record.stem} too")
        grades[record.stem] = read_record(record)
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


def _gather(
    grades: dict[str, Grade], targets: tuple[str, ...], export: Path | None
) -> Iterator[str]:
    """Write what holds several grades; yield the lines to print."""
    from grader.reports import ReportError  # noqa: PLC0415 - quick --help
    from grader.reports.classbook import write_canvas, write_gradebook  # noqa: PLC0415 - likewise

    if others := [target for target in targets if target != "csv"]:
        raise ReportError(f"--to {others[0]} takes one grade; several go into --to csv or --canvas")
    if export:
        write_canvas(grades, export, Path("canvas.csv"))
        yield f"canvas: {Path('canvas.csv').absolute()}"
    if targets:
        write_gradebook(grades, Path("gradebook.csv"))
        yield f"csv: {Path('gradebook.csv').absolute()}"


def show(grade: Grade, *, instructor: bool) -> None:
    """Print a grade as a student may see it, or as an instructor may."""
    from rich.console import Console  # noqa: PLC0415 - quick --help

    from grader.reports.record import clean_grade, for_student  # noqa: PLC0415 - likewise
    from grader.reports.terminal import render_rich  # noqa: PLC0415 - likewise

    view = clean_grade(grade) if instructor else for_student(grade)
    Console(highlight=False).print(render_rich(view))
