"""How many units a network of rectifiers has, found from its answers alone.

A network of Linear layers and ReLU is made of straight pieces. Where a line through its input space
crosses the hyperplane on which a unit switches, the slope jumps, and the jump has a direction:

* A first unit's direction is the same wherever it is met, so directions met on many lines are the
  first layer's units. (A second unit's depends on which first units are on.)
* On the inactive side of its hyperplane a unit adds nothing: so one learns which side is active,
  and can go where all first units are off. There the network is constant, if they are ReLU.
* Where all first units are on, what is left is a network with one layer fewer: the directions that
  recur there are the second layer's units. Directions met once are the mark of a deeper layer.

Only differences of float32 answers are needed, since the pieces are straight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Oracle = Callable[[Array], Array]

EPS: Final = float(np.finfo(np.float32).eps)
MARGIN: Final = 7
"""Grid points without another bend on both sides of one that is used."""
BESIDE: Final = 3
"""How many grid points away from a bend the slopes are taken."""
ALIKE: Final = 0.97
SEEN: Final = 5
"""A direction met on this many lines is a unit's."""
LINES: Final = 64
FEWEST: Final = 5
"""With fewer first units than this there is no looking behind them."""
FAR: Final = 50.0


@dataclass(frozen=True)
class Anatomy:
    """What was found: units of the first and second layer, and how the pieces look."""

    bends: float
    """Places where the slope jumps, on an average line; some are too near others to be counted."""
    affine: bool
    """Whether the answers run straight along whole lines."""
    first: int = 0
    second: int = 0
    lone: float = 0.0
    """Share of the bends behind the first layer that belong to no unit of the second."""
    flat: bool = False
    """Whether the answers are constant where all first units are off."""
    straight: bool = False
    """Whether the answers run straight where all first units are on: no layer bends behind them."""


@dataclass(frozen=True)
class Bend:
    """A place on line `line` where the slope jumps: a point on either side, and the noise."""

    line: int
    before: Array
    after: Array
    noise: float


def dissect(f: Oracle, d: int, seed: int) -> Anatomy:
    """Take apart `f`, which answers rows `(m, d)` with `(m,)`.

    `d` must exceed the width of the first layer.
    """
    rng = np.random.default_rng(seed)
    starts, ways = rng.standard_normal((2, LINES, d))
    ends = [f(starts + side * ways) for side in (-3, 0, 3)]
    affine = bool(np.abs(ends[0] - 2 * ends[1] + ends[2]).max() <= 1e-4 * np.ptp(ends))
    found = find_bends(f, starts, ways, np.linspace(-3, 3, 2048))
    outline = Anatomy(len(found) / LINES, affine)
    if affine:
        return outline
    kept, units, _ = find_units(f, found, rng.standard_normal((16, d)), 1.5e-4)
    if len(units) < FEWEST:
        return replace(outline, first=len(units))
    try:
        with np.errstate(all="ignore"):
            return _behind(f, outline, [[kept[i] for i in unit] for unit in units], rng)
    except np.linalg.LinAlgError:
        return replace(outline, first=len(units))


def _behind(
    f: Oracle, outline: Anatomy, units: list[list[Bend]], rng: np.random.Generator
) -> Anatomy:
    """Look behind the first layer, from where its units are all off and all on."""
    W, b = first_layer(f, units, rng)
    rest = -FAR * (1 + rng.random((200, len(W))))
    inverse = np.linalg.pinv(W).T
    flat = bool(np.ptp(f((rest - b) @ inverse)) == 0)
    second, lone, straight = second_layer(f, b, inverse, rng)
    found = replace(outline, first=len(units), flat=flat, straight=straight)
    return replace(found, second=second, lone=lone)


def find_bends(f: Oracle, starts: Array, ways: Array, grid: Array) -> list[Bend]:
    """Find the bends well apart from others on lines `start + t way`."""
    found = []
    for line, (start, way) in enumerate(zip(starts, ways, strict=True)):
        points = start + grid[:, None] * way
        values = f(points)
        curve = np.abs(values[:-2] - 2 * values[1:-1] + values[2:])
        noise = max(float(np.median(curve)), EPS / 8 * float(np.abs(values).max()))
        for i, j in _lonely(np.flatnonzero(curve > 8 * noise) + 1, len(grid)):
            found.append(Bend(line, points[i - BESIDE], points[j + BESIDE], noise))
    return found


def _lonely(loud: NDArray[np.intp], length: int) -> list[tuple[int, int]]:
    """First and last point of each short run of loud points that has none near it."""
    runs = np.split(loud, np.flatnonzero(np.diff(loud) > 1) + 1) if len(loud) else []
    ends = [-1, *(int(run[-1]) for run in runs)]
    starts = [*(int(run[0]) for run in runs), length]
    return [
        (int(run[0]), int(run[-1]))
        for k, run in enumerate(runs)
        if len(run) <= 2 and run[0] - ends[k] > MARGIN and starts[k + 1] - run[-1] > MARGIN
    ]


