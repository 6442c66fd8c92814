"""Archives, unpacked by a worker behind the wall: to the grader they are bytes, and so are files.

Of what the worker returns nothing is believed but that it is bytes under a name: the name is made
a plain one, and what is in it is read as any file that was handed in. No file is written.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from grader.assignment.limits import Limits
from grader.course.labels import plain
from grader.inside.data import TEXT_LIMIT
from grader.inside.frames import FrameError
from grader.sandbox.outcome import Raised, Returned, WorkerLostError, describe
from grader.source.beside import Beside, bounded, goes_along
from grader.source.candidates import best_of
from grader.source.encoding import CannotReadError
from grader.source.handin import MisuseError, Source, Unreadable, load_handin, read_handin
from grader.source.nofollow import FILE_LIMIT, LinkError, open_folder, read_file
from grader.source.notebook import Cell
from grader.source.notices import lacking_notices, listed, rest_notices
from grader.source.several import is_near, read_files, require_all, rest_notice
from grader.submission.loading import Loader
from grader.text import clean_line, clean_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.assignment.folder import Assignment
    from grader.sandbox.opened import Sandbox
    from grader.sandbox.worker import Worker

_LIMITS = Limits(call_seconds=30, cpu_seconds=30, memory=1 << 30, scratch=1 << 20, files=16)
_CODE = Path(__file__).with_name("behind_the_wall.py")


def unpack(path: Path, accepts: Sequence[str], sandbox: Sandbox) -> Source | Unreadable:
    """Read what is asked for in an archive; raises MisuseError where it is not there."""
    name, assignment = clean_path(path.name), sandbox.assignment
    most = max(FILE_LIMIT, assignment.limits.submission_size if assignment.files else 0)
    try:
        with open_folder(path) as (folder, file):
            data = read_file(file, folder, most)
    except (OSError, LinkError, CannotReadError) as error:
        raise MisuseError(f"{name} cannot be read: {clean_line(str(error), 200)}") from error
    with _helper(sandbox) as worker:
        outcome = worker.call(
            "unpack", [np.frombuffer(data, np.uint8), [*assignment.files], most], {}
        )
    if not isinstance(outcome, Returned):
        what = "takes too much to unpack" if not isinstance(outcome, Raised) else "is damaged"
        raise MisuseError(f"{name} {what}: {clean_line(describe(outcome), 200)}")
    files = _files(name, outcome.value)
    if assignment.files:
        return _all_of(name, files, assignment)
    public = [path.name for path in assignment.public.glob("*.py")]
    chosen, notices = _choose(name, files, accepts, public)
    read = read_handin(chosen.name, files[chosen], tuple(accepts))
    if isinstance(read, Unreadable):
        return read
    near = [path for path in files if path.parent == chosen.parent and path != chosen]
    beside = bounded(Beside(path.name, files[path]) for path in near if goes_along(path.name))
    lacking = lacking_notices([path.name for path in near], beside)
    return replace(read, notices=(*read.notices, *notices, *lacking), files=beside)


def _all_of(
    name: str, files: dict[PurePosixPath, bytes], assignment: Assignment
) -> Source | Unreadable:
    """Read the files that are asked for together, from the one folder nearest the top with any."""
    names = assignment.files
    near = sorted(
        {path.parent for path in files if is_near(path.name, names)},
        key=lambda folder: len(folder.parts),
    )
    top = [folder for folder in near if len(folder.parts) == len(near[0].parts)]
    if len(top) > 1:
        held = listed([str(folder) for folder in top])
        raise MisuseError(f"{name} has files to grade in {held}: leave one of these folders")
    home = top[0] if top else PurePosixPath()
    here = {path.name: data for path, data in files.items() if path.parent == home}
    require_all(names, list(here), name)
    told = rest_notice(names, list(here))
    return read_files(names, assignment.limits.submission_size, here.__getitem__, told)


def is_starter(source: Source, assignment: Assignment, sandbox: Sandbox) -> bool:
    """Whether a submission is the starter, or differs from it in nothing that runs."""
    names = (source.name,) if assignment.files else assignment.accepts
    starter = _starter(assignment.folder, names, source.kind)
    if starter is None:
        return False
    if assignment.files and not _is_as_given(source, assignment.folder / "starter"):
        return False
    if source.sha256 == starter.sha256:
        return True
    cells = [[cell.text for cell in one.cells] for one in (starter, source)]
    if max(map(len, [*cells[0], *cells[1], ""])) > TEXT_LIMIT:
        return False
    try:
        with _helper(sandbox) as worker:
            return worker.call("is_same_code", cells, {}) == Returned(True)  # noqa: FBT003 - its answer
    except FrameError:
        return False


def _is_as_given(source: Source, given: Path) -> bool:
    """Whether those files beside the first that a starter has are the starter's own."""
    held = [(file.data, given / file.name) for file in source.files]
    return all(path.read_bytes() == data for data, path in held if path.is_file())


