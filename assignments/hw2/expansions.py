"""Networks with the expansion of their loss: the slope by the chain rule, the bend by autograd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from hypothesis import strategies as st

from .networks import curvature, grid, jacobian, networks

if TYPE_CHECKING:
    from torch import Tensor

    from .public.surfaces import NetworkLoss

STEP = 1 / 8  # of the size of weights


@dataclass(frozen=True, eq=False)
class NetworkCase:
    """A network that does not fit its data, and two places to look at it."""

    loss: NetworkLoss
    theta: Tensor
    other: Tensor

    @property
    def gradient(self) -> Tensor:
        """The gradient at theta: 2/(N K) Jᵀr, J the network's Jacobian and r its residuals."""
        residual = (self.loss.outputs(self.theta) - self.loss.y).reshape(-1)
        return 2 / len(residual) * jacobian(self.loss, self.theta).T @ residual

    @property
    def taylor(self) -> float:
        """The second-order expansion around theta, at the other place."""
        step = self.other - self.theta
        bend = step @ curvature(self.loss, self.theta) @ step / 2
        return float(self.loss(self.theta) + self.gradient @ step + bend)


@st.composite
def expanded_networks(draw: st.DrawFn) -> NetworkCase:
    """Draw a small network, weights, and others not far from them."""
    loss, theta = draw(networks())
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    return NetworkCase(loss, theta, theta + STEP * grid(generator, loss.n))
