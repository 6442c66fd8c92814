"""Which of two engines practice is had from on this machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.course.engines.jobs import NoWallError

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment
    from grader.course.engines.jobs import Engine


def start_engine(assignment: Assignment, *, practice: bool = False) -> tuple[Engine, str]:
    """Start the engine behind the wall, or where there is none, or by wish, the one without.

    Returns it with a sentence that says why there is no wall, or "". Raises EngineError, and
    PracticeRefusedError where something would lie open.
    """
    from grader.practice.portable import PortableEngine  # noqa: PLC0415 - only one of two is needed

    if practice or sys.platform != "linux":
        why = "" if practice else "the wall needs Linux"
        return PortableEngine.start(assignment), why
    from grader.course.engines.jobs import Settings  # noqa: PLC0415 - as above
    from grader.course.engines.local import LocalEngine  # noqa: PLC0415 - Linux alone has its parts

    try:
        return LocalEngine.start(Settings(str(assignment.folder))), ""
    except NoWallError as missing:
        first = str(missing).partition("\n")[0]
        return PortableEngine.start(assignment), first
