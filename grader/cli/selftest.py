"""`grader selftest`: try the promises that every assignment makes."""

from __future__ import annotations

import contextlib

import click

from grader.cli import require_linux

_EPILOG = """\b
What is tried:
  the TOML and the suite name the same checks
  the reference, run like any submission, earns every point
  a right submission that is slow has time enough
  each starter earns nothing, and costs the grader nothing
  full and none of each race are far enough apart to know the credit between them

\b
Exit codes:
  0  every promise is kept
  1  one is broken; the lines say which
  2  the assignment cannot be read
  3  this machine does not give the isolation that the assignment asks for, or the suite
     breaks off between its checks
"""


@click.command(epilog=_EPILOG, short_help="Try an assignment on its reference and starters.")
@click.argument("assignment")
@click.option("--no-race", is_flag=True, help="Leave the races out; they take the longest.")
@click.pass_context
def selftest(context: click.Context, /, assignment: str, *, no_race: bool) -> None:
    """Try ASSIGNMENT, a folder or its name under assignments/, on its reference and starters."""
    require_linux(context)
    from grader.assignment.folder import AssignmentError, load_assignment  # noqa: PLC0415 - quick --help
    from grader.cli.selfcheck import find_broken_promises  # noqa: PLC0415 - as above
    from grader.sandbox import IsolationError  # noqa: PLC0415 - as above
    from grader.source.handin import MisuseError  # noqa: PLC0415 - as above

    broken = 0
    try:
        loaded = load_assignment(assignment)
        with contextlib.chdir(loaded.folder):
            for promise, problem in find_broken_promises(loaded, races=not no_race):
                mark, colour = ("✗", "red") if problem else ("✓", "green")
                click.secho(f"{mark} {promise}", fg=colour)
                if problem:
                    click.echo(f"  {problem}")
                    broken += 1
    except (AssignmentError, MisuseError) as error:
        raise click.UsageError(str(error)) from error
    except (IsolationError, RuntimeError) as refused:
        click.secho(f"no self-test: {refused}", fg="red")
        context.exit(3)
    context.exit(1 if broken else 0)
