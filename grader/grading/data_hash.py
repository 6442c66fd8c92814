"""The hash of an assignment's public data, by which a grade tells what it was given on.

Half a gigabyte is not read again for each submission: the hash is kept in the user's cache, under
the names, sizes and times of the files. A file whose bytes alone were changed, with its size and
both of its times as they were, is not noticed.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from grader.assignment.survey import survey_public_data
from grader.files import write_whole
from grader.home import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.assignment.survey import Survey

FILE = "public_data.json"
_MOST_KEPT = 100
_SETTLED = 2_000_000_000  # nanoseconds after which another change would have another time


def data_versions(assignment: Assignment) -> dict[str, str]:
    """Return the hash of the public data under its name, or nothing where there is none.

    Raises AssignmentError where the folder is not fit to be shown.
    """
    survey = survey_public_data(assignment)
    return {"public_data": _hash_of(survey)} if survey else {}


@cache
def _hash_of(survey: Survey) -> str:
    """Hash each file's name and bytes, or recall what that came to."""
    folder = cache_folder()
    path = folder / FILE if folder else None
    kept = _kept(path) if path else {}
    if found := kept.get(survey.fingerprint):
        return found
    whole = hashlib.sha256()
    for name in survey.files:
        with (survey.folder / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{name!r} {digest}\n".encode())
    found = whole.hexdigest()
    if path and survey.youngest < time.time_ns() - _SETTLED:
        _keep(path, {**kept, survey.fingerprint: found})
    return found


def _kept(path: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return {}


def _keep(path: Path, hashes: dict[str, str]) -> None:
    """Write the last hundred; where they cannot be written the folder is hashed again."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, msgspec.json.encode(dict(list(hashes.items())[-_MOST_KEPT:])))
