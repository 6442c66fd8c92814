"""What each check is worth: `[points]`, `[speed]` and `[measure]`, held against the suite."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from grader.assignment.nearest import did_you_mean
from grader.grade.sums import is_hundredths

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from grader.assignment.toml_table import TomlTable

_NO_STEPS = (
    "{where}: there are no steps any more, credit is a straight line in the logarithm of the "
    "slowdown from full to none; delete this line"
)


@dataclass(frozen=True, slots=True)
class Speed:
    """How a slowdown becomes credit: all at `full` or less, none at `none` or more.

    Between them credit is a straight line in the logarithm of the slowdown.
    `device` is the one that these ends are for, if they are not for any; `cuda` has ends of its
    own for a grade on a GPU.
    """

    full: float
    none: float
    device: Literal["cpu", "cuda"] | None = None
    seconds: float | None = None
    cuda: Speed | None = None

    def on(self, device: str) -> Speed | None:
        """Return the terms of a race on a device; None if it is not raced there."""
        if device == "cuda" and self.cuda is not None:
            return self.cuda
        return self if self.device in (None, device) else None


@dataclass(frozen=True, slots=True)
class Measure:
    """How a measured number becomes credit between `full` and `none`, whichever is larger."""

    full: float
    none: float
    scale: Literal["log", "linear"] = "linear"


def read_points(table: TomlTable) -> dict[str, float]:
    """Read `[points]` in its order; mistakes go to the table's problems."""
    points: dict[str, float] = {}
    for name in table.values:
        worth = table.take(name, (int, float), "a number of points")
        if not re.fullmatch(r"test_\w+", name):
            table.complain(name, f"points.{name}: a check is named like test_something")
        elif worth is not None and not 0 <= worth < math.inf:
            table.complain(name, f"points.{name} must be 0 or more, not {worth!r}")
        elif worth is not None and not is_hundredths(worth):
            table.complain(name, f"points.{name} may have two decimals, not {worth!r}")
        elif worth is not None:
            points[name] = abs(float(worth))  # and no -0.0, which is shown with its sign
    return points


def read_speed(table: TomlTable, checks: Collection[str]) -> dict[str, Speed]:
    """Read the tables under `[speed]`, whose names must be in `[points]`."""
    found: dict[str, Speed] = {}
    for name, entry in _entries(table, checks):
        device = entry.choice("device", ("cpu", "cuda"), None)
        on_gpu = _speed(entry.table("cuda"), "cuda") if "cuda" in entry.values else None
        found[name] = replace(_speed(entry, device), cuda=on_gpu)
    return found


def _speed(entry: TomlTable, device: Literal["cpu", "cuda"] | None) -> Speed:
    full, none = _ends(entry)
    if full >= none and _has_ends(entry):
        where = ".".join(entry.keys)
        entry.complain("", f"{where}: full ({full:g}) must be below none ({none:g})")
    entry.refuse("steps", _NO_STEPS.format(where=".".join(entry.keys)))
    speed = Speed(
        full=full,
        none=none,
        device=device,
        seconds=entry.positive("seconds", float, None),
    )
    entry.close()
    return speed


def read_measure(table: TomlTable, checks: Collection[str]) -> dict[str, Measure]:
    """Read the tables under `[measure]`, whose names must be in `[points]`."""
    found: dict[str, Measure] = {}
    for name, entry in _entries(table, checks):
        scale = entry.choice("scale", ("log", "linear"), "linear")
        full, none = _ends(entry, above_zero=scale == "log")
        if full == none and _has_ends(entry):
            entry.complain("", f"measure.{name}: full and none must differ")
        entry.close()
        found[name] = Measure(full, none, scale)
    return found


def _entries(table: TomlTable, checks: Collection[str]) -> Iterable[tuple[str, TomlTable]]:
    for name in table.values:
        if name not in checks:
            hint = did_you_mean(name, checks)
            table.complain(name, f"{table.keys[-1]}.{name}: no such check in [points]{hint}")
        yield name, table.table(name)
    table.close()


def _has_ends(entry: TomlTable) -> bool:
    return {"full", "none"} <= entry.values.keys()


def _ends(entry: TomlTable, *, above_zero: bool = True) -> tuple[float, float]:
    if missing := [key for key in ("full", "none") if key not in entry.values]:
        entry.complain("", f"{'.'.join(entry.keys)}: {' and '.join(missing)} missing")
    if above_zero:
        return entry.positive("full", float, 1.0), entry.positive("none", float, 2.0)
    full = entry.take("full", (int, float), "a number", 1.0)
    none = entry.take("none", (int, float), "a number", 2.0)
    if not math.isfinite(full - none):
        entry.complain(
            "",
            f"{'.'.join(entry.keys)}: full and none must be finite, and so must what lies between",
        )
    return float(full), float(none)