@contextlib.contextmanager
def _helper(sandbox: Sandbox) -> Iterator[Worker]:
    """Give a worker of its own, in which there is no submission but what it is asked about."""
    text = _CODE.read_text(encoding="utf-8")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    source = Source(_CODE.name, sha256, "py", (Cell(0, text),))
    about = replace(sandbox.assignment, limits=_LIMITS, exports=("unpack", "is_same_code"))
    try:
        worker = Loader(source, about, reference=False).fork(sandbox)
    except WorkerLostError as lost:
        raise RuntimeError(f"what unpacks archives did not start: {lost}") from lost
    try:
        yield worker
    finally:
        worker.close()


def _files(name: str, answer: object) -> dict[PurePosixPath, bytes]:
    """Return what a worker says that an archive holds, by plain relative paths."""
    try:
        told = msgspec.convert(answer, dict[str, object])
        refused = msgspec.convert(told["refused"], str)
        pairs = msgspec.convert(told["files"], list[tuple[str, object]])
    except (msgspec.ValidationError, KeyError) as error:
        raise MisuseError(f"{name} is damaged: pack it again") from error
    if refused:
        raise MisuseError(f"{name} {clean_line(refused, 300)}")
    files = {}
    for path, content in pairs:
        parts = [part for part in plain(path).split("/") if part not in ("", ".", "..")]
        if not parts or not isinstance(content, np.ndarray) or content.dtype != np.uint8:
            raise MisuseError(f"{name} is damaged: pack it again")
        files[PurePosixPath(*parts)] = content.tobytes()
    return files


def _choose(
    name: str, files: dict[PurePosixPath, bytes], accepts: Sequence[str], public: Sequence[str]
) -> tuple[PurePosixPath, tuple[str, ...]]:
    """Return the file that counts, as in a folder, nearest the top; and what is said of others."""
    best = [PurePosixPath(path) for path in best_of(map(str, files), accepts, public)]
    top = min((len(path.parts) for path in best), default=0)
    found = [path for path in best if len(path.parts) == top]
    if len(found) != 1:
        held = listed([str(path) for path in files]) or "no code"
        many = f"{len(found)} candidates, {held}: leave one of them" if found else held
        wanted_names = " and no ".join(accepts)
        raise MisuseError(f"{name} holds {many}" + ("" if found else f"; no {wanted_names}"))
    near = [path.name for path in files if path.parent == found[0].parent and path != found[0]]
    far = [str(path) for path in files if path.parent != found[0].parent]
    taken = f"{clean_path(str(found[0]))} was taken from {name}."
    return found[0], (taken, *rest_notices(found[0].name, [*near, *far]))


@cache
def _starter(folder: Path, accepts: tuple[str, ...], kind: str) -> Source | None:
    """Return the starter of a kind that an assignment gives to students, if it can be read."""
    for name in accepts:
        path = folder / "starter" / name
        if name.endswith(f".{kind}") and path.is_file():
            read = load_handin(path, accepts)
            return read if isinstance(read, Source) else None
    return None
