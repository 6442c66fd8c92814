"""Several files that are handed in together: all of those that are asked for, by their own names.

They name one another, in imports and where one is opened, so no other spelling will do. They lie in
one folder. The first that holds code becomes the `Source`; the others go behind the wall as bytes.
"""

from __future__ import annotations

import hashlib
import unicodedata
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from grader.source.beside import Beside
from grader.source.candidates import KINDS, plain_name
from grader.source.encoding import (
    CannotReadError,
    decode_python,
    kind_inside,
    refuse_nothing,
)
from grader.source.handin import LINK, MisuseError, Source, Unreadable, read_handin
from grader.source.nofollow import LinkError, one_down, open_folder, open_inner, read_file, visible
from grader.source.notices import listed
from grader.text import clean_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Names = tuple[str, ...]
SMALLER = "make it smaller"


def require_files(path: Path, names: Names) -> None:
    """Raise ``MisuseError`` unless a folder, or one in it, holds files of all these names."""
    with _opened(path, names):
        pass


def load_files(path: Path, names: Names, most: int) -> Source | Unreadable:
    """Read files of all these names, of at most so many bytes together, from one folder.

    That is the folder, or the one in it that holds any of them. Raises ``MisuseError``.
    """
    with _opened(path, names) as (folder, notices):
        return read_files(names, most, lambda name: read_file(name, folder, most, SMALLER), notices)


def read_files(
    names: Names, most: int, read: Callable[[str], bytes], notices: Names = ()
) -> Source | Unreadable:
    """Read files, each by ``read``, which raises CannotReadError for one that it cannot."""
    held: dict[str, bytes] = {}
    for name in names:
        try:
            held[name] = read(name)
            _refuse(name, held[name])
        except CannotReadError as error:
            return Unreadable(name, "", f"{name} {error}.")
    if (size := sum(map(len, held.values()))) > most:
        sentence = (
            f"{listed([*names])} hold {size / 1e6:.3g} MB together, and {most / 1e6:g} MB are "
            "allowed: make the largest smaller."
        )
        return Unreadable(names[0], "", sentence)
    first, *others = [name for name in names if PurePath(name).suffix in KINDS]
    source, digest = read_handin(first, held[first], (first,)), _hash(held)
    if isinstance(source, Unreadable):
        return replace(source, sha256=digest)
    files = tuple(Beside(name, held[name]) for name in names if name != first)
    modules = tuple(PurePath(name).stem for name in others)
    told = (*source.notices, *notices)
    return replace(source, sha256=digest, files=files, modules=modules, notices=told)


def require_all(names: Names, held: Sequence[str], where: str) -> None:
    """Raise ``MisuseError`` for names that are not held, or held in two spellings."""
    wrong = []
    for name in names:
        same = [other for other in held if _folded(other) == _folded(name)]
        if len(same) > 1:
            others = [other for other in same if other != name]
            wrong.append(f"{name} is there as {listed(others)} too: leave one of them")
        elif name not in held:
            near = same or [o for o in held if plain_name(o) == name.lower() and o not in names]
            hint = f", but {clean_path(near[0])}: give that the name {name}" if near else ""
            wrong.append(f"there is no {name}{hint}")
    if wrong:
        raise MisuseError(
            f"{where}: {'; '.join(wrong)} ({listed([*names])} are handed in together)"
        )


def is_near(name: str, names: Names) -> bool:
    """Whether a file has one of some names, or one that was meant to be it."""
    return plain_name(name) in {wanted.lower() for wanted in names}


def rest_notice(names: Names, held: Sequence[str]) -> Names:
    """Say which other code is there, and is not used."""
    unused = [name for name in held if name not in names and PurePath(name).suffix in KINDS]
    return (f"{listed([*names])} are graded; not used: {listed(unused)}.",) if unused else ()


def _refuse(name: str, data: bytes) -> None:
    refuse_nothing(data)
    if name.endswith(".py"):
        if kind_inside(data) == "ipynb":
            raise CannotReadError("holds a notebook and no plain Python: save it as a script")
        decode_python(data)


def _hash(held: dict[str, bytes]) -> str:
    """Hash files with their names."""
    whole = hashlib.sha256()
    for name, data in sorted(held.items()):
        whole.update(f"{name}\n{hashlib.sha256(data).hexdigest()}\n".encode())
    return whole.hexdigest()


@contextmanager
def _opened(path: Path, names: Names) -> Iterator[tuple[int, Names]]:
    """Open the folder in which the files lie, and give it with what is worth saying of it."""
    shown = "this folder" if path == Path() else clean_path(str(path))
    try:
        with open_folder(path) as (top, file), ExitStack() as stack:
            if file:
                packed = "unpack it, and " if PurePath(file.lower()).suffix == ".zip" else ""
                raise MisuseError(
                    f"{shown} is one file, and {listed([*names])} are handed in together: "
                    f"{packed}name the folder in which they lie"
                )
            folder, inner = top, _folder_of(names, top, shown)
            if inner:
                folder = stack.enter_context(open_inner(inner, top))
                shown = f"{shown}/{clean_path(inner)}"
            held = visible(folder)
            require_all(names, held, shown)
            yield folder, rest_notice(names, held)
    except LinkError as link:
        raise MisuseError(f"{clean_path(str(link))} {LINK}") from link
    except OSError as error:
        raise MisuseError(f"{shown} cannot be read: {error.strerror}") from error


def _folder_of(names: Names, folder: int, shown: str) -> str:
    """Name the one folder in an open one that holds any of the files; "" for itself."""
    held = visible(folder)
    if any(is_near(name, names) for name in held):
        return ""
    found = dict.fromkeys(
        inner
        for inner, _, name in (path.partition("/") for path in one_down(held, folder))
        if is_near(name, names)
    )
    if len(found) > 1:
        raise MisuseError(
            f"{shown} has files to grade in {listed([*found])}: leave one of these folders"
        )
    return next(iter(found), "")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
