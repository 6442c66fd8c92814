"""Gradescope's folder: what was handed in, what is known of it, and where the results go."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.files import write_whole
from grader.grade.late import parse_time
from grader.source.handin import MisuseError
from grader.text import clean_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

_DEEPEST = 5
_CODE = {".py", ".ipynb"}
_QUIET = frozenset({"__MACOSX", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Site:
    """The folder that Gradescope calls `/autograder`."""

    root: Path

    @property
    def results(self) -> Path:
        """The file that Gradescope reads."""
        return self.root / "results" / "results.json"

    @property
    def submission(self) -> Path:
        """The folder into which Gradescope unpacked an upload."""
        return self.root / "submission"

    def load_metadata(self) -> dict[str, Any]:
        """Return what Gradescope knows of the submission; nothing where the file is missing."""
        try:
            found = json.loads((self.root / "submission_metadata.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def load_seed(self) -> list[str]:
        """Return the option that gives `grader run` the seed of the upload."""
        path = self.root / "source" / "seed"
        return ["--seed", path.read_text("ascii").strip()] if path.exists() else []

    def write(self, data: bytes) -> None:
        """Write `results.json`, whole or not at all."""
        self.results.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.results, data, named=True)


def look_into(upload: Path, accepts: Collection[str]) -> Path:
    """Return the folder of an upload that holds what is asked for: itself, or one in it.

    Who packs a folder hands in a folder. The nearest one with an accepted name counts, without
    any the nearest one with code; no link is followed. Raises MisuseError where two are as near.
    """
    folders = list(_walk(upload))
    for names in (accepts, ()):
        found = [(depth, folder) for depth, folder in folders if _holds(folder, names)]
        nearest = [folder for depth, folder in found if depth == found[0][0]]
        if len(nearest) > 1:
            some = " and ".join(
                clean_path(str(folder.relative_to(upload))) for folder in nearest[:4]
            )
            raise MisuseError(f"{upload} has something to grade in {some}: hand in one of them")
        if nearest:
            return nearest[0]
    return upload


def _walk(upload: Path) -> Iterator[tuple[int, Path]]:
    """Yield a folder and those in it with their depths, the nearest first."""
    level = [upload]
    for depth in range(_DEEPEST):
        yield from ((depth, folder) for folder in level)
        level = [path for folder in level for path in sorted(folder.iterdir()) if _is_folder(path)]


def _is_folder(path: Path) -> bool:
    quiet = path.name.startswith(".") or path.name in _QUIET
    return not quiet and path.is_dir() and not path.is_symlink()


def _holds(folder: Path, names: Collection[str]) -> bool:
    """Whether a folder holds one of some names, or, of no names, any code."""
    for path in folder.iterdir():
        if path.name in names:
            return True
        is_code = path.suffix.lower() in _CODE and not path.name.startswith(".")
        if not names and is_code and not path.is_dir():
            return True
    return False


def find_own_deadline(metadata: dict[str, Any]) -> datetime | None:
    """Return the due date that Gradescope has for these students alone; the latest of a group's."""
    users = metadata.get("users")
    dates = [_due(user) for user in users if isinstance(user, dict)] if users else []
    own = max((date for date in dates if date is not None), default=None)
    return None if own == _due(metadata) else own


def _due(record: dict[str, Any]) -> datetime | None:
    assignment = record.get("assignment")
    date = assignment.get("due_date") if isinstance(assignment, dict) else None
    try:
        return parse_time(str(date)) if date else None
    except ValueError:
        return None
