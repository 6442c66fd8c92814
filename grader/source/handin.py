"""Find what was handed in, and read it: a ``Source`` to run behind the wall, or a sentence why not.

Three ends, and the difference matters to a student. *Wrong use* (no such path, a link, two
candidates) is for the caller to put right: no grade. *Unreadable* is the submission's: a grade
of zero with a sentence that says what, where and what to do. A *source* goes behind the wall, where
everything else is found out; no Python is parsed on this side.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from grader.source.beside import Beside, names_beside, read_beside
from grader.source.candidates import QUIET, Kind, best_of, explain_other, kind_of
from grader.source.encoding import CannotReadError, decode_python, kind_inside
from grader.source.nofollow import LinkError, one_down, open_folder, open_inner, read_file, visible
from grader.source.notebook import Aside, Cell, read_asides, read_cells
from grader.source.notices import either, lacking_notices, listed, name_notices, rest_notices
from grader.source.watchdog import READING_SECONDS, TooSlowError, within
from grader.text import clean_path

__all__ = [
    "Cell",
    "MisuseError",
    "Source",
    "Unreadable",
    "find_handin",
    "load_handin",
    "read_handin",
]

_TOO_SLOW = f"takes more than {READING_SECONDS:g} s to read: hand in the code without data in it"
LINK = "is a link, and no link is graded: hand in the file itself"
_READ_AS = {
    "ipynb": "holds a notebook and was read as one: give it a name that ends in .ipynb",
    "py": "holds plain Python and no notebook, and was read as Python: rename it to end in .py",
}


class MisuseError(Exception):
    """The path cannot be graded at all: no such path, a link, two candidates, another kind."""


@dataclass(frozen=True)
class Source:
    """Readable code: a .py is one cell with number 0, a notebook its code cells in order.

    Of several files it is the first that holds code, and ``modules`` name the other Python
    modules, which are among the ``files``; the hash is of them all.
    """

    name: str
    sha256: str
    kind: Kind
    cells: tuple[Cell, ...]
    notices: tuple[str, ...] = ()
    asides: tuple[Aside, ...] = ()
    files: tuple[Beside, ...] = ()
    modules: tuple[str, ...] = ()

    @property
    def code(self) -> tuple[str, ...]:
        """Names of the files in which exports are looked for, the first one first."""
        return (self.name, *(f"{module}.py" for module in self.modules))

    @property
    def laid_out(self) -> tuple[Beside, ...]:
        """The files that its code finds in its folder: a .py itself, and what lies beside it."""
        if self.kind != "py":
            return self.files
        return (Beside(self.name, "".join(cell.text for cell in self.cells).encode()), *self.files)


@dataclass(frozen=True)
class Unreadable:
    """Handed in, but not readable; ``sentence`` says what, where and what to do.

    ``sha256`` is empty where no byte was read: a folder, a pipe, a file over the limit.
    """

    name: str
    sha256: str
    sentence: str


def find_handin(
    path: Path | None, accepts: tuple[str, ...], folder: Path, env: Mapping[str, str]
) -> Path:
    """Path of the file or folder to grade, known to exist and to hold just one candidate.

    The first of: ``path``, ``$GRADER_SUBMISSION``, ``submission/`` in the assignment's
    ``folder``. Raises ``MisuseError``.
    """
    path = find_submission_path(path, either(accepts), folder, env)
    with _chosen(path, accepts, folder):
        return path


def find_submission_path(
    path: Path | None, wanted: str, folder: Path, env: Mapping[str, str]
) -> Path:
    """Path of what is to be graded, known to exist, as of ``find_handin``; or ``MisuseError``."""
    named = env.get("GRADER_SUBMISSION", "")
    if path is not None:
        said: str | None = ""
    elif named:
        path, said = Path(named), "$GRADER_SUBMISSION: "
    else:
        path, said = folder / "submission", None
    if not os.path.lexists(path):
        raise MisuseError(_missing(path, said, wanted))
    return path


def load_handin(
    path: Path,
    accepts: tuple[str, ...],
    assignment: Path | None = None,
    *,
    alone: bool | None = None,
) -> Source | Unreadable:
    """Read the file, or the one candidate of a folder, in it or one folder down.

    What an assignment's folder gives to students is no candidate. What lies beside the file goes
    along, unless it is ``alone``: a file that was named is. Raises ``MisuseError``.
    """
    alone = not path.is_dir() if alone is None else alone
    with _chosen(path, accepts, assignment) as (folder, file, notices):
        source = _load(file, folder, accepts, notices)
        if alone or isinstance(source, Unreadable):
            return source
        files = read_beside(file, folder)
        lacking = lacking_notices(names_beside(file, folder), files)
        return replace(source, files=files, notices=(*source.notices, *lacking))


def read_handin(file: str, data: bytes, accepts: tuple[str, ...]) -> Source | Unreadable:
    """Read a file that somebody else has taken from where it lay; raises ``MisuseError``."""
    return _read(file, data, accepts, name_notices(file, accepts))


def _load(
    file: str, folder: int, accepts: tuple[str, ...], notices: tuple[str, ...]
) -> Source | Unreadable:
    try:
        return _read(file, read_file(file, folder), accepts, notices)
    except CannotReadError as error:
        name = clean_path(file)
        return Unreadable(name, "", f"{name} {error}.")


def _read(
    file: str, data: bytes, accepts: tuple[str, ...], notices: tuple[str, ...]
) -> Source | Unreadable:
    name, named, digest = clean_path(file), _kind(file, accepts), hashlib.sha256(data).hexdigest()
    try:
        with within():
            kind = kind_inside(data) or named
            read = read_cells if kind == "ipynb" else _read_python
            cells, more = read(data)
            asides = read_asides(data) if kind == "ipynb" else ()
        if kind != named:
            notices = (*notices, f"{name} {_READ_AS[kind]}.")
    except CannotReadError as error:
        return Unreadable(name, digest, f"{name} {error}.")
    except TooSlowError:
        return Unreadable(name, digest, f"{name} {_TOO_SLOW}.")
    return Source(name, digest, kind, cells, notices + more, asides)


def _read_python(data: bytes) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    return (Cell(0, decode_python(data)),), ()


def _missing(path: Path, said: str | None, wanted: str) -> str:
    if said is not None:
        return f"{said}there is no {clean_path(str(path))}"
    return (
        f"nothing to grade: put {wanted} into {clean_path(str(path))}, or name it with "
        "a PATH (pytest: --submission=PATH) or $GRADER_SUBMISSION"
    )


@contextmanager
def _chosen(
    path: Path, accepts: tuple[str, ...], assignment: Path | None
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Give the one file to read, by an open folder and its name, and what is worth saying of it."""
    try:
        with open_folder(path) as (folder, name), ExitStack() as stack:
            if name:
                _kind(name, accepts)
                yield folder, name, name_notices(name, accepts)
            else:
                yield _choose(path, folder, accepts, _given(assignment), stack)
    except LinkError as link:
        raise MisuseError(f"{clean_path(str(link))} {LINK}") from link
    except OSError as error:
        raise MisuseError(f"{clean_path(str(path))} cannot be read: {error.strerror}") from error


