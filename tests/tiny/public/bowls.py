"""A function that travels by name."""

from dataclasses import dataclass

from numpy import ndarray


@dataclass(frozen=True)
class Bowl:
    """A parabola with its lowest point at `at`."""

    depth: float
    at: ndarray

    def __call__(self, theta: ndarray) -> ndarray:
        """Return the height at theta."""
        return self.depth + ((theta - self.at) ** 2).sum()
