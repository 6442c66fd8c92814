"""`grader decide`: what a person decided for a check of one student, beside what was measured."""

from __future__ import annotations

import getpass
import sqlite3
from typing import TYPE_CHECKING

import click

from grader.cli.paths import PathWord

if TYPE_CHECKING:
    from pathlib import Path

_PATH = PathWord(exists=True, file_okay=False)
_EPILOG = """\b
Examples:
  grader decide grades/ ada test_taylor 2.5 --why "right but for a sign"
  grader decide grades/ ada test_taylor --undo
                                     what was measured counts again

\b
Exit codes:
  0  it is decided, and the files of the class are written anew
  1  it could not be written
  2  wrong use: no such student or check, or more points than it is worth
"""


@click.command(epilog=_EPILOG, short_help="Decide a check of one student by hand.")
@click.argument("grades", type=_PATH)
@click.argument("student")
@click.argument("check")
@click.argument("points", type=float, required=False)
@click.option("--why", metavar="TEXT", help="Why: the student reads it.")
@click.option("--undo", is_flag=True, help="Take the decision back.")
def decide(
    grades: Path, student: str, check: str, points: float | None, why: str | None, *, undo: bool
) -> None:
    """Give STUDENT so many POINTS for CHECK, whatever was measured, in the GRADES of a class.

    It survives a regrade, and decides what is referred to a person.
    """
    from grader.course.deciding import decide_check, undo_decision  # noqa: PLC0415 - quick --help
    from grader.course.misuse import MISUSES  # noqa: PLC0415 - likewise

    if undo and (points is not None or why):
        raise click.UsageError("--undo takes neither points nor --why")
    if not undo and (points is None or not (why or "").strip()):
        raise click.UsageError("a decision has points and --why, or is taken back with --undo")
    try:
        if undo:
            line = undo_decision(grades, student, check)
        else:
            assert points is not None
            assert why is not None
            line = decide_check(grades, student, check, points, why, _user())
    except MISUSES as problem:
        raise click.UsageError(str(problem)) from problem
    except (sqlite3.Error, OSError) as error:
        raise click.ClickException(f"{grades}: cannot be written: {error}") from error
    click.echo(line)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
