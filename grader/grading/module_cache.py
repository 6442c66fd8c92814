"""Modules of assignments in one process: each assignment has its own, and as they are now."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


Stamp = tuple[int, int]
_noted: dict[str, Stamp] = {}
"""What each file was like when a module was imported from it."""


def forget_namesakes(folder: Path) -> None:
    """Have a folder's modules imported from there, as they are now.

    What was imported before may be others of their name, or these as they were before an edit.
    """
    for name, module in _modules_of(folder):
        file = getattr(module, "__file__", None)
        if file is None or not Path(file).is_relative_to(folder):
            del sys.modules[name]
    if any(_noted.get(file, now) != now for file, now in stamps_of(folder).items()):
        forget_modules(folder)


def note_modules(folder: Path) -> None:
    """Note what a folder's modules were imported from, so that it is seen when that changes."""
    for file, stamp in stamps_of(folder).items():
        _noted.setdefault(file, stamp)


def forget_modules(folder: Path) -> None:
    """Have a folder's modules imported anew: pytest keeps one whose import failed half-way."""
    for name, module in _modules_of(folder):
        _noted.pop(getattr(module, "__file__", None) or "", None)
        del sys.modules[name]
    importlib.invalidate_caches()


def stamps_of(folder: Path) -> dict[str, Stamp]:
    """Return the files that modules of a folder were imported from, with what tells an edit."""
    files = (getattr(module, "__file__", None) for _, module in _modules_of(folder))
    return {file: stamp_of(file) for file in files if file and Path(file).is_relative_to(folder)}


def stamp_of(file: str | Path) -> Stamp:
    """Return the time and the size of a file; of one that is gone, what no file has."""
    try:
        about = Path(file).stat()
    except OSError:
        return (0, -1)
    return (about.st_mtime_ns, about.st_size)


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
