"""What one check of a submission may use: the `[limits]` of an assignment."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.assignment.toml_table import TomlTable

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:([KMGT])(i?))?B")
PROFILES = ("plain", "workers", "compile")
SIZES = ("memory", "gpu_memory", "scratch")
_POWERS = {None: 0, "K": 1, "M": 2, "G": 3, "T": 4}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one check may use; seconds of wall time unless named `cpu`, sizes in bytes.

    `submission_seconds` is for all checks together but the races, less the time in which others
    had the core. `gpu_memory` is what tensors on a GPU may take, in a grade on one.
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
    profile: str = "plain"


def parse_size(text: str) -> int:
    """Read "2 GiB" (or "2 GB", "512 B") as bytes; ValueError otherwise."""
    match = _SIZE.fullmatch(text.strip())
    if not match:
        raise ValueError(f'{text!r} is not a size like "2 GiB" or "64 MiB"')
    return int(float(match[1]) * (1024 if match[3] else 1000) ** _POWERS[match[2]])


def show_size(size: int) -> str:
    """Write bytes as `parse_size` reads them: in the largest unit that divides them."""
    for power, unit in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if size % 1024**power == 0:
            return f"{size // 1024**power} {unit}"
    return f"{size} B"


def read_limits(table: TomlTable) -> Limits:
    """Read `[limits]`; mistakes go to the table's problems."""
    values: dict[str, Any] = {}
    for field in fields(Limits):
        default: Any = field.default
        if field.name == "profile":
            values[field.name] = table.choice(field.name, PROFILES, default)
        elif field.name in SIZES:
            values[field.name] = _read_size(table, field.name, default)
        else:
            kind = int if field.type == "int" else float
            values[field.name] = table.positive(field.name, kind, default)
    table.close()
    return Limits(**values)


def _read_size(table: TomlTable, key: str, default: int) -> int:
    if isinstance(table.values.get(key), int):
        return int(table.positive(key, int, default))
    text = table.take(key, str, 'a size like "2 GiB"', None)
    try:
        size = default if text is None else parse_size(text)
    except ValueError as error:
        table.complain(key, f"limits.{key}: {error}")
        return default
    if size <= 0:
        table.complain(key, f"limits.{key} must be above 0")
    return size