def _given(assignment: Path | None) -> frozenset[str]:
    """Names of the modules that an assignment gives to students, which may lie beside theirs."""
    public = assignment / "public" if assignment else None
    return frozenset(path.name for path in public.glob("*.py")) if public else frozenset()


def _choose(
    path: Path, folder: int, accepts: tuple[str, ...], given: frozenset[str], stack: ExitStack
) -> tuple[int, str, tuple[str, ...]]:
    """Choose in a folder, or where it holds nothing to grade, in those that lie in it."""
    names = visible(folder)
    found, inner = best_of(names, accepts, given), ""
    if not found:
        held = one_down(names, folder)
        found = best_of(held, accepts, given)
    file = _only(found, path, names, accepts)
    if file not in names:
        inner, _, file = file.partition("/")
        folder = stack.enter_context(open_inner(inner, folder))
        names = visible(folder)
    rest = [name for name in names if name != file and name not in QUIET | given]
    notices = name_notices(file, accepts) + rest_notices(file, rest)
    if inner:
        notices = (f"{clean_path(f'{inner}/{file}')} was graded: it lay one folder down.", *notices)
    return folder, file, notices


def _only(found: list[str], folder: Path, names: list[str], accepts: tuple[str, ...]) -> str:
    if len(found) == 1:
        return found[0]
    where = clean_path(str(folder))
    if not found:
        held = f"{listed(names)}, but " if names else ""
        wanted = f"neither {' nor '.join(accepts)}" if len(accepts) > 1 else f"no {accepts[0]}"
        raise MisuseError(f"{where} holds {held}{wanted}")
    raise MisuseError(
        f"{where} holds {len(found)} candidates, {listed(found)}: leave one there, "
        "or name the one to grade"
    )


def _kind(name: str, accepts: tuple[str, ...]) -> Kind:
    kind = kind_of(name, accepts)
    if kind is None:
        raise MisuseError(explain_other(name))
    return kind
