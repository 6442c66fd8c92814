"""Whether an assignment was edited since a process began to read it.

An edit is half in force there: what was imported stays, and workers read what is there now.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from grader.assignment.folder import find_assignment, load_assignment
from grader.grading.module_cache import files_of, stamp_of, stamps_in

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment
    from grader.grading.module_cache import Stamp


class Edits:
    """What tells an edit of an assignment's files, as they were before any of them was read."""

    def __init__(self, name: str) -> None:
        toml = find_assignment(name) / "assignment.toml"
        before = {str(toml): stamp_of(toml)}
        self.assignment = load_assignment(name)
        others = {file: stamp_of(file) for file in _unimported(self.assignment)}
        self._before = stamps_in(self.assignment.folder) | others | before
        self._stamps: dict[str, Stamp] = {}

    def watch(self) -> None:
        """Watch all that is graded by, now that what is imported of it is known."""
        files = files_of(self.assignment.folder) | _unimported(self.assignment)
        self._stamps = {file: self._before.get(file, stamp_of(file)) for file in files}

    @property
    def made_from(self) -> str:
        """What all that is watched is known by."""
        told = "\n".join(f"{file} {stamp}" for file, stamp in sorted(self._stamps.items()))
        return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()

    def were_made(self) -> bool:
        """Whether any of it is not what it was."""
        return any(stamp_of(file) != stamp for file, stamp in self._stamps.items())


def _unimported(assignment: Assignment) -> set[str]:
    """Return the files of an assignment that are graded by and not imported, there or not."""
    folder, reference = assignment.folder, assignment.reference
    others = [assignment.toml, assignment.hidden_suite, folder / "judge.py", folder / "probes.py"]
    others += assignment.public.rglob("*.py")
    others += [reference, *reference.parent.glob("*.py")] if reference else []
    return {*map(str, others)}
