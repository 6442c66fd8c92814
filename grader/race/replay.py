"""Which laps are asked a second time: about one in eight, at positions nobody can foresee."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.race.lap import Lap

__all__ = ["Replays"]

_BLOCK = 8  # a race may end after so many laps
_FIRST = 3  # so many laps must lie behind before one can come again


@dataclass
class Replays:
    """Draws the positions block by block: two replays in the first eight laps, then one in each."""

    rng: np.random.Generator
    due: set[int] = field(default_factory=set)
    planned: int = 0

    def choose(self, laps: Sequence[Lap]) -> Lap | None:
        """Return the lap to repeat now that so many have been run, or None to go on."""
        if len(laps) >= self.planned:
            self._plan()
        if len(laps) not in self.due:
            return None
        self.due.discard(len(laps))
        return laps[int(self.rng.integers(len(laps)))]

    def _plan(self) -> None:
        start, end = self.planned, self.planned + _BLOCK
        first = start == 0
        places = np.arange(max(start, _FIRST), end)
        chosen = self.rng.choice(places, size=2 if first else 1, replace=False)
        self.due |= {int(place) for place in chosen}
        self.planned = end
