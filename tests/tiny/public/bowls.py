"""A function that travels by name."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Bowl:
    """A parabola with its lowest point at `at`."""

    depth: float
    at: Tensor

    def __call__(self, theta: Tensor) -> Tensor:
        """Return the height at theta."""
        return self.depth + ((theta - self.at) ** 2).sum()
