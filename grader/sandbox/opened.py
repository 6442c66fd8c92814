"""The sandbox a grade happens in: one zygote, the folders it may see, the level it proved."""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from grader.assignment.isolation import LEVELS
from grader.assignment.survey import survey_public_data
from grader.sandbox import IsolationError, open_zygote
from grader.sandbox.visible_paths import below, why_unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.sandbox.levels import Level
    from grader.sandbox.zygote_client import ZygoteClient


class _Closes(Protocol):
    def close(self) -> object: ...


Kept = TypeVar("Kept", bound=_Closes)


class Sandbox:
    """A zygote for one assignment. Start it early: it imports while the grader collects."""

    def __init__(self, zygote: ZygoteClient, assignment: Assignment) -> None:
        self.zygote, self.assignment = zygote, assignment
        self._beside: dict[object, Any] = {}
        self._ends = ExitStack()

    @classmethod
    def start(
        cls,
        assignment: Assignment,
        *,
        level: str | None = None,
        environment: dict[str, str] | None = None,
        device: str = "cpu",
        hash_seed: int = 0,
        allow_unsafe: bool = False,
    ) -> Self:
        """Start a zygote at the strongest level, or at ``level``, or raise IsolationError.

        For ``device`` "cuda" the workers see the GPU's device files, and their address space
        is not limited. L0 takes ``allow_unsafe``. The assignment's packages are imported
        beforehand, and torch where it speaks of it. Raises AssignmentError where its public data
        cannot be shown.
        """
        zygote = open_zygote(
            assignment.isolation,
            level=level,
            notebooks=any(name.endswith(".ipynb") for name in assignment.handed_in),
            packages=assignment.preloads,
            environment=environment,
            profile=assignment.limits.profile,
            allow_unsafe=allow_unsafe,
            **places_of(assignment),
            device=device,
            hash_seed=hash_seed % 2**32,
        )
        return cls(zygote, assignment)

    @property
    def level(self) -> str:
        """The name of the isolation level, such as ``L3``, and the device if that weakens it."""
        level = self.zygote.level
        return level.name if level.device == "cpu" else f"{level.name}-{level.device}"

    def shows(self, folder: Path) -> bool:
        """Whether some worker may read what lies in a folder; without a wall each may read all."""
        level = self.zygote.level
        has_wall = level.name in LEVELS and level.name != "L0"  # practice is no level
        return not has_wall or below(os.path.realpath(folder), _seen_at(level))

    def connect(self, numbers: Iterator[int]) -> Sandbox:
        """Return the same sandbox for another process of the grader's, on a line of its own.

        Of its workers' ``numbers`` none may be another's. Raises IsolationError if it is gone.
        """
        return Sandbox(self.zygote.connect(numbers), self.assignment)

    def beside(self, make: Callable[[Sandbox], Kept]) -> Kept:
        """Return what is kept beside this sandbox until it closes, made when it is first wanted."""
        if make not in self._beside:
            self._beside[make] = self._ends.enter_context(closing(make(self)))
        kept: Kept = self._beside[make]
        return kept

    def close(self) -> None:
        """End what is kept beside it, the zygote and all its workers."""
        self._beside.clear()
        try:
            self._ends.close()
        finally:
            self.zygote.close()


def places_of(assignment: Assignment) -> dict[str, Any]:
    """Return the folders that workers see, or must not, as `Level` takes them.

    Raises IsolationError for what workers could not read, and AssignmentError for public data that
    cannot be shown.
    """
    public, survey = assignment.public, survey_public_data(assignment)
    for folder in (public, *([survey.folder] if survey else [])):
        if why := why_unreadable(str(folder)):
            raise IsolationError(why)
    return {
        "public": str(public) if public.is_dir() else None,
        "data": str(survey.folder) if survey else None,
        "mapped": survey.size if survey else 0,
        "private": (str(assignment.reference.parent),) if assignment.reference else (),
        "secret": (str(assignment.folder),),
    }


@cache
def _seen_at(level: Level) -> tuple[str, ...]:
    """Return all that some worker may read."""
    wall = level.wall()
    return (*wall["read"], *wall["private"])