def find_units(
    f: Oracle, bends: list[Bend], probes: Array, step: float
) -> tuple[list[Bend], list[NDArray[np.intp]], float]:
    """Group bends by the direction of their jump, seen through a few `probes (k, d)`.

    Returns the bends that could be measured, the groups met on many lines, and the share of
    bends in no such group.
    """
    if not bends:
        return [], [], 0.0
    jump, bad = jumps(f, bends, probes, step)
    clean = ~bad.any(1) & (jump != 0).any(1)
    kept = [bend for bend, good in zip(bends, clean, strict=True) if good]
    directions = jump[clean] / np.linalg.norm(jump[clean], axis=1, keepdims=True)
    lines = np.array([bend.line for bend in kept])
    units = [group for group in _groups(directions) if len(set(lines[group])) >= SEEN]
    return kept, units, 1 - sum(map(len, units)) / max(1, len(kept))


def _groups(directions: Array) -> list[NDArray[np.intp]]:
    """Split rows of unit length into groups of equal directions, either sign; the largest first."""
    alike = np.abs(directions @ directions.T) > ALIKE
    left = np.ones(len(alike), dtype=bool)
    groups = []
    for i in np.argsort(-alike.sum(1)):
        if left[i]:
            groups.append(np.flatnonzero(alike[i] & left))
            left[groups[-1]] = False
    return groups


def jumps(
    f: Oracle, bends: list[Bend], probes: Array, step: float
) -> tuple[Array, NDArray[np.bool_]]:
    """Measure how slopes along `probes` change at bends, and where another bend came between."""
    noise = np.array([bend.noise for bend in bends])
    before, bad_before = _slopes(f, np.array([bend.before for bend in bends]), probes, step, noise)
    after, bad_after = _slopes(f, np.array([bend.after for bend in bends]), probes, step, noise)
    return after - before, bad_before | bad_after


def _slopes(
    f: Oracle, points: Array, probes: Array, step: float, noise: Array
) -> tuple[Array, NDArray[np.bool_]]:
    moved = points[:, None, None] + step * np.stack([probes, -probes])
    up, down = np.moveaxis(f(moved.reshape(-1, points.shape[1])).reshape(moved.shape[:3]), 1, 0)
    crossed = np.abs(up + down - 2 * f(points)[:, None]) > 8 * noise[:, None]
    return (up - down) / (2 * step), crossed


def first_layer(
    f: Oracle, units: list[list[Bend]], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Weights `(units, d)` of unit length and offsets, so that a unit is on where `W x + b > 0`."""
    W, b = (
        np.array(part) for part in zip(*(_hyperplane(f, bends) for bends in units), strict=True)
    )
    X = rng.standard_normal((100, W.shape[1]))
    noise = np.full(len(X), units[0][0].noise)
    slopes, bad = _slopes(f, X, np.eye(W.shape[1]), 4e-4, noise)
    share = np.abs(np.where(bad, 0, slopes) @ np.linalg.pinv(W))
    above = W @ X.T + b[:, None] > 0
    on, off = (
        np.where(side, share.T, 0).sum(1) / np.maximum(1, side.sum(1)) for side in (above, ~above)
    )
    sign = np.where(on > off, 1.0, -1.0)
    return W * sign[:, None], b * sign


def _hyperplane(f: Oracle, bends: list[Bend]) -> tuple[Array, float]:
    """Measure the direction of one unit, by medians over a few bends, and its offset."""
    jump, bad = jumps(f, bends[:5], np.eye(len(bends[0].before)), 4e-4)
    clear = np.where(bad, 0, jump)
    best = clear[bad.sum(1).argmin()]
    clear *= np.sign(clear @ best)[:, None] / np.linalg.norm(clear, axis=1, keepdims=True)
    weights = np.ma.median(np.ma.masked_array(clear, bad), axis=0).filled(0)
    weights /= np.linalg.norm(weights)
    middles = np.array([(bend.before + bend.after) / 2 for bend in bends])
    return weights, -float(np.median(middles @ weights))


def second_layer(
    f: Oracle, b: Array, inverse: Array, rng: np.random.Generator
) -> tuple[int, float, bool]:
    """Count the units behind the first layer, and the share of bends that belong to none.

    Tell also whether there is nothing but straight lines.

    `inverse (units, d)` makes inputs of what first units are to see, but for their offsets `b`.
    """
    units, d = inverse.shape
    ends = [(_all_on(units, rng) - b) @ inverse for _ in range(2)]
    ways = ends[1] - ends[0]
    grid = np.linspace(0, 1, 1024)
    found = find_bends(f, ends[0], ways, grid)
    step = 0.3 * float(np.linalg.norm(ways, axis=1).mean()) / len(grid) / d**0.5
    _, found_units, lone = find_units(f, found, rng.standard_normal((20, d)), step)
    return len(found_units), lone, _runs_straight(f, ends)


def _runs_straight(f: Oracle, ends: list[Array]) -> bool:
    """Whether the answers half-way between ends are half-way too.

    Off by at most 0.002 of their range on all lines for one hidden layer, of which a unit may have
    been missed; by 0.28 and more on some line where a second layer of 1 to 64 units bends them.
    """
    before, after = map(f, ends)
    middle = f((ends[0] + ends[1]) / 2)
    off = np.abs(before + after - 2 * middle).max()
    return bool(off <= 0.01 * np.ptp([before, middle, after]))


def _all_on(units: int, rng: np.random.Generator) -> Array:
    """Draw inputs of all first units far above zero, a few much farther, `(100, units)`."""
    levels = 0.5 + rng.random((100, units))
    for row in levels:
        row[rng.choice(units, FEWEST, replace=False)] += 25
    return FAR * levels
