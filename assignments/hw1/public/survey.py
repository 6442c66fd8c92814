"""A survey whose best reachable loss is known exactly: 93 numbers a row, one rate to predict.

The rows are shaped like those of the course's COVID-19 regression: a one-hot state (40 columns),
then three days of 17 indicators and the positive rate; the third day's rate is the target. Here the
rates are drawn, not observed:

    y = y2 + beta v + curve (u^2 - 1) + sqrt(noise) e

where y2 is yesterday's rate, v and u are today's `hh_cmnty_cli` and `anxious` in standard units,
and e is normal. So it is known what any prediction can reach, in mean squared error:
`Survey.facts()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STATES: Final = 40
DAYS: Final = 3
INDICATORS: Final = (
    "cli ili hh_cmnty_cli nohh_cmnty_cli wearing_mask travel_outside_state work_outside_home shop "
    "restaurant spent_time large_event public_transit anxious depressed felt_isolated "
    "worried_become_ill worried_finances tested_positive"
).split()
RATE: Final = INDICATORS.index("tested_positive")
LINEAR: Final = INDICATORS.index("hh_cmnty_cli")
CURVED: Final = INDICATORS.index("anxious")
FEATURES: Final = STATES + DAYS * len(INDICATORS) - 1
YESTERDAY: Final = STATES + (DAYS - 1) * len(INDICATORS) - 1
"""The column of yesterday's rate."""

_MEAN = np.array([
    1, 1, 29.4, 24.3, 89.7, 8.9, 31.7, 55.3, 16.7, 36.3, 10.4, 2.4, 18.1, 13.1, 19.2, 64.6,
    44.5, 16.4,
])  # fmt: skip
_SPREAD = np.array([
    0.42, 0.42, 9.1, 8.5, 5.4, 3.4, 4.9, 4.5, 5.7, 6.7, 4.7, 1.05, 2.25, 1.6, 2.7, 6.2, 5.3,
    7.6,
])  # fmt: skip
_WITHIN = np.array([
    0.25, 0.26, 4.6, 4.4, 1.35, 1.04, 2.45, 2.3, 1.7, 2.8, 1.55, 0.3, 1.6, 0.77, 1.06, 2.4,
    1.86, 3.9,
])  # fmt: skip
_MEMORY = np.array([
    0.947, 0.949, 0.995, 0.995, 0.974, 0.956, 0.965, 0.967, 0.974, 0.976, 0.978, 0.895, 0.963,
    0.907, 0.937, 0.98, 0.963,
])  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """Rows `X (n, 93)`, targets `y (n,)`, and `expected (n,)`, which is E[y | X]; all float64."""

    X: NDArray[np.float64]
    y: NDArray[np.float64]
    expected: NDArray[np.float64]


@dataclass(frozen=True)
class Facts:
    """Mean squared errors on new rows, exactly."""

    bayes: float
    """The best that any prediction can reach: the noise."""
    best_linear: float
    """The best affine function of the 93 columns."""
    persistence: float
    """Answering yesterday's rate."""
    mean: float
    """Answering the mean of y: the variance of y."""


@dataclass(frozen=True)
class Survey:
    """A world with its own 40 states.

    `noise` is the variance of e, `step` the day-to-day spread of the rate.
    """

    world: int = 0
    noise: float = 0.8
    beta: float = 0.44
    curve: float = 0.15
    step: float = 1.0

    def draw(self, rows: int, seed: int) -> Rows:
        """Draw independent rows, sorted by state; the same seed gives the same rows."""
        rng = np.random.default_rng([self.world, seed, 1])
        means, state = self._state_means(), np.sort(np.arange(rows) % STATES)
        days = _indicators(rng, rows)
        first = means[state, RATE] + _WITHIN[RATE] * rng.standard_normal(rows)
        second = first + self.step * rng.standard_normal(rows)
        v, u = days[:, -1, LINEAR], days[:, -1, CURVED]
        expected = second + self.beta * v + self.curve * (u * u - 1)
        y = expected + self.noise**0.5 * rng.standard_normal(rows)
        table = np.zeros((rows, DAYS, len(INDICATORS)))
        table[:, :, :RATE] = means[state, None, :RATE] + _WITHIN[:RATE] * days
        table[:, 0, RATE], table[:, 1, RATE] = first, second
        flat = table.reshape(rows, -1)[:, :-1]
        return Rows(np.hstack([np.eye(STATES)[state], flat]), y, expected)

    def facts(self) -> Facts:
        """Compute what predictions can reach: v has variance 1 and u^2 - 1 has 2."""
        linear = self.noise + 2 * self.curve**2
        persistence = linear + self.beta**2
        between = float(np.var(self._state_means()[:, RATE]))
        return Facts(
            bayes=self.noise,
            best_linear=linear,
            persistence=persistence,
            mean=persistence + between + float(_WITHIN[RATE]) ** 2 + self.step**2,
        )

    def _state_means(self) -> NDArray[np.float64]:
        """Draw the 18 indicators' means, `(40, 18)`; `anxious` has the same in every state."""
        rng = np.random.default_rng([self.world, STATES])
        between = np.sqrt(np.maximum(_SPREAD**2 - _WITHIN**2, 0))
        means = _MEAN + between * rng.standard_normal((STATES, len(INDICATORS)))
        means[:, CURVED] = _MEAN[CURVED]
        means[:, RATE] = (
            _MEAN[RATE] + between[RATE] * np.linspace(-1.7, 1.7, STATES)[rng.permutation(STATES)]
        )
        return means


def _indicators(rng: np.random.Generator, rows: int) -> NDArray[np.float64]:
    """Draw indicators that remember the day before, in standard units, `(rows, 3, 17)`."""
    days = np.empty((rows, DAYS, RATE))
    days[:, 0] = rng.standard_normal((rows, RATE))
    for day in range(1, DAYS):
        fresh = np.sqrt(1 - _MEMORY**2) * rng.standard_normal((rows, RATE))
        days[:, day] = _MEMORY * days[:, day - 1] + fresh
    return days
