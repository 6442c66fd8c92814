"""What an autograding service is given to run: the upload for Gradescope, Classroom 50's bundle."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from grader.files import OutputFile, new_folder, require_folder, require_places, write_whole
from grader.release.answers import find_answers
from grader.release.pruning import PruningError
from grader.release.public_data import find_hidden_data, find_too_large, put_public_data
from grader.release.requirements import requirements_of
from grader.release.student_repository import ReleaseError, copy_public, require_ready
from grader.release.template import render_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.assignment.folder import Assignment
    from grader.release.student_repository import Kit

_LEFT_OUT = {"__pycache__", ".git", "submission", "starter", ".pytest_cache", ".hypothesis"}
_EXECUTABLE = 0o100755 << 16
_PLAIN = 0o100644 << 16
_SECRET = 0o100600 << 16
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_gradescope_zip(
    assignment: Assignment, target: Path, wheel: Path, seed: int, *, named: bool = False
) -> None:
    """Write the zip that an instructor uploads: hidden checks, reference and seed are in it.

    The same assignment, wheel and seed give the same bytes. `named` says that somebody asked for
    this target. Raises ReleaseError if the file cannot be written, AssignmentError if suite and
    points disagree.
    """
    require_ready(assignment, target)
    root = _common_root(assignment)
    place = assignment.folder.relative_to(root).as_posix()
    packages = requirements_of(assignment.packages)
    values: dict[str, object] = {
        "place": place,
        "wheel": wheel.name,
        "python": "3.11",
        "packages": packages,
    }
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ("setup.sh", "run_autograder"):
                text = render_template(f"gradescope/{name}", **values)
                _add(archive, name, text.encode(), _EXECUTABLE)
            _add(archive, "seed", f"{seed}\n".encode(), _SECRET)
            _add(archive, f"wheels/{wheel.name}", wheel.read_bytes(), _PLAIN)
            for path in sorted(_files(assignment)):
                name = f"course/{path.relative_to(root).as_posix()}"
                _add(archive, name, path.read_bytes(), _PLAIN)
        file.seek(0)
        try:
            write_whole(target, file.read(), named=named)
        except OSError as error:
            raise ReleaseError(f"{target}: cannot be written: {error.strerror}") from error


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = mode
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _common_root(assignment: Assignment) -> Path:
    folders = [assignment.folder, *([assignment.reference.parent] if assignment.reference else [])]
    folders += [assignment.data.parent] if assignment.data else []
    folders += [assignment.public_data.folder.parent] if assignment.public_data else []
    root = Path(os.path.commonpath(folders))
    return root.parent if root == assignment.folder else root


def _files(assignment: Assignment) -> Iterator[Path]:
    yield from _under(assignment.folder)
    if assignment.reference and not assignment.reference.is_relative_to(assignment.folder):
        yield from _under(assignment.reference.parent)
    if assignment.data and not assignment.data.is_relative_to(assignment.folder):
        yield assignment.data
    held = assignment.public_data
    if held and not held.folder.is_relative_to(assignment.folder):
        yield from filter(Path.is_file, held.folder.rglob("*"))


def _under(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not _LEFT_OUT.intersection(path.relative_to(folder).parts):
            yield path


def write_classroom50_bundle(assignment: Assignment, target: Path, kit: Kit) -> None:
    """Make the folder that Classroom 50 runs; it is publicly readable, so nothing hidden is in it.

    Raises ReleaseError if there is something at the target already, AssignmentError if suite and
    points disagree.
    """
    require_free(target)
    require_ready(assignment, target)
    for sentence in (*find_hidden_data(assignment), *find_too_large(assignment)):
        raise ReleaseError(sentence)
    try:
        with new_folder(target) as beside:
            copy_public(assignment, beside / assignment.name)
            put_public_data(assignment, beside / assignment.name)
            for answer in find_answers(beside, assignment):
                raise ReleaseError(answer)
            files = [p.relative_to(beside).as_posix() for p in beside.rglob("*") if p.is_file()]
            values = {"assignment": assignment, "kit": kit, "files": sorted(files)}
            values |= {"packages": requirements_of(assignment.packages)}
            text = render_template("classroom50/autograder.py", **values)
            kit.put_wheel(beside)
            (beside / "autograder.py").write_text(text, encoding="utf-8")
    except PruningError as error:
        raise ReleaseError(str(error)) from error
    except OSError as error:
        raise ReleaseError(f"{target}: cannot be made: {error}") from error


def require_free(target: Path) -> None:
    """Raise ReleaseError where a bundle cannot be made, or where there is something already."""
    if os.path.lexists(target):
        raise ReleaseError(f"{target} exists")
    try:
        require_folder(target)
    except OSError as error:
        raise ReleaseError(f"{target}: cannot be made: {error.strerror}") from error


def require_zip(target: Path, *, named: bool) -> None:
    """Raise ReleaseError where the zip could not be written, or what is there is another file."""
    try:
        require_places([OutputFile(target, b"", named)])
        is_followed = named or not target.is_symlink()
        if is_followed and _holds_another(target):
            raise ReleaseError(f"{target}: what is there is no zip: name another file")
    except OSError as error:
        raise ReleaseError(f"{target}: cannot be written: {error.strerror}") from error


def _holds_another(target: Path) -> bool:
    """Whether there is a file that holds something, and is no zip."""
    return target.is_file() and target.stat().st_size > 0 and not zipfile.is_zipfile(target)
