"""Right, as an object with methods; the exports are bound methods, partials and a lambda."""

from dataclasses import dataclass
from functools import cached_property, partial

import torch


@dataclass
class Spectrum:
    H: torch.Tensor

    @cached_property
    def pairs(self):
        return torch.linalg.eigh((self.H + self.H.T) / 2)

    @property
    def values(self):
        return self.pairs.eigenvalues

    @cached_property
    def bound(self):
        return 1e-8 * self.values.abs().max()

    @property
    def positive(self):
        return int(torch.count_nonzero(self.values > self.bound))

    @property
    def negative(self):
        return int(torch.count_nonzero(self.values < -self.bound))

    @property
    def kind(self):
        if self.positive and self.negative:
            return "saddle"
        if self.positive == len(self.H):
            return "minimum"
        return "maximum" if self.negative == len(self.H) else "degenerate"

    @property
    def ratio(self):
        return self.positive / len(self.H)

    @property
    def downhill(self):
        return self.pairs.eigenvectors[:, 0] if self.negative else None


class Landscape:
    def __init__(self, zero=1e-6):
        self.zero = zero

    def gradient(self, loss, theta):
        return torch.autograd.functional.jacobian(loss, theta.clone())

    def hessian(self, loss, theta):
        H = torch.autograd.functional.hessian(loss, theta.clone(), vectorize=True)
        return (H + H.T).div(2)

    def taylor(self, loss, theta0, theta):
        d = theta.sub(theta0)
        return loss(theta0) + self.gradient(loss, theta0).dot(d) + d.dot(self.hessian(loss, theta0).mv(d)) / 2

    def classify(self, gradient, hessian, tol=None):
        for name, tensor in dict(gradient=gradient, hessian=hessian).items():
            if not torch.isfinite(tensor).all():
                raise ValueError(f"the {name} is not finite")
        if gradient.pow(2).sum().sqrt() > (self.zero if tol is None else tol):
            return "not critical"
        return Spectrum(hessian).kind

    def analyze(self, loss, theta, tol=1e-3):
        g, H = self.gradient(loss, theta), self.hessian(loss, theta)
        return g.norm().item(), Spectrum(torch.nan_to_num(H)).ratio, self.classify(g, H, tol=tol)


landscape = Landscape()
gradient = landscape.gradient
hessian = landscape.hessian
taylor = landscape.taylor
classify = landscape.classify
analyze = partial(landscape.analyze)
escape_direction = lambda hessian: Spectrum(hessian).downhill
minimum_ratio = lambda hessian: Spectrum(hessian).ratio
