"""`grader run`: grade one submission, and tell a person what it is worth and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from grader.cli import require_linux, tell_delivery
from grader.cli.grading_options import grading_options
from grader.cli.paths import PathWord
from grader.cli.reporting_command import ReportingCommand

if TYPE_CHECKING:
    from pathlib import Path

_PATH = PathWord()
_TO = """Also report to TARGET, one of the reports below; repeat for more. Without it, to those
whose service the environment shows."""
_EPILOG = """\b
Examples:
  grader run hw2                     grade assignments/hw2/submission
  grader run hw2 my/hw2.ipynb        grade a notebook, a .py, or a folder
  grader run hw2 hw2.py --all        explain every lost point, not the first
  grader run hw2 hw2.py --json grade.json
                                     keep the grade as a file
  grader run hw2 hw2.py --races never
                                     a quick look, without the races
  grader run hw2 -k "taylor or classify"
                                     some checks, by parts of their names
  grader run hw2 --skip "float32 and not taylor"
                                     all but some; what is left out makes the
                                     grade a partial one, as with --only
  grader run hw2 hw2.py --to junit --to html
                                     junit.xml for CI, report.html to read
  grader run hw2 --replay grade.json
                                     grade once more: is it the same?

\b
Exit codes:
    0  a grade was given, whatever the score
    1  --replay came out differently
    2  wrong use: no such path, two candidates in a folder, a mistake in
       assignment.toml, a place that cannot be written
    3  no grade: the isolation is not to be had, or a person has to look
  130  interrupted, also by SIGTERM; what had run is told, and kept with
       --json, and no report is made of it
"""


@click.command(
    cls=ReportingCommand,
    epilog=_EPILOG,
    short_help="Grade a submission: what it is worth, and why.",
)
@click.argument("assignment")
@click.argument("path", required=False, type=_PATH)
@click.option("--json", "record", type=_PATH, metavar="FILE", help="Write the grade to FILE.")
@click.option("--all", "everything", is_flag=True, help="Explain every lost check in full.")
@click.option("--only", multiple=True, metavar="CHECK", help="Run this check; repeat for more.")
@click.option("-k", "keep", metavar="PATTERN", help="Run the checks that match, as pytest's -k.")
@click.option("--skip", multiple=True, metavar="PATTERN", help="Leave out the checks that match.")
@click.option(
    "--races",
    type=click.Choice(["always", "never"]),
    default="always",
    show_default=True,
    help="Whether to run the races, which take the longest.",
)
@click.option("--seed", type=int, metavar="N", help="Draw the inputs from N, to repeat a grade.")
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda", "both"]),
    default="cpu",
    show_default=True,
    help="Where to grade. On both, a check's worse verdict counts.",
)
@grading_options
@click.option("--submitted-at", metavar="TIME", help="When it came, such as 2026-03-01T12:00Z.")
@click.option("--deadline", metavar="TIME", help="This student's own, not the assignment's.")
@click.option("--to", "targets", multiple=True, metavar="TARGET", help=_TO)
@click.option("--instructor", is_flag=True, help="Keep the seed and hidden inputs in the grade.")
@click.option("--replay", type=_PATH, metavar="GRADE", help="Repeat this grade and compare.")
@click.pass_context
def run(
    context: click.Context,
    /,
    *,
    path: Path | None,
    submitted_at: str | None,
    deadline: str | None,
    everything: bool,
    **words: Any,  # noqa: ANN401 - options have types of their own
) -> None:
    """Grade the submission at PATH for ASSIGNMENT, a folder or its name under assignments/.

    PATH is a .py or an .ipynb file, or a folder with one; without it, $GRADER_SUBMISSION or
    the assignment's own submission/ folder.
    """
    require_linux(context)
    from grader.cli.foresight import foresee  # noqa: PLC0415 - keeps --help quick
    from grader.grading.selection import Selection  # noqa: PLC0415 - as above

    races = words.pop("races") != "never"
    selection = Selection(words.pop("only"), words.pop("keep"), words.pop("skip"), races)
    wishes = {name: words.pop(name) for name in ("assignment", "record", "targets", "replay")}
    if problem := foresee(selection=selection, **wishes):
        click.secho(problem, fg="red", err=True)
        context.exit(2)
    from grader.cli.run_command import RunCommand, read_time  # noqa: PLC0415 - it imports torch
    from grader.grading.options import GradingOptions  # noqa: PLC0415 - as above

    came = read_time(submitted_at, "--submitted-at")
    due = read_time(deadline, "--deadline")
    options = GradingOptions(submission=path, submitted_at=came, deadline=due, **words)
    wishes |= {"everything": everything, "selection": selection, "options": options}
    command = RunCommand(**wishes, deliver=tell_delivery)
    context.exit(command.run())
