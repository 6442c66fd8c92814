"""The credit of a race as a picture: the line, the submission on it, the named paces."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from grader.grade import units
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.grade.result import Timing

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 306, 48, 16, 34, 106
_LETTER, _ROWS = 9.0, (32, 48, 64, 80)
"""How wide a letter is on a telephone, where it is largest, and where names of paces stand."""
_OCTAVE, _MOST_TICKS = math.log(2), 16


def render_svg(timing: Timing) -> str:
    """Return the picture as SVG, or nothing where no terms or no slowdown is known."""
    full, none = timing.full, timing.none
    low, high = timing.interval
    known = (timing.slowdown, low, high)
    if not timing.laps or not full or not none or not 0 < full < none < math.inf:
        return ""
    if not all(0 < value < math.inf for value in known):
        return ""
    return _Picture(timing, full, none).render()


class _Picture:
    def __init__(self, timing: Timing, full: float, none: float) -> None:
        self.timing, self.full, self.none = timing, full, none
        paces = [pace for pace in timing.paces.values() if 0 < pace < math.inf]
        values = [full, none, *timing.interval, *paces]
        self.low, self.high = math.log(min(values)) - 0.4, math.log(max(values)) + 0.4

    def x(self, slowdown: float) -> float:
        return self._at(math.log(slowdown))

    def _at(self, logarithm: float) -> float:
        share = (logarithm - self.low) / (self.high - self.low)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, credit: float) -> float:
        return _TOP + (1 - credit) * (_HEIGHT - _TOP - _BOTTOM)

    def render(self) -> str:
        body = "\n".join([*self._axes(), *self._credit(), *self._paces(), *self._submission()])
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            f'role="img" aria-label="credit by slowdown">\n{body}\n</svg>'
        )

    def _axes(self) -> Iterator[str]:
        floor = self.y(0)
        yield f'<path class="axis" d="M{_LEFT} {_TOP}V{floor}H{_WIDTH - _RIGHT}"/>'
        for credit in (0.0, 0.5, 1.0):
            y = self.y(credit) + 4
            yield f'<text x="{_LEFT - 6}" y="{y:.1f}" text-anchor="end">{credit:.0%}</text>'
        powers = range(math.ceil(self.low / _OCTAVE), math.floor(self.high / _OCTAVE) + 1)
        step = 2 * math.ceil(len(powers) / _MOST_TICKS)
        for power in powers:
            x = self._at(power * _OCTAVE)
            yield f'<path class="axis" d="M{x:.1f} {floor}v4"/>'
            if power % step == 0:
                value = units.times(math.exp(power * _OCTAVE))
                yield f'<text x="{x:.1f}" y="{floor + 16}" text-anchor="middle">{value}</text>'
        middle = (_LEFT + _WIDTH) / 2
        yield f'<text x="{middle}" y="{_HEIGHT - 6}" text-anchor="middle">slowdown</text>'

    def _credit(self) -> Iterator[str]:
        full, none = (f"{self.x(end):.1f}" for end in (self.full, self.none))
        path = f"M{_LEFT} {self.y(1):.1f}H{full}L{none} {self.y(0):.1f}H{_WIDTH - _RIGHT}"
        yield f'<path class="credit" d="{path}"/>'

    def _paces(self) -> Iterator[str]:
        known = [(v, clean_line(k, 30)) for k, v in self.timing.paces.items() if 0 < v < math.inf]
        ends = [0.0 for _ in _ROWS]
        for pace, name in sorted(known[:12]):
            x, half = self.x(pace), _LETTER * len(name) / 2
            middle = min(max(x, half), _WIDTH - half)
            free = (row for row, end in enumerate(ends) if end <= middle - half)
            row = next(free, ends.index(min(ends)))
            ends[row] = middle + half
            place = f'x="{middle:.1f}" y="{self.y(0) + _ROWS[row]}" text-anchor="middle"'
            yield f'<path class="pace" d="M{x:.1f} {_TOP}V{self.y(0)}"/>'
            yield f'<text class="pace" {place}>{escape(name)}</text>'

    def _submission(self) -> Iterator[str]:
        low, high = (self.x(end) for end in self.timing.interval)
        x, tall = self.x(self.timing.slowdown), self.y(0) - _TOP
        box = f'x="{low:.1f}" y="{_TOP}" width="{max(1.0, high - low):.1f}" height="{tall}"'
        yield f'<rect class="interval" {box}/>'
        yield f'<path class="submission" d="M{x:.1f} {_TOP - 6}V{self.y(0)}"/>'
        words = f"this submission: {units.times(self.timing.slowdown)}"
        anchor = "end" if x > _WIDTH / 2 else "start"
        yield f'<text x="{x:.1f}" y="{_TOP - 12}" text-anchor="{anchor}">{words}</text>'
