"""The keys of an assignment that say what is handed in: one file of several names, or several."""

from __future__ import annotations

import re
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from grader.assignment.toml_table import TomlTable

_CODE = (".py", ".ipynb")
_LIBRARIES = frozenset({"torch", "numpy", "inside", "submission"})
_SHARED_FOLDER = "public"


def read_asked(
    table: TomlTable, folder: Path, packages: Collection[str], reference: Path | None
) -> dict[str, Any]:
    """Read `accepts` or `files`, of which an assignment has one; mistakes go to the table's."""
    if "accepts" in table.values and "files" in table.values:
        table.complain(
            "files",
            "accepts and files exclude each other: accepts names alternatives, of which one is "
            "handed in, and files what is handed in together",
        )
    elif "files" not in table.values:
        table.require("accepts")
    accepts = table.names("accepts", r"[\w.-]+\.(py|ipynb)", "a file name like hw1.py")
    files = table.names("files", r"\w[\w.-]*\.\w+", "a file name like model.py or weights.pt")
    if files:
        for sentence in _complaints(files, folder, packages, reference):
            table.complain("files", f"files: {sentence}")
    return {"accepts": accepts, "files": files}


def _complaints(
    files: tuple[str, ...], folder: Path, packages: Collection[str], reference: Path | None
) -> Iterator[str]:
    code = [name for name in files if name.endswith(_CODE)]
    if not code:
        yield "none of them is a .py or an .ipynb file, and exports are looked for in code"
    for name in code[1:]:
        if name.endswith(".ipynb"):
            yield (
                f"{name!r} is a notebook, which cannot be imported: let it stand before the other "
                "code, as what is run first"
            )
    folded = [name.casefold() for name in files]
    for name in dict.fromkeys(files):
        if folded.count(name.casefold()) > 1 and files.count(name) == 1:
            yield f"{name!r} differs from another of them by case alone"
    shared = {path.stem for path in (folder / _SHARED_FOLDER).glob("*.py")}
    for name in code:
        stem = PurePath(name).stem
        if name.endswith(".py") and not re.fullmatch(r"[^\W\d]\w*", stem):
            yield f"{name!r} cannot be imported by the others: give it a name like model.py"
        elif stem in {*sys.stdlib_module_names, *_LIBRARIES, *packages, *shared}:
            yield f"{name!r} has the name of another module, which would be imported in its place"
    if reference is not None and code:
        yield from _lacks(reference, files, code[0])


def _lacks(reference: Path, files: tuple[str, ...], first: str) -> Iterator[str]:
    if reference.name != first:
        yield f"the reference must have these names too: name its {first!r}, not {reference.name!r}"
        return
    missing = [name for name in files if not (reference.parent / name).is_file()]
    if reference.exists() and missing:
        yield f"there is no {', no '.join(missing)} beside the reference, {reference}"
