"""What an assignment tells its students: how a function is called, and where their modules lie."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from grader.text import clean_line

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment


def signature_in_handout(assignment: Assignment, export: str) -> str:
    """Return how the handout writes a call of an export, between backticks; "" if it does not."""
    handout = assignment.folder / "handout.md"
    try:
        text = handout.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    found = re.search(rf"`{re.escape(export)}\([^`\n]*\)`", text)
    return clean_line(found[0], 200) if found else ""


def path_of_public(assignment: Assignment) -> str:
    """Return the folder of the modules that students are given, seen from where they stand.

    That is below the working folder, or else as in a student's repository; so it is where a process
    of the grader's works in the assignment's own folder, in which no student stands.
    """
    public, here = assignment.public, Path.cwd()
    if here != assignment.folder and public.is_relative_to(here):
        return public.relative_to(here).as_posix()
    return f"assignments/{assignment.name}/{public.name}"
