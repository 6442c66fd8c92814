"""`grader release`: make the repository that students get."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli.paths import PathWord

if TYPE_CHECKING:
    from pathlib import Path

_EPILOG = """\b
Examples:
  grader release hw2 ../hw2-student  with the grader as it is installed here
  grader release hw2 ../hw2-student --wheel torchmarks-0.1.0-py3-none-any.whl
  grader release hw2 ../hw2-student \\
      --install "torchmarks @ git+https://example.org/torchmarks"
"""


@click.command(epilog=_EPILOG, short_help="Make the student's repository, without answers.")
@click.argument("assignment")
@click.argument("destination", type=PathWord())
@click.option("--install", metavar="REQUIREMENT", help="What students give to pip for the grader.")
@click.option(
    "--wheel",
    type=PathWord(exists=True, dir_okay=False),
    help="The wheel of torchmarks in the repository [default: made of what is installed].",
)
def release(assignment: str, destination: Path, install: str | None, wheel: Path | None) -> None:
    """Make the student's repository of ASSIGNMENT at DESTINATION.

    It holds the handout, the starters, the public folder and the public checks with their
    points; no reference, no hidden check and nothing that only hidden checks need.
    """
    from grader.assignment.folder import AssignmentError, load_assignment  # noqa: PLC0415 - quick --help
    from grader.release.student_repository import ReleaseError, require_empty  # noqa: PLC0415 - likewise
    from grader.release.student_repository import release as make  # noqa: PLC0415 - likewise
    from grader.release.wheel import WheelError, find_kit  # noqa: PLC0415 - likewise

    try:
        loaded = load_assignment(assignment)
        require_empty(destination)
        with find_kit(install, wheel) as kit:
            files = make(loaded, destination, kit)
    except (AssignmentError, ReleaseError, WheelError) as error:
        raise click.UsageError(str(error)) from error
    for file in files:
        click.echo(file)
    click.echo(f"{len(files)} files in {destination}")
