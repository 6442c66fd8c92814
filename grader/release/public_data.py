"""The folder of public data on its way to students: nothing hidden in it, copied or left out."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

from grader.assignment.survey import survey_public_data
from grader.release.answers import find_answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.assignment.folder import Assignment

_LARGEST = 100_000_000  # GitHub takes no larger file


def find_hidden_data(assignment: Assignment) -> Iterator[str]:
    """Yield a sentence for each file of the public data that cannot be public.

    It is called hidden, is the same as a file that students do not get, or tells of hidden checks
    or of the reference. Raises AssignmentError where the folder cannot be read.
    """
    survey = survey_public_data(assignment)
    if survey is None:
        return
    kept = {_digest(path): path for path in _kept_files(assignment)}
    sizes = {path.stat().st_size for path in kept.values()}
    for name in survey.files:
        path = survey.folder / name
        if "hidden" in name.lower():
            yield f"{path} is called hidden, and lies where every submission reads it"
        elif path.stat().st_size in sizes and (same := kept.get(_digest(path))):
            yield f"{path} is the same as {same}, and lies where every submission reads it"
    for answer in find_answers(survey.folder, assignment):
        yield f"{survey.folder}: {answer}"


def find_too_large(assignment: Assignment) -> Iterator[str]:
    """Yield a sentence for each file of the public data that a repository does not take."""
    held, survey = assignment.public_data, survey_public_data(assignment)
    if held is None or survey is None:
        return
    otherwise = "" if held.get_from else ", or say in public_data_from where students get them"
    for name in survey.files:
        path = survey.folder / name
        if (size := path.stat().st_size) > _LARGEST:
            yield (
                f"{path} holds {size / 1e6:.0f} MB, and GitHub takes no file of over "
                f"{_LARGEST / 1e6:.0f} MB: make several of it{otherwise}"
            )


def put_public_data(assignment: Assignment, home: Path) -> None:
    """Copy the public data, if there is any, to where its name says."""
    if held := assignment.public_data:
        shutil.copytree(held.folder, home / held.name)


def _kept_files(assignment: Assignment) -> Iterator[Path]:
    """Yield the files that students do not get: the reference's, what is hidden, what is data."""
    folders = [assignment.reference.parent] if assignment.reference else []
    if assignment.data:
        folders += [assignment.data]
    for folder in folders:
        yield from (path for path in (folder, *folder.rglob("*")) if _is_full(path))
    yield from filter(_is_full, assignment.folder.glob("*hidden*"))


def _is_full(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
