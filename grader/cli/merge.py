"""`grader merge`: grades of one submission, or of one class, that were given apart, made one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli.paths import PathWord
from grader.cli.report import read_record, show

if TYPE_CHECKING:
    from pathlib import Path

    from grader.grade.result import Grade

_PATH = PathWord()
_EPILOG = """\b
Examples:
  grader merge grade.json cpu.json cuda.json
                                     one grade of two devices
  grader merge grades grades/shards/*
                                     a class that --shard graded in parts
  grader merge grades cpu-grades cuda-grades
                                     a class on two devices

A check counts once. Where several grades ran it, the worst verdict counts;
what did not run earns nothing; a device on which nothing ran makes the grade
partial. Of a class a part that is missing is named. Merging again changes
nothing.

\b
Exit codes:
  0  the grade was written, or every student of the class is graded
  2  wrong use: what holds no grade, one grade alone, or grades of two
     submissions, assignments, seeds or classes
  3  of a class a part is missing, or some are withheld or not read
"""


@click.command(epilog=_EPILOG, short_help="Join grades of one submission, or of one class.")
@click.argument("out", type=_PATH)
@click.argument("records", metavar="GRADE|FOLDER...", nargs=-1, required=True, type=_PATH)
@click.option("--instructor", is_flag=True, help="Keep hidden inputs and the seed of one grade.")
@click.pass_context
def merge(
    context: click.Context, out: Path, records: tuple[Path, ...], *, instructor: bool
) -> None:
    """Write to OUT what the GRADEs, files that --json wrote, or the FOLDERs of a class come to."""
    folders = [record for record in records if record.is_dir()]
    if not folders:
        _merge_grades(out, records, instructor=instructor)
    elif len(folders) < len(records):
        raise click.UsageError("give files of one submission's grades, or folders of a class")
    else:
        context.exit(_merge_class(out, folders))


def _merge_grades(out: Path, records: tuple[Path, ...], *, instructor: bool) -> None:
    from grader.grade.merge import MergeError, merge_grades  # noqa: PLC0415 - quick --help
    from grader.reports.record import why_not_over, write_grade  # noqa: PLC0415 - likewise

    if why := why_not_over(out):
        raise click.UsageError(f"{out}: {why}")
    try:
        grade = merge_grades(_read_several(records))
        write_grade(grade, out.absolute(), instructor=instructor)
    except MergeError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{out}: cannot be written: {error.strerror}") from error
    show(grade, instructor=instructor)
    click.echo(f"written to {out}")


def _read_several(records: tuple[Path, ...]) -> list[Grade]:
    """Read the grades of one submission; of one alone the name of what to write was left out."""
    grades = [read_record(record) for record in records]
    if len(grades) < 2:
        told = "alone needs no merge: say first where to write, then what to join"
        raise click.UsageError(f"{records[0]} {told}")
    return grades


def _merge_class(out: Path, folders: list[Path]) -> int:
    """Join the stores of a class; return the exit code."""
    from grader.course.merging import merge_stores  # noqa: PLC0415 - quick --help
    from grader.course.misuse import MISUSES  # noqa: PLC0415 - likewise

    try:
        told, is_whole = merge_stores(out, folders)
    except MISUSES as problem:
        raise click.UsageError(str(problem)) from problem
    for line in told:
        click.echo(line)
    return 0 if is_whole else 3
