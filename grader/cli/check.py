"""`grader check`: the public checks of the repository one stands in, now or after each save."""

from __future__ import annotations

from typing import Any

import click

from grader.cli.paths import PathWord

_EPILOG = """\b
Examples:
  grader check                all public checks, in the folder that you cloned
  grader check --watch        again after each save, what changed first
  grader check taylor_stops   one check, by its name or a part of it
  grader check --explain taylor_stops
                              its sentence, the handout on it, the input
                              that lost it

\b
Exit codes:
    0  every check is passed
    1  some check is lost
    2  wrong use: no assignment here, two files to choose from, no such check
    3  nothing could be run
  130  interrupted

It is no grade: nothing is written, and hidden checks and races are not run.
Where this machine has no wall (macOS, Windows), your code runs in a plain
process of its own, with limits of time: it is your own code, on your own
machine.
"""


@click.command(epilog=_EPILOG, short_help="Try the public checks while you work, after each save.")
@click.argument("check", required=False)
@click.option("--watch", is_flag=True, help="Check again after each save, until you quit.")
@click.option("--explain", metavar="CHECK", help="Explain one check in full.")
@click.option("--assignment", metavar="NAME", help="Which, where there are several.")
@click.option(
    "--submission",
    type=PathWord(exists=True),
    metavar="PATH",
    help="The file to check, where it is another.",
)
@click.option("--practice", is_flag=True, help="Do without the wall, as on macOS and Windows.")
@click.pass_context
def check(context: click.Context, /, **words: Any) -> None:  # noqa: ANN401 - options have types of their own
    """Try the public checks on your file: all of them, or the one that CHECK names."""
    from rich.console import Console  # noqa: PLC0415 - keeps --help quick

    from grader.practice.command import CheckCommand  # noqa: PLC0415 - likewise

    problems = Console(stderr=True, highlight=False, soft_wrap=True)
    command = CheckCommand(**words)
    context.exit(command.run(Console(highlight=False, soft_wrap=True), problems))
