"""`public_data`: a folder of data, larger than a question may be, that every worker reads.

Submissions find it under its name in their working folder. It is public: students have it as well,
and nothing in it can be hidden from a submission.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.assignment.toml_table import TomlTable

_TAKEN = frozenset({"assignments", "starter", "wheels"})
"""What else lies at the top of a student's repository."""


@dataclass(frozen=True, slots=True)
class PublicData:
    """The folder, its name in a submission's working folder, and where students get it from.

    Without `get_from` they get it with the assignment.
    """

    name: str
    folder: Path
    get_from: str = ""


def read_public_data(
    table: TomlTable, home: Path, reference: Path | None, data: Path | None
) -> PublicData | None:
    """Read `public_data` and `public_data_from`; mistakes go to the table's problems."""
    folder = table.place("public_data", "a folder, relative to this file")
    get_from = table.words("public_data_from", "a text that says where to get it", "")
    if folder is None:
        if get_from and "public_data" not in table.values:
            table.complain("public_data_from", "public_data_from is of use with public_data alone")
        return None
    name = Path(table.values["public_data"]).name  # as it is written, though that be a link
    found = PublicData(name, folder, " ".join(get_from.split()))
    for sentence in _complaints(found, home, reference, data):
        table.complain("public_data", f"public_data: {sentence}")
    return found


def _complaints(
    found: PublicData, home: Path, reference: Path | None, data: Path | None
) -> Iterator[str]:
    folder, name = found.folder, found.name
    if not re.fullmatch(r"\w[\w-]*", name) or name in _TAKEN:
        yield f"{name!r} cannot be what submissions call it: give the folder a name like images"
    elif os.path.exists(home / "public" / name):  # noqa: PTH110 - of any name at all
        yield f"public/ holds a {name} too, and submissions find both by that name"
    if not os.path.exists(folder):  # noqa: PTH110 - likewise
        hint = f": get it from {found.get_from}" if found.get_from else ""
        yield f"there is no folder {folder}{hint}"
    elif not folder.is_dir():
        yield f"{folder} is no folder"
    kept = {"the assignment": home, "the reference": reference, "data, which stays here,": data}
    for what, path in kept.items():
        if path is not None and path.resolve().is_relative_to(folder):
            yield f"{what} lies in {folder}, which every submission reads"
    if reference is not None and folder.is_relative_to(reference.parent):
        yield f"{folder} lies beside the reference, where no submission can read it"
