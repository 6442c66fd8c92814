"""What one check of a submission may use: the `[limits]` of an assignment."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from grader.assignment.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.assignment.toml_table import TomlTable

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:([KMGT])(i?))?B")
PROFILES = ("plain", "workers", "compile")
SIZES = ("memory", "gpu_memory", "scratch", "submission_size")
MOST_HANDED_IN = 100_000_000  # every worker is sent it, and an answer of a worker's holds 128 MiB
_WEEK = 7 * 24 * 3600
_MOST = {"files": 1_000_000, "threads": 32, "submission_size": MOST_HANDED_IN}
_MOST_OF_A_SIZE = 1 << 50
OF_A_CHECK = (
    *("call_seconds", "check_seconds", "cpu_seconds"),
    *("memory", "gpu_memory", "scratch", "files"),
)
"""The limits that one check may have of its own, in `[limits.<check>]`."""
_POWERS = {None: 0, "K": 1, "M": 2, "G": 3, "T": 4}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one check may use; seconds of wall time unless named `cpu`, sizes in bytes.

    `submission_seconds` is for all checks together but the races, less the time in which others
    had the core. `submission_size` is what several files that are handed in may hold together.
    `gpu_memory` is what tensors on a GPU may take, in a grade on one. `threads` are torch's, and
    those of libraries that come after it.
    `profile` is `plain` (threads only), `workers` (processes too, for a DataLoader) or
    `compile` (programs too, for `torch.compile`).
    """

    call_seconds: float = 10.0
    check_seconds: float = 60.0
    submission_seconds: float = 300.0
    load_seconds: float = 10.0
    cpu_seconds: float = 60.0
    memory: int = 2 << 30
    gpu_memory: int = 4 << 30
    threads: int = 1
    scratch: int = 64 << 20
    files: int = 256
    submission_size: int = 50_000_000
    profile: str = "plain"


def parse_size(text: str) -> int:
    """Read "2 GiB" (or "2 GB", "512 B") as bytes; ValueError otherwise."""
    match = _SIZE.fullmatch(text.strip())
    if not match:
        raise ValueError(f'{text!r} is not a size like "2 GiB" or "64 MiB"')
    size = float(match[1]) * (1024 if match[3] else 1000) ** _POWERS[match[2]]
    if size == math.inf:
        raise ValueError(f"{text!r} is larger than any machine")
    return int(size)


def show_size(size: int) -> str:
    """Write bytes as `parse_size` reads them: in the largest unit that divides them."""
    for power, unit in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if size % 1024**power == 0:
            return f"{size // 1024**power} {unit}"
    return f"{size} B"


def read_limits(table: TomlTable) -> Limits:
    """Read `[limits]`; mistakes go to the table's problems."""
    limits = _read(table, Limits(), [field.name for field in fields(Limits)])
    for name, value in table.values.items():
        if isinstance(value, dict):
            table.table(name)  # of one check: read_check_limits
    table.close()
    return limits


def read_check_limits(
    table: TomlTable, limits: Limits, checks: Collection[str], raced: Collection[str]
) -> dict[str, Limits]:
    """Read the tables `[limits.<check>]`: what they do not say is as in `[limits]`."""
    names = {field.name for field in fields(Limits)}
    found: dict[str, Limits] = {}
    for name, value in table.values.items():
        if not isinstance(value, dict) or name in names:
            continue
        if name not in checks:
            hint = did_you_mean(name, checks)
            table.complain(name, f"limits.{name}: no such check in [points]{hint}")
        elif name in raced:
            table.complain(name, f"limits.{name}: a race is run within [limits], as all races are")
        entry = table.table(name)
        misplaced = [key for key in value if key in names and key not in OF_A_CHECK]
        for key in misplaced:
            told = "it is one for all checks, and belongs in [limits]"
            entry.complain(key, f"limits.{name}.{key}: {told}")
        own = {key: said for key, said in value.items() if key not in misplaced}
        entry = replace(entry, values=own)
        found[name] = _read(entry, limits, OF_A_CHECK)
        entry.close()
    return found


def _read(table: TomlTable, limits: Limits, names: Collection[str]) -> Limits:
    """Take the limits of these names from a table, or else from other limits."""
    values: dict[str, Any] = {}
    for name in names:
        default = getattr(limits, name)
        if name == "profile":
            values[name] = table.choice(name, PROFILES, default)
        elif name in SIZES:
            values[name] = _read_size(table, name, default)
        else:
            kind = int if isinstance(default, int) else float
            values[name] = table.positive(name, kind, default)
        if name in table.values and name != "profile" and values[name] > (most := _most(name)):
            dotted = ".".join((*table.keys, name))
            table.complain(name, f"{dotted} must be at most {_show_most(name, most)}")
    return replace(limits, **values)


def _most(name: str) -> int:
    """Return the most that a limit may be: more than that the kernel's own calls do not take."""
    if name in _MOST:
        return _MOST[name]
    return _MOST_OF_A_SIZE if name in SIZES else _WEEK


def _show_most(name: str, most: int) -> str:
    if name == "submission_size":
        return f"{most // 1_000_000} MB"
    if name in SIZES:
        return show_size(most)
    return f"{most} s, a week" if name.endswith("seconds") else f"{most:,}"


def _read_size(table: TomlTable, key: str, default: int) -> int:
    if isinstance(table.values.get(key), int):
        return int(table.positive(key, int, default))
    text = table.take(key, str, 'a size like "2 GiB"', None)
    try:
        size = default if text is None else parse_size(text)
    except ValueError as error:
        table.complain(key, f"{'.'.join((*table.keys, key))}: {error}")
        return default
    if size <= 0:
        table.complain(key, f"{'.'.join((*table.keys, key))} must be above 0")
    return size
