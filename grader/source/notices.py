"""What is worth saying of the names of what was handed in."""

from __future__ import annotations

import sys
from pathlib import PurePath
from typing import TYPE_CHECKING

from grader.source.beside import MOST_BYTES, MOST_FILES, goes_along
from grader.text import clean_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.source.beside import Beside

_KNOWN_MODULES = sys.stdlib_module_names | {
    *("torch", "numpy", "scipy", "pandas", "matplotlib", "sklearn", "IPython"),
    *("pytest", "hypothesis", "grader", "inside", "reference"),
}


def name_notices(name: str, accepts: tuple[str, ...]) -> tuple[str, ...]:
    """Say of the file that is graded when its name is not the one asked for, or another's."""
    notices = []
    if name not in accepts:
        notices.append(f"{clean_path(name)} was read as if it were named {either(accepts)}.")
    if PurePath(name).stem in _KNOWN_MODULES:
        notices.append(_shadows(name))
    return tuple(notices)


def rest_notices(chosen: str, rest: list[str]) -> tuple[str, ...]:
    """Say of other files in its folder which go along, which do not, which may do harm at home."""
    notices = [_shadows(name) for name in rest if _hides_a_module(name)][:5]
    if unused := [name for name in rest if not goes_along(name) or "/" in name]:
        notices.append(f"{clean_path(chosen)} is graded; not used: {listed(unused)}.")
    if along := [name for name in rest if goes_along(name) and "/" not in name]:
        notices.append(f"{clean_path(chosen)} is graded; beside it: {listed(along)}.")
    return tuple(notices)


def lacking_notices(names: Iterable[str], files: Sequence[Beside]) -> tuple[str, ...]:
    """Say which of the files that lie beside it and should go along do not, and why."""
    taken = {file.name for file in files}
    lacking = [name for name in names if goes_along(name) and name not in taken]
    if not lacking:
        return ()
    most = f"at most {MOST_FILES} plain files lie beside it, of {MOST_BYTES >> 20} MiB together"
    verb = "are" if len(lacking) > 1 else "is"
    return (f"{listed(lacking)} {verb} not there when it is graded: {most}.",)


def _hides_a_module(name: str) -> bool:
    stem, _, suffix = name.partition(".")
    return stem in _KNOWN_MODULES and suffix in {"", "py", "pyc", "so"}


def _shadows(name: str) -> str:
    if (stem := name.partition(".")[0]) in sys.stdlib_module_names:
        return (
            f"{clean_path(name)} has the name of a module of Python's own: when it is graded "
            f"`import {stem}` gives Python's, and at home it may give this one. Give it another "
            "name."
        )
    return (
        f"{clean_path(name)} has the name of a module of a library: at home it may "
        "be imported in that module's place. Give it another name."
    )


def listed(names: list[str]) -> str:
    """Write names one after the other: at most eight, and how many more there are."""
    some = [clean_path(name) for name in names[:8]]
    if len(names) > len(some):
        return f"{', '.join(some)} and {len(names) - len(some)} more"
    return " and ".join([", ".join(some[:-1]), some[-1]]) if len(some) > 1 else "".join(some)


def either(accepts: tuple[str, ...]) -> str:
    """Write the names that are accepted."""
    return " or ".join(accepts) or "a .py or .ipynb file"
