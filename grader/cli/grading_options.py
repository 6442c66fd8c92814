"""The options that `grader run` and `grader class` share: where and with what it is graded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_OPTIONS = (
    click.option(
        "--isolation", metavar="LEVEL", help="Grade at this level of isolation or not at all."
    ),
    click.option("--allow-unsafe", is_flag=True, help="Accept a machine that cannot isolate."),
    click.option("--patient", is_flag=True, help="Give calls their limit after a hang, too."),
    click.option(
        "--data",
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="Data in place of the assignment's own.",
    ),
)


def grading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options, in this order in its help."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
