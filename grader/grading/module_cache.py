"""Modules of assignments in one process: each assignment has its own, and as they are now.

An edit is told by the content: it may leave a file's size as it was, and its time as well. Python's
own cache of what it has compiled goes by those, and is taken away with a module that was edited.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


Stamp = str
_before: dict[str, Stamp] = {}
"""What each file was like before a module was imported from it."""
_noted: dict[str, Stamp] = {}
"""What each file was like that a module in this process was imported from."""


def forget_namesakes(folder: Path) -> None:
    """Have a folder's modules imported from there, as they are now.

    What was imported before may be others of their name, or these as they were before an edit.
    """
    for name, module in _modules_of(folder):
        file = getattr(module, "__file__", None)
        if file is None or not Path(file).is_relative_to(folder):
            del sys.modules[name]
    _before.clear()
    _before.update(stamps_in(folder))
    now = {file: stamp_of(file) for file in files_of(folder)}
    if edited := {file for file, stamp in now.items() if _noted.get(file, stamp) != stamp}:
        forget_modules(folder)
    for file in edited:
        _forget_compiled(Path(file))


def note_modules(folder: Path) -> None:
    """Note what a folder's modules were imported from, so that it is seen when that changes."""
    for file in files_of(folder):
        _noted.setdefault(file, _before.get(file, stamp_of(file)))


def forget_modules(folder: Path) -> None:
    """Have a folder's modules imported anew: pytest keeps one whose import failed half-way."""
    for name, module in _modules_of(folder):
        _noted.pop(getattr(module, "__file__", None) or "", None)
        del sys.modules[name]
    importlib.invalidate_caches()


def files_of(folder: Path) -> set[str]:
    """Return the files of a folder that modules of it were imported from."""
    files = (getattr(module, "__file__", None) for _, module in _modules_of(folder))
    return {file for file in files if file and Path(file).is_relative_to(folder)}


def stamps_in(folder: Path) -> dict[str, Stamp]:
    """Return all modules of a folder that can be read, with what tells an edit of each."""
    return {str(file): stamp_of(file) for file in folder.rglob("*.py") if file.is_file()}


def stamp_of(file: str | Path) -> Stamp:
    """Return what the content of a file is known by; of one that is gone, what no file has."""
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:
        return ""


def _forget_compiled(file: Path) -> None:
    """Take away what Python and pytest have compiled of a file."""
    for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
        with suppress(OSError):
            compiled.unlink()


def _modules_of(folder: Path) -> list[tuple[str, ModuleType]]:
    package = package_of(folder)
    alone = {f"test_{folder.name}", f"test_{folder.name}_hidden"}  # where the folder is no package
    names = (n for n in sys.modules if n in {package, *alone} or n.startswith(f"{package}."))
    return [(name, sys.modules[name]) for name in list(names)]


def package_of(folder: Path) -> str:
    """Return the name under which pytest imports the package that a folder is."""
    names, top = [folder.name], folder
    while (top.parent / "__init__.py").is_file():
        top = top.parent
        names.insert(0, top.name)
    return ".".join(names)
