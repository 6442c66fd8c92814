"""Mutants that are right: what they change the contract leaves open. A person gives each a reason.

`equivalents.toml` lies beside the right solutions, and has a table for each such mutant:

    [["loops.py"]]
    in  = "classify"
    was = "if gradient.norm() > tol:"
    now = "if gradient.norm() >= tol:"
    why = "no gradient is drawn within a factor 2 of its bound"

Where a function makes the same of the same line twice, `nth = 2` says which is meant.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.assignment.folder import AssignmentError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from grader.selftest.mutating import Change, Mutant

NAME = "equivalents.toml"
_KEYS, _NTH = {"in", "was", "now", "why"}, "nth"
Place = tuple[str, str, str, str]
Key = tuple[Place, int]
_ANY = 0


@dataclass(frozen=True)
class Equivalents:
    """The reasons, by file, function and what is changed in it, and of several such the one."""

    path: Path = Path(NAME)
    reasons: dict[Key, str] = field(default_factory=dict)

    def reason(self, change: Change) -> str:
        """Return why a mutant is none, or ""."""
        place = _place_of(change)
        return self.reasons.get((place, change.nth)) or self.reasons.get((place, _ANY), "")

    def of(self, files: Collection[str]) -> Equivalents:
        """Return those that are of some files."""
        kept = {key: why for key, why in self.reasons.items() if key[0][0] in files}
        return Equivalents(self.path, kept)

    def tells_apart(self, change: Change) -> bool:
        """Whether what is said of a mutant is said of no other one."""
        return change.twins == 1 or (_place_of(change), change.nth) in self.reasons

    def without_mutant(self, mutants: Iterable[Mutant], files: Collection[str]) -> list[str]:
        """Say which entries are of none of these mutants, or of none of these files."""
        known = {
            (_place_of(mutant.change), nth)
            for mutant in mutants
            for nth in (_ANY, mutant.change.nth)
        }
        return [
            f"{self.path}: no mutant of {file} makes `{now}` of `{was}`{_written(nth)}"
            if file in files
            else f"{self.path}: {file} is no right solution that is in Python; take its entry out"
            for (file, function, was, now), nth in self.reasons
            if ((file, function, was, now), nth) not in known
        ]


def number_twins(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Number the mutants that have file, function and changed lines in common."""
    every, seen = list(mutants), Counter[Place]()
    twins = Counter(_place_of(mutant.change) for mutant in every)
    numbered = []
    for mutant in every:
        place = _place_of(mutant.change)
        seen[place] += 1
        change = replace(mutant.change, nth=seen[place], twins=twins[place])
        numbered.append(replace(mutant, change=change))
    return numbered


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
    reasons: dict[Key, str] = {}
    for file, entries in tables.items():
        for entry in entries if isinstance(entries, list) else [entries]:
            _require(path, file, entry)
            place = file, entry["in"], entry["was"], entry["now"]
            reasons[place, entry.get(_NTH, _ANY)] = entry["why"]
    return Equivalents(path, reasons)


def render_entry(change: Change) -> str:
    """Write the entry that would declare a mutant right, but for the reason."""
    values = {"in": change.function, "was": change.was, "now": change.now, "why": ""}
    lines = [f"{key:3} = {_quoted(value)}" for key, value in values.items()]
    if change.twins > 1:
        lines.append(f"{_NTH} = {change.nth}")
    return "\n".join([f'[["{change.file}"]]', *lines])


def _place_of(change: Change) -> Place:
    return change.file, change.function, change.was, change.now


def _require(path: Path, file: str, entry: Any) -> None:  # noqa: ANN401 - whatever TOML holds
    is_full = isinstance(entry, dict) and entry.keys() | {_NTH} == _KEYS | {_NTH}
    if not is_full or not all(isinstance(entry[key], str) for key in _KEYS):
        wanted = ", ".join(sorted(_KEYS))
        raise AssignmentError(f'{path}: each [["{file}"]] has the texts {wanted}')
    nth = entry.get(_NTH, 1)
    if type(nth) is not int or nth < 1:
        raise AssignmentError(f"{path}: `{entry['now']}`: nth counts from 1")
    if not entry["why"].strip():
        raise AssignmentError(f"{path}: `{entry['now']}` needs a reason: why")


def _written(nth: int) -> str:
    return "" if nth == _ANY else f" a {_NTH} = {nth} time"


def _quoted(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
