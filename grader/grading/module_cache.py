"""Two assignments of one name in one process: each has its own modules."""

from __future__ import annotations

import sys
from pathlib import Path


def forget_namesakes(folder: Path) -> None:
    """Have a folder's modules imported from there, though others of their name may have been."""
    package = package_of(folder)
    alone = {f"test_{folder.name}", f"test_{folder.name}_hidden"}  # where the folder is no package
    for name, module in list(sys.modules.items()):
        if name not in {package, *alone} and not name.startswith(f"{package}."):
            continue
        file = getattr(module, "__file__", None)
        if file is None or not Path(file).is_relative_to(folder):
            del sys.modules[name]


def forget_modules(folder: Path) -> None:
    """Have a folder's modules imported anew: pytest keeps one whose import failed half-way."""
    package = package_of(folder)
    for name in list(sys.modules):
        if name == package or name.startswith(f"{package}."):
            del sys.modules[name]


def package_of(folder: Path) -> str:
    """Return the name under which pytest imports the package that a folder is."""
    names, top = [folder.name], folder
    while (top.parent / "__init__.py").is_file():
        top = top.parent
        names.insert(0, top.name)
    return ".".join(names)
