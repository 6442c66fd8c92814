"""Which file of a folder is the submission, told by names alone."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from grader.text import clean_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

Kind = Literal["py", "ipynb"]
KINDS: dict[str, Kind] = {".py": "py", ".ipynb": "ipynb"}
QUIET = frozenset({"__pycache__", "__MACOSX", "Thumbs.db", "desktop.ini"})
_ADDED = frozenset({".txt", ".text", ".json", ".download"})
"""What mail, browsers and editors put behind a name that they take for a text's."""
_COPY = re.compile(r"(?: ?\(\d{1,3}\)|[ _-]{1,3}copy(?: ?\(?\d{1,3}\)?)?|[_-]\d{1,2})$")
_OTHERS = {
    ".zip": "a zip archive: unpack it and hand in the file inside",
    ".pdf": "a PDF: hand in the code itself",
    ".docx": "a Word document: save the code as plain text",
    ".html": "a web page: download the file itself (on GitHub the button is “Raw”)",
}


def kind_of(name: str, accepts: Collection[str] = ()) -> Kind | None:
    """Tell by a file's name what it holds; None where that is neither Python nor a notebook."""
    path = PurePath(name.lower())
    if path.suffix in _ADDED:
        inner = PurePath(path.stem)
        stems = {PurePath(accepted.lower()).stem for accepted in accepts}
        if inner.suffix not in KINDS and path.stem in stems:
            return "ipynb" if path.suffix == ".json" else "py"
        path = inner
    return KINDS.get(path.suffix)


def explain_other(name: str) -> str:
    """Say of a file that is neither Python nor a notebook what to do."""
    other = _OTHERS.get(PurePath(name.lower()).suffix)
    neither = f"{clean_path(name)} is neither a .py nor an .ipynb file, nor a folder with one"
    return f"{neither}; it is {other}" if other else neither


def best_of(
    paths: Iterable[str], accepts: Collection[str], public: Collection[str] = ()
) -> list[str]:
    """Give the files that may be the submission: one, or as many as nothing tells apart.

    An accepted name goes before the same in other letters or as a copy's, `hw2 (1).py`; that before
    any .py or .ipynb, and that before a name with more behind it, `hw2.py.txt`. Modules that
    students were given, `public`, count only where there is nothing else.
    """
    held = list(paths)
    likes = {plain_name(name) for name in accepts}

    def is_code(name: str) -> bool:
        return PurePath(name.lower()).suffix in KINDS

    steps: tuple[Callable[[str], bool], ...] = (
        lambda name: name in accepts,
        lambda name: is_code(name) and plain_name(name) in likes,
        lambda name: is_code(name) and name not in public,
        lambda name: kind_of(name, accepts) is not None and name not in public,
        is_code,
    )
    for step in steps:
        if found := [path for path in held if step(PurePath(path).name)]:
            return found
    return []


def plain_name(name: str) -> str:
    """Write a file's name in small letters and without what marks a copy."""
    path = PurePath(name.lower())
    stem = _COPY.sub("", path.stem.removeprefix("copy of "))
    return f"{stem}{path.suffix}"
