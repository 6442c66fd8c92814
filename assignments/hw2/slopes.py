"""Networks with the gradient of their loss, by the chain rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from .networks import jacobian, networks

if TYPE_CHECKING:
    from torch import Tensor

    from .public.surfaces import NetworkLoss


@dataclass(frozen=True, eq=False)
class Slope:
    """A network that does not fit its data, and its weights."""

    loss: NetworkLoss
    theta: Tensor

    @property
    def gradient(self) -> Tensor:
        """The gradient at theta: 2/(N K) Jᵀr, J the network's Jacobian and r its residuals."""
        residual = (self.loss.outputs(self.theta) - self.loss.y).reshape(-1)
        return 2 / len(residual) * jacobian(self.loss, self.theta).T @ residual


@st.composite
def slopes(draw: st.DrawFn) -> Slope:
    """Draw a small network and weights."""
    return Slope(*draw(networks()))
