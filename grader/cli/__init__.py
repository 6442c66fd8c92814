"""The command line: `grader COMMAND`, one module a command, imported when it is called.

run, check, class_, decide, selftest, doctor, report, merge, new, release, package      the commands
run_command, replay, console      what `run` does, whether a grade came out again, what it tells
grading_options      options that commands share;  reporting_command: one that takes `--to`
paths      paths that are named, which are not empty
output      what is printed to, which may be a full disk;  interrupts      what ends a command early
foresight     what would keep a command from its end, found before it begins
autograde, gradescope_folder      what Gradescope starts in place of a command, and its folder
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from grader.assignment.isolation import NOT_LINUX
from grader.cli.interrupts import interrupted_by_signals
from grader.cli.output import prepare_streams, silence
from grader.reports.muting import mute_commands
from grader.threads import keep_to_one_thread

_COMMANDS = {
    "check": "grader.cli.check",
    "class": "grader.cli.class_",
    "decide": "grader.cli.decide",
    "doctor": "grader.cli.doctor",
    "merge": "grader.cli.merge",
    "new": "grader.cli.new",
    "package": "grader.cli.package",
    "release": "grader.cli.release",
    "report": "grader.cli.report",
    "run": "grader.cli.run",
    "selftest": "grader.cli.selftest",
}
_TELLS_OF_NO_SUBMISSION = {"doctor"}
_NO_GRADE = 3
_INTERRUPTED = 130
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Commands(click.Group):
    """Commands by name; a command's module is imported when it is looked up.

    In GitHub Actions nothing that one prints is obeyed, but for what it gives as an order. Only
    what tells of no submission prints as it is: its output may be for a program.
    """

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - as click's own
        """Run the command that is named by the words of the command line, and exit.

        What the machine does not let it read or write is told in a sentence.
        """
        prepare_streams()
        try:
            return self._main(*args, **extra)
        except OSError as error:
            if not error.filename:
                silence()  # or it is tried once more at the end, and Python's own code is 120
            what = error.filename or "what is printed"
            click.echo(f"Error: {what}: {error.strerror or error}", err=True)
            sys.exit(2)

    def _main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - likewise
        words = args[0] if args else extra.get("args")
        named = (word for word in (words or sys.argv[1:]) if not word.startswith("-"))
        if next(named, "") in _TELLS_OF_NO_SUBMISSION:
            return super().main(*args, **extra)
        with mute_commands(os.environ, click.echo) as orders:
            return super().main(*args, obj=orders, **extra)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click's own
        """Run the command; interrupted, also while it is imported, it ends with 130."""
        try:
            with interrupted_by_signals():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(_INTERRUPTED)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands that this installation has."""
        return sorted({*super().list_commands(ctx), *_COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command: the function of its own name in its module."""
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        command = getattr(import_module(_COMMANDS[cmd_name]), name)
        return command if isinstance(command, click.Command) else None


_EPILOG = """\b
To begin with:
  grader new hw4      an assignment that is small and complete
  grader run hw4      grade its sample submission
  grader COMMAND -h   says more, with examples
"""


@click.group(cls=Commands, context_settings=_CONTEXT, epilog=_EPILOG)
@click.version_option(package_name="torchmarks", message="torchmarks %(version)s")
def main() -> None:
    """Grade machine-learning assignments: property tests and honest races, behind a wall."""
    try:
        Path.cwd()  # what libraries do without it is to end the process
    except FileNotFoundError:
        told = "the folder that you are in is gone: change to one that is there"
        raise click.UsageError(told) from None
    keep_to_one_thread()


def require_linux(context: click.Context) -> None:
    """Say what to use instead, and exit, where no grade can be given.

    Before anything else is imported: much of what grades is not even there elsewhere.
    """
    if sys.platform != "linux":
        click.echo(f"no grade: {NOT_LINUX}", err=True)
        context.exit(_NO_GRADE)


def tell_delivery(line: str) -> None:
    """Print where a report went; an order to GitHub Actions only when the command is over."""
    if line.startswith("::"):
        click.get_current_context().ensure_object(list).append(line)
    else:
        click.echo(line)
