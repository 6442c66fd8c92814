"""`grader selftest`: try the promises that every assignment makes, and what its checks find."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from grader.cli import require_linux
from grader.cli.paths import PathWord

if TYPE_CHECKING:
    from pathlib import Path

NAMES = (
    *("promises", "orders", "constants", "correct", "mutants", "machine", "hostile"),
    *("probes", "neighbours", "seeds", "repeats", "paces"),
)
_EPILOG = """\b
What is promised:
  the TOML and the suite name the same checks
  the reference, run like any submission, earns every point
  a right submission that is slow has time enough
  each starter earns nothing, and costs the grader nothing
  full and none of each race are far enough apart to know the credit between

\b
And then, by name for --only:
  orders      the reference earns every point, whichever check comes first
  constants   a submission that always says one thing earns nothing
  correct     the right solutions of selftest/correct keep every point
  mutants     those of selftest/mutants lose what their docstrings say
  machine     mutants made by machine of all right solutions lose something
  hostile     the files of selftest/hostile earn nothing
  probes      a mutant whose probes say what the reference's do loses as well
  neighbours  who is graded after a hostile file earns what it earns alone
  seeds       whatever is drawn, a submission earns the same (--full: ten)
  repeats     a grade that is given again is the same
  paces       a named pace earns in its race what it is said to

\b
Exit codes:
    0  every promise is kept; there may be advice
    1  one is broken, or grades are wrong; the lines say which
    2  wrong use: no such assignment, a mistake in it or in its solutions, no
       such place
    3  this machine does not give the isolation that the assignment asks for,
       or the suite breaks off between its checks
  130  interrupted; what was found until then is told, and kept with --json
"""


@click.command(epilog=_EPILOG, short_help="Try an assignment on solutions whose worth is known.")
@click.argument("assignment")
@click.option("--no-race", is_flag=True, help="Leave the races out; they take the longest.")
@click.option("--full", is_flag=True, help="Run everything, and not a sample.")
@click.option(
    "--only",
    type=click.Choice(NAMES),
    multiple=True,
    metavar="NAME",
    help="Try this alone; may be given again.",
)
@click.option(
    "--repeat",
    type=click.IntRange(2, 1000),
    default=2,
    show_default=True,
    metavar="N",
    help="Give grades so many times over.",
)
@click.option("--jobs", type=click.IntRange(1, 333), metavar="N", help="So many at a time.")
@click.option(
    "--json",
    "record",
    type=PathWord(dir_okay=False),
    metavar="FILE",
    help="Write all that was found to FILE.",
)
@click.pass_context
def selftest(
    context: click.Context,
    /,
    *,
    no_race: bool,
    jobs: int | None,
    record: Path | None,
    **words: Any,  # noqa: ANN401 - options have types of their own
) -> None:
    """Try ASSIGNMENT, a folder or its name under assignments/, on solutions that are known."""
    require_linux(context)
    if no_race and "paces" in words["only"]:
        raise click.UsageError("--only paces --no-race: paces are raced, so leave one out")
    _require_record(record)
    from rich.console import Console  # noqa: PLC0415 - quick --help

    from grader.assignment.folder import AssignmentError  # noqa: PLC0415 - as above
    from grader.course.engines.jobs import EngineError  # noqa: PLC0415 - as above
    from grader.sandbox import IsolationError  # noqa: PLC0415 - as above
    from grader.selftest.command import SelftestCommand  # noqa: PLC0415 - as above
    from grader.selftest.suite import SuiteBrokenError  # noqa: PLC0415 - as above
    from grader.source.handin import MisuseError  # noqa: PLC0415 - as above

    def say(line: str, colour: str) -> None:
        click.secho(line, fg=colour or None)

    status, jobs = Console(stderr=True).status(""), jobs or len(os.sched_getaffinity(0))
    command = SelftestCommand(
        say=say, tick=status.update, races=not no_race, jobs=jobs, record=record, **words
    )
    try:
        with status:
            code = command.run()
    except (AssignmentError, MisuseError) as error:
        raise click.UsageError(str(error)) from error
    except (IsolationError, EngineError, SuiteBrokenError) as refused:
        click.secho(f"no self-test: {refused}", fg="red")
        code = 3
    context.exit(code)


def _require_record(record: Path | None) -> None:
    """Refuse, before minutes are spent, a place where the record could not be written."""
    if record is None:
        return
    from grader.cli.foresight import blamed_on_json  # noqa: PLC0415 - quick --help
    from grader.files import OutputFile, require_places  # noqa: PLC0415 - as above
    from grader.reports import ReportError  # noqa: PLC0415 - as above
    from grader.reports.record import why_not_over  # noqa: PLC0415 - as above

    if why := why_not_over(record):
        raise click.UsageError(f"--json {record}: {why}")
    try:
        with blamed_on_json(record):
            require_places([OutputFile(record.absolute(), b"", named=True)])
    except ReportError as error:
        raise click.UsageError(str(error)) from error
