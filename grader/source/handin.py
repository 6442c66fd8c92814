"""Find what was handed in, and read it: a ``Source`` to run behind the wall, or a sentence why not.

Three ends, and the difference matters to a student. *Wrong use* (no such path, a link, two
candidates) is for the caller to put right: no grade. *Unreadable* is the submission's: a grade
of zero with a sentence that says what, where and what to do. A *source* goes behind the wall, where
everything else is found out; no Python is parsed on this side.
"""

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.source.encoding import CannotReadError, decode_python
from grader.source.nofollow import LinkError, open_folder, read_file
from grader.source.notebook import Cell, read_cells
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

_KINDS: dict[str, Literal["py", "ipynb"]] = {".py": "py", ".ipynb": "ipynb"}
_KNOWN_MODULES = sys.stdlib_module_names | {
    *("torch", "numpy", "scipy", "pandas", "matplotlib", "sklearn", "IPython"),
    *("pytest", "hypothesis", "grader", "inside", "reference"),
}
_TOO_SLOW = f"takes more than {READING_SECONDS:g} s to read: hand in the code without data in it"
_LINK = "is a link, and no link is graded: hand in the file itself"
_QUIET = frozenset({"__pycache__", "__MACOSX", "Thumbs.db", "desktop.ini"})


class MisuseError(Exception):
    """The path cannot be graded at all: no such path, a link, two candidates, another kind."""


@dataclass(frozen=True)
class Source:
    """Readable code: a .py is one cell with number 0, a notebook its code cells in order."""

    name: str
    sha256: str
    kind: Literal["py", "ipynb"]
    cells: tuple[Cell, ...]
    notices: tuple[str, ...] = ()


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
    named = env.get("GRADER_SUBMISSION", "")
    if path is not None:
        said: str | None = ""
    elif named:
        path, said = Path(named), "$GRADER_SUBMISSION: "
    else:
        path, said = folder / "submission", None
    if not os.path.lexists(path):
        raise MisuseError(_missing(path, said, accepts))
    with _chosen(path, accepts):
        return path


def load_handin(path: Path, accepts: tuple[str, ...]) -> Source | Unreadable:
    """Read the file, or the one candidate of a folder; raises ``MisuseError``."""
    with _chosen(path, accepts) as (folder, file, notices):
        return _load(file, folder, notices)


def read_handin(file: str, data: bytes, accepts: tuple[str, ...]) -> Source | Unreadable:
    """Read a file that somebody else has taken from where it lay; raises ``MisuseError``."""
    return _read(file, data, _name_notices(file, accepts))


def _load(file: str, folder: int, notices: tuple[str, ...]) -> Source | Unreadable:
    try:
        return _read(file, read_file(file, folder), notices)
    except CannotReadError as error:
        name = clean_path(file)
        return Unreadable(name, "", f"{name} {error}.")


def _read(file: str, data: bytes, notices: tuple[str, ...]) -> Source | Unreadable:
    name, kind, digest = clean_path(file), _kind(file), hashlib.sha256(data).hexdigest()
    try:
        with within():
            read = read_cells if kind == "ipynb" else _read_python
            cells, more = read(data)
    except CannotReadError as error:
        return Unreadable(name, digest, f"{name} {error}.")
    except TooSlowError:
        return Unreadable(name, digest, f"{name} {_TOO_SLOW}.")
    return Source(name, digest, kind, cells, notices + more)


def _read_python(data: bytes) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    return (Cell(0, decode_python(data)),), ()


def _missing(path: Path, said: str | None, accepts: tuple[str, ...]) -> str:
    if said is not None:
        return f"{said}there is no {clean_path(str(path))}"
    return (
        f"nothing to grade: put {_either(accepts)} into {clean_path(str(path))}, or name it with "
        "a PATH (pytest: --submission=PATH) or $GRADER_SUBMISSION"
    )


@contextmanager
def _chosen(path: Path, accepts: tuple[str, ...]) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Give the one file to read, by an open folder and its name, and what is worth saying of it."""
    try:
        with open_folder(path) as (folder, name):
            if name:
                _kind(name)
                yield folder, name, _name_notices(name, accepts)
            else:
                yield folder, *_choose(path, os.listdir(folder), accepts)  # noqa: PTH208 - by descriptor
    except LinkError as link:
        raise MisuseError(f"{clean_path(str(link))} {_LINK}") from link
    except OSError as error:
        raise MisuseError(f"{clean_path(str(path))} cannot be read: {error.strerror}") from error


def _choose(path: Path, held: list[str], accepts: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    names = sorted(name for name in held if not name.startswith("."))
    chosen = _candidate(path, names, accepts)
    rest = [name for name in names if name != chosen and name not in _QUIET]
    return chosen, _name_notices(chosen, accepts) + _rest_notices(chosen, rest)


def _candidate(folder: Path, names: list[str], accepts: tuple[str, ...]) -> str:
    """Give the accepted name in a folder; without one, the only .py or .ipynb there."""
    found = [name for name in names if name in accepts]
    found = found or [name for name in names if Path(name).suffix.lower() in _KINDS]
    if len(found) == 1:
        return found[0]
    where = clean_path(str(folder))
    if not found:
        held = _listed(names) or "nothing"
        raise MisuseError(f"{where} holds {held}, but neither {' nor '.join(accepts)}")
    raise MisuseError(
        f"{where} holds {len(found)} candidates, {_listed(found)}: leave one there, "
        "or name the one to grade"
    )


def _kind(name: str) -> Literal["py", "ipynb"]:
    try:
        return _KINDS[Path(name).suffix.lower()]
    except KeyError:
        raise MisuseError(
            f"{clean_path(name)} is neither a .py nor an .ipynb file, nor a folder with one"
        ) from None


def _name_notices(name: str, accepts: tuple[str, ...]) -> tuple[str, ...]:
    notices = []
    if name not in accepts:
        notices.append(f"{clean_path(name)} was read as if it were named {_either(accepts)}.")
    if Path(name).stem in _KNOWN_MODULES:
        notices.append(_shadows(name))
    return tuple(notices)


def _rest_notices(chosen: str, rest: list[str]) -> tuple[str, ...]:
    notices = [_shadows(name) for name in rest if _hides_a_module(name)][:5]
    if rest:
        notices.append(f"Only {clean_path(chosen)} is read; not used: {_listed(rest)}.")
    return tuple(notices)


def _hides_a_module(name: str) -> bool:
    stem, _, suffix = name.partition(".")
    return stem in _KNOWN_MODULES and suffix in {"", "py", "pyc", "so"}


def _shadows(name: str) -> str:
    return (
        f"{clean_path(name)} has the name of a module of Python's or of a library: at home it may "
        "be imported in that module's place. Give it another name."
    )


def _listed(names: list[str]) -> str:
    some = [clean_path(name) for name in names[:8]]
    if len(names) > len(some):
        return f"{', '.join(some)} and {len(names) - len(some)} more"
    return " and ".join([", ".join(some[:-1]), some[-1]]) if len(some) > 1 else "".join(some)


def _either(accepts: tuple[str, ...]) -> str:
    return " or ".join(accepts) or "a .py or .ipynb file"
