"""`grader merge`: grades of one submission, given apart, made one."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.report import read_record, show

_PATH = click.Path(path_type=Path)
_EPILOG = """\b
Examples:
  grader merge grade.json cpu.json cuda.json     one grade of two devices

\b
A check counts once. Where several grades ran it, the worst verdict counts; what did not run
earns nothing; a device on which nothing ran makes the grade partial.

\b
Exit codes:
  0  the grade was written
  2  wrong use: a file that is no grade, or grades of two submissions, assignments or seeds
"""


@click.command(epilog=_EPILOG, short_help="Join grades of one submission, such as of two devices.")
@click.argument("out", type=_PATH)
@click.argument("records", metavar="GRADE...", nargs=-1, required=True, type=_PATH)
@click.option("--instructor", is_flag=True, help="Keep hidden inputs and the seed.")
def merge(out: Path, records: tuple[Path, ...], *, instructor: bool) -> None:
    """Write to OUT what the GRADEs, files that --json wrote, come to together."""
    from grader.grade.merge import MergeError, merge_grades  # noqa: PLC0415 - quick --help
    from grader.reports.record import write_grade  # noqa: PLC0415 - likewise

    try:
        grade = merge_grades([read_record(record) for record in records])
        write_grade(grade, out.absolute(), instructor=instructor)
    except MergeError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{out}: cannot be written: {error.strerror}") from error
    show(grade, instructor=instructor)
    click.echo(f"written to {out}")
