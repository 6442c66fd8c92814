"""Mutants that are right: what they change the contract leaves open. A person gives each a reason.

`equivalents.toml` lies beside the right solutions, and has a table for each such mutant:

    [["loops.py"]]
    in  = "classify"
    was = "if gradient.norm() > tol:"
    now = "if gradient.norm() >= tol:"
    why = "no gradient is drawn within a factor 2 of its bound"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.assignment.folder import AssignmentError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from grader.selftest.mutating import Change, Mutant

NAME = "equivalents.toml"
_KEYS = {"in", "was", "now", "why"}
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Equivalents:
    """The reasons, by file, function and what is changed in it."""

    path: Path = Path(NAME)
    reasons: dict[Key, str] = field(default_factory=dict)

    def reason(self, change: Change) -> str:
        """Return why a mutant is none, or ""."""
        return self.reasons.get(_key_of(change), "")

    def without_mutant(self, mutants: Iterable[Mutant]) -> list[str]:
        """Say of which entries there is no mutant any more, of the files of these."""
        every = list(mutants)
        files, known = {m.change.file for m in every}, {_key_of(m.change) for m in every}
        left = (key for key in self.reasons if key[0] in files and key not in known)
        told = f"{self.path}: no mutant of"
        return [f"{told} {file} makes `{now}` of `{was}`" for file, _, was, now in left]


def load_equivalents(folder: Path) -> Equivalents:
    """Read the file of a folder of right solutions; AssignmentError names what is wrong in it."""
    path = folder / NAME
    if not path.is_file():
        return Equivalents(path, {})
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AssignmentError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise AssignmentError(f"{path}: {error}") from error
    reasons = {}
    for file, entries in tables.items():
        for entry in entries if isinstance(entries, list) else [entries]:
            _require(path, file, entry)
            reasons[file, entry["in"], entry["was"], entry["now"]] = entry["why"]
    return Equivalents(path, reasons)


def render_entry(change: Change) -> str:
    """Write the entry that would declare a mutant right, but for the reason."""
    values = {"in": change.function, "was": change.was, "now": change.now, "why": ""}
    lines = (f"{key:3} = {_quoted(value)}" for key, value in values.items())
    return "\n".join([f'[["{change.file}"]]', *lines])


def _key_of(change: Change) -> Key:
    return change.file, change.function, change.was, change.now


def _require(path: Path, file: str, entry: Any) -> None:  # noqa: ANN401 - whatever TOML holds
    is_full = isinstance(entry, dict) and entry.keys() == _KEYS
    if not is_full or not all(isinstance(value, str) for value in entry.values()):
        wanted = ", ".join(sorted(_KEYS))
        raise AssignmentError(f'{path}: each [["{file}"]] has the texts {wanted}')
    if not entry["why"].strip():
        raise AssignmentError(f"{path}: `{entry['now']}` needs a reason: why")


def _quoted(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
