"""What must not lie where functions are asked without a wall: they could read all of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from grader.assignment.seed import VARIABLE
from grader.home import config_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from grader.assignment.folder import Assignment

PRACTICE = "practice, without a wall"
"""The name of what is not isolated, where a grade has the level of isolation."""
_INSTEAD = "practise in a student's repository (`grader release`), or grade where the wall stands"


class PracticeRefusedError(Exception):
    """There is something to hide, and no wall to hide it behind."""


def require_nothing_hidden(
    assignment: Assignment,
    environ: Mapping[str, str] = os.environ,
    settings: Path | None = None,
) -> None:
    """Raise PracticeRefusedError where a secret, hidden checks or a reference lie in reach.

    `settings` is the folder of what the user chose to keep, where that is another than usual.
    """
    found = next(_hidden_things(assignment, environ, settings or config_folder()), "")
    if found:
        raise PracticeRefusedError(
            f"no practice without a wall: {found} could be read by what is tried; {_INSTEAD}"
        )


def _hidden_things(
    assignment: Assignment, environ: Mapping[str, str], settings: Path | None
) -> Iterator[str]:
    if environ.get(VARIABLE):
        yield f"the secret in ${VARIABLE}"
    folders = [folder for folder in (settings, assignment.folder) if folder is not None]
    yield from (f"{folder / 'secret'}" for folder in folders if (folder / "secret").exists())
    if assignment.reference is not None:
        yield f"the reference, {assignment.reference},"
    yield from (str(path) for path in sorted(assignment.folder.rglob("*hidden*.py")))
    if (judge := assignment.folder / "judge.py").exists():
        yield str(judge)
