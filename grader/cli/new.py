"""`grader new`: begin an assignment."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click

_EPILOG = """\b
What to do with it:
  grader run hw4 --all       grade its sample, which has one honest mistake
  grader selftest hw4        its reference earns every point, its starter none
  grader release hw4 DEST    make the student's repository

Change it piece by piece into your own: first the handout, the reference and the checks,
then what they are worth in assignment.toml. docs/assignments.md is the manual.
"""


@click.command(epilog=_EPILOG)
@click.argument("assignment")
@click.option(
    *("--template", "template"),
    type=click.Choice(["numbers", "model", "class", "numpy", "program"]),
    default="numbers",
    show_default=True,
    help="What to begin as.",
)
@click.option("--title", metavar="TEXT", help="What students read at the top.")
def new(assignment: str, template: str, title: str | None) -> None:
    """Make a small, complete assignment to start from.

    ASSIGNMENT is a name, for a folder under assignments/. With a slash in it it is a path and
    taken as it is: hw4 makes assignments/hw4, and ./hw4, fall/hw4 or /srv/hw4 that folder.

    It begins with functions of numbers, or as the template says: a model that is trained (torch), a
    class, functions of arrays, or a program that reads and prints.
    """
    from grader.release.new import NewError, make_assignment  # noqa: PLC0415 - quick --help

    if not assignment:
        raise click.UsageError("the name of the assignment is empty: is a variable not set?")
    is_path = "/" in assignment
    folder, home = Path(assignment), None if is_path else Path()
    if not is_path:
        folder = "assignments" / folder
    try:
        files = make_assignment(folder, title, home, template)
    except NewError as error:
        raise click.UsageError(str(error)) from error
    for file in files:
        click.echo(file)
    word = quote(str(folder))
    click.echo(f"Now: grader run {word} --all; grader selftest {word}")
