"""A new assignment, small and complete, to be changed piece by piece into one's own."""

from __future__ import annotations

import os
import re
from keyword import iskeyword
from pathlib import Path

from grader.files import new_folder
from grader.release.template import render_template
from grader.source.notices import name_notices

TEMPLATES = {
    "numbers": "from logits to probabilities",
    "model": "a network that learns a bend",
    "class": "a stack",
    "numpy": "rows of numbers",
    "program": "a program that sums up",
}
"""What an assignment can begin as, with what its title says then."""
_HOME = Path(__file__).with_name("templates") / "new"
_NAMES = {"test_suite.py": "test_{name}.py", "test_hidden.py": "test_{name}_hidden.py"}
_MODULE = "module.py"  # the one that a student hands in


class NewError(ValueError):
    """The assignment cannot be made; nothing was left behind."""


def make_assignment(
    folder: Path, title: str | None = None, home: Path | None = None, template: str = "numbers"
) -> list[Path]:
    """Make an assignment in a folder that does not exist yet, and return its files.

    It begins as one of TEMPLATES.

    With a `home`, nobody asked for the folders between that and this one, and no link among
    them is followed. Raises NewError if the folder exists, or if its name cannot be part of a
    module's name, or is that of another module.
    """
    name = folder.name
    if not name.isidentifier() or iskeyword(name):
        like = re.sub(
            r"\W", "_", f"hw_{name}" if not name[:1].isalpha() or iskeyword(name) else name
        )
        raise NewError(
            f"{name!r} cannot name an assignment; letters, digits and _ can, as in {like!r}"
        )
    if name_notices(f"{name}.py", (f"{name}.py",)):
        raise NewError(
            f"{name!r} is the name of a module of Python's or of a library, which could then not "
            f"be imported; name the assignment otherwise, as in 'hw_{name}'"
        )
    if os.path.lexists(folder):
        raise NewError(f"{folder} exists")
    title = " ".join((title or "").split()).replace("\\", "/").replace('"', "'")
    title = "".join(letter for letter in title if letter.isprintable())  # TOML has no others
    title = title.strip() or f"{name}: {TEMPLATES[template]}"
    files = _files(template, name)
    try:
        with new_folder(folder, home) as beside:
            for source, place in files.items():
                (beside / place).parent.mkdir(parents=True, exist_ok=True)
                text = render_template(f"new/{template}/{source}", name=name, title=title)
                (beside / place).write_text(text, encoding="utf-8")
    except OSError as error:
        raise NewError(f"{folder}: cannot be written: {error.strerror}") from error
    return [folder / place for place in files.values()]


def _files(template: str, name: str) -> dict[str, str]:
    """Return the files of a template, each with its place in an assignment of a name."""
    home = _HOME / template
    found = sorted(path.relative_to(home).with_suffix("") for path in home.rglob("*.j2"))
    places = {}
    for path in found:
        renamed = _NAMES.get(path.name, "{name}.py" if path.name == _MODULE else path.name)
        places[str(path)] = str(path.with_name(renamed.format(name=name)))
    return places
