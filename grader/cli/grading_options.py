"""The options that `grader run` and `grader class` share: where and with what it is graded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from grader.assignment.isolation import why_no_level
from grader.cli.paths import PathWord

if TYPE_CHECKING:
    from collections.abc import Callable


def _read_level(_context: click.Context, _option: click.Parameter, level: str | None) -> str | None:
    if problem := why_no_level(level):
        raise click.BadParameter(problem)
    return level


_OPTIONS = (
    click.option(
        "--isolation",
        metavar="LEVEL",
        callback=_read_level,
        help="Grade at this level of isolation or not at all.",
    ),
    click.option("--allow-unsafe", is_flag=True, help="Accept a machine that cannot isolate."),
    click.option("--patient", is_flag=True, help="Give calls their limit after a hang, too."),
    click.option(
        "--data",
        type=PathWord(),
        metavar="PATH",
        help="Data in place of the assignment's own.",
    ),
)


def grading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options, in this order in its help."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
