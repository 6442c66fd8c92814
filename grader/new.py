"""A new assignment, small and complete, to be changed piece by piece into one's own."""

from __future__ import annotations

import os
import re
from keyword import iskeyword
from typing import TYPE_CHECKING

from grader.files import new_folder
from grader.template import render_template

if TYPE_CHECKING:
    from pathlib import Path

_FILES = {
    "assignment.toml": "assignment.toml",
    "__init__.py": "__init__.py",
    "handout.md": "handout.md",
    "public/__init__.py": "public/__init__.py",
    "public/weather.py": "public/weather.py",
    "strategies.py": "strategies.py",
    "test_suite.py": "test_{name}.py",
    "test_hidden.py": "test_{name}_hidden.py",
    "reference/module.py": "reference/{name}.py",
    "starter/module.py": "starter/{name}.py",
    "submission/module.py": "submission/{name}.py",
}


class NewError(ValueError):
    """The assignment cannot be made; nothing was left behind."""


def make_assignment(folder: Path, title: str | None = None, home: Path | None = None) -> list[Path]:
    """Make an assignment in a folder that does not exist yet, and return its files.

    With a `home`, nobody asked for the folders between that and this one, and no link among
    them is followed. Raises NewError if the folder exists, or if its name cannot be part of a
    module's name.
    """
    name = folder.name
    if not name.isidentifier() or iskeyword(name):
        like = re.sub(
            r"\W", "_", f"hw_{name}" if not name[:1].isalpha() or iskeyword(name) else name
        )
        raise NewError(
            f"{name!r} cannot name an assignment; letters, digits and _ can, as in {like!r}"
        )
    if os.path.lexists(folder):
        raise NewError(f"{folder} exists")
    title = " ".join((title or f"{name}: from logits to probabilities").split())
    title = title.replace("\\", "/").replace('"', "'")
    try:
        with new_folder(folder, home) as beside:
            for template, place in _FILES.items():
                target = beside / place.format(name=name)
                target.parent.mkdir(parents=True, exist_ok=True)
                text = render_template(f"new/{template}", name=name, title=title)
                target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NewError(f"{folder}: cannot be written: {error.strerror}") from error
    return [folder / place.format(name=name) for place in _FILES.values()]
