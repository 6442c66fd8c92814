"""Images whose smallest possible error is known: a pattern somewhere, and noise everywhere.

An image is noise of variance 1 in every pixel, with one pattern added at one place. A world that
asks "which" has `classes` patterns of `size` by `size` pixels, each drawn from +1 and -1; one that
asks "where" has a single bright patch. All patterns have the length `strength`, and all are equally
likely, as are all places, so that by Bayes' rule

    P(pattern c at place p | x)  is proportional to  exp(<x, pattern c at place p>)

(what else is in the exponent is the same for all). Summed over what is not asked this is the best
that anybody can know: `World.posterior`.

    from images import World
    rows = World().draw(500, seed=1, places="left")
    rows.x.shape, rows.y.shape  # (500, 1, 16, 16), (500,)
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

ALIKE: Final = 0.5
"""The largest share of its length that a pattern may have in common with another, however moved."""


@dataclass(frozen=True)
class Images:
    """Images `x (n, 1, side, side)`, answers `y (n,)`, and `places (n, 2)`: upper left pixels."""

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    places: NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """One set of patterns; another `seed` has others.

    `ask` is for "which" pattern it is, or for "where" the patch lies: 0 left, 1 right.
    """

    seed: int = 0
    ask: str = "which"
    classes: int = 3
    side: int = 16
    size: int = 4
    strength: float = 6.0

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of one image, as `build_cnn` and `build_mlp` take it."""
        return 1, self.side, self.side

    @property
    def answers(self) -> int:
        """How many answers there are."""
        return self.classes if self.ask == "which" else 2

    @cached_property
    def patterns(self) -> NDArray[np.float64]:
        """The patterns, `(classes, size, size)`: drawn again until no two are much alike."""
        rng = np.random.default_rng([self.seed, 1])
        signs = np.ones((1, self.size, self.size))
        while self.ask == "which":
            signs = rng.choice((-1.0, 1.0), (self.classes, self.size, self.size))
            if likeness(signs) <= ALIKE:
                break
        return signs * (self.strength / self.size)

    def columns(self, places: str = "all") -> NDArray[np.int64]:
        """Columns in which a pattern may begin; the middle one, if there is one, is on no side."""
        last = self.side - self.size
        left = np.arange((last + 1) // 2)
        right = last - left[::-1]
        both = np.concatenate([left, right]) if last else np.zeros(1, int)
        return {"left": left, "right": right, "all": both}[places]

    def draw(self, n: int, seed: int, places: str = "all") -> Images:
        """Draw n independent images; the same seed gives the same ones."""
        rng = np.random.default_rng([self.seed, seed, 2])
        kinds = rng.integers(0, len(self.patterns), n)
        rows = rng.integers(0, self.side - self.size + 1, n)
        columns = rng.choice(self.columns(places), n)
        x = rng.standard_normal((n, self.side, self.side))
        windows = sliding_window_view(x, (self.size, self.size), (1, 2), writeable=True)
        windows[np.arange(n), rows, columns] += self.patterns[kinds]
        y = kinds if self.ask == "which" else self.is_right(columns)
        return Images(x[:, None].astype(np.float32), y, np.stack([rows, columns], 1))

    def is_right(self, columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Tell for each column whether a pattern that begins there lies right: 1, or 0."""
        return (2 * columns > self.side - self.size).astype(np.int64)

    def posterior(self, x: NDArray[np.float32], places: str = "all") -> NDArray[np.float64]:
        """Return the probability of each answer, `(n, answers)`, for whoever knows the patterns."""
        columns, width = self.columns(places), self.side - self.size + 1
        fits = np.zeros((len(x), len(self.patterns), width, width))
        for i, j in np.ndindex(self.size, self.size):
            window = x[:, :, i : i + width, j : j + width].astype(float)
            fits += window * self.patterns[:, i, j, None, None]
        fits = fits[..., columns]
        odds = np.exp(fits - fits.max((1, 2, 3), keepdims=True)).sum(2)
        where = odds.sum(1) @ np.eye(2)[self.is_right(columns)]
        odds = odds.sum(2) if self.ask == "which" else where
        return odds / odds.sum(1, keepdims=True)

    def bayes_error(self, images: Images, places: str = "all") -> float:
        """Return what the best answers to these images are expected to get wrong, as a share."""
        return float(1 - self.posterior(images.x, places).max(1).mean())


def likeness(signs: NDArray[np.float64]) -> float:
    """Return the largest share that two of these patterns have in common, one moved or not."""
    size = signs.shape[-1]
    room = np.pad(signs, ((0, 0), *[(size - 1, size - 1)] * 2))
    moved = sliding_window_view(room, (size, size), (1, 2))
    shares = np.abs(np.einsum("krcij,lij->klrc", moved, signs)) / size**2
    each = np.arange(len(signs))
    shares[each, each, size - 1, size - 1] = 0
    return float(shares.max())
