"""`grader package`: what an autograding service is given to run."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.paths import PathWord

_OUTPUT = PathWord()


@click.group()
def package() -> None:
    """Package an assignment for an autograding service."""


@package.command(short_help="Write the zip to upload to Gradescope.")
@click.argument("assignment")
@click.option("-o", "--output", type=_OUTPUT, metavar="ZIP", help="[default: ASSIGNMENT.zip]")
@click.option(
    "--wheel",
    type=PathWord(exists=True, dir_okay=False),
    help="The wheel of torchmarks to install there [default: made of what is installed].",
)
def gradescope(assignment: str, output: Path | None, wheel: Path | None) -> None:
    """Write the zip that you upload to Gradescope as the autograder of ASSIGNMENT.

    It holds the hidden checks, the reference and the seed: keep it to yourself.
    """
    from grader.assignment.folder import AssignmentError, load_assignment  # noqa: PLC0415 - likewise
    from grader.assignment.seed import SecretError, choose_seed  # noqa: PLC0415 - likewise
    from grader.release.archive import require_zip, write_gradescope_zip  # noqa: PLC0415 - quick --help
    from grader.release.student_repository import ReleaseError  # noqa: PLC0415 - likewise
    from grader.release.wheel import WheelError, find_kit  # noqa: PLC0415 - likewise

    try:
        loaded = load_assignment(assignment)
        target, named = output or Path(f"{loaded.name}.zip"), output is not None
        require_zip(target, named=named)
        seed = choose_seed(loaded)
        with find_kit(wheel=wheel) as kit:
            assert kit.wheel is not None
            write_gradescope_zip(loaded, target, kit.wheel, seed.value, named=named)
    except (AssignmentError, ReleaseError, SecretError, WheelError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"{target}: {loaded.title}, seed {seed.fingerprint} ({seed.origin})")


@package.command(short_help="Make the folder that Classroom 50 runs.")
@click.argument("assignment")
@click.option("-o", "--output", type=_OUTPUT, required=True, metavar="FOLDER")
@click.option("--install", metavar="REQUIREMENT", help="What to give to pip for the grader.")
@click.option(
    "--wheel",
    type=PathWord(exists=True, dir_okay=False),
    help="The wheel of torchmarks in the folder [default: made of what is installed].",
)
def classroom50(assignment: str, output: Path, install: str | None, wheel: Path | None) -> None:
    """Make the folder that Classroom 50 runs for ASSIGNMENT.

    Everybody can read it there, so it holds public checks only.
    """
    from grader.assignment.folder import AssignmentError, load_assignment  # noqa: PLC0415 - likewise
    from grader.release.archive import require_free, write_classroom50_bundle  # noqa: PLC0415 - quick --help
    from grader.release.student_repository import ReleaseError  # noqa: PLC0415 - likewise
    from grader.release.wheel import WheelError, find_kit  # noqa: PLC0415 - likewise

    try:
        loaded = load_assignment(assignment)
        require_free(output)
        with find_kit(install, wheel) as kit:
            write_classroom50_bundle(loaded, output, kit)
    except (AssignmentError, ReleaseError, WheelError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"made {output}")
