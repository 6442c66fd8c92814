"""The ways to a Hessian and its products agree, and check each other."""

import numpy as np
import pytest
import torch

from reference.autodiff_hessian import batch_size, differentiate
from reference.critical_points import (
    hessian,
)
from reference.curvature import curvature, network_of
from reference.lanczos import lanczos, random_start
from tests.reference.known_points import all_points, matrix
from tests.reference.sample_networks import PlainNetwork, fitted, network, stuck

POINTS = all_points()
F64 = torch.float64


def test_both_routes_give_one_answer():
    """A network that shows its parts and the same function that hides them agree."""
    loss, theta = network((4, 14, 14, 1), samples=30)
    shown, hidden = curvature(loss, theta), curvature(loss.__call__, theta)
    assert (shown.layerwise, hidden.layerwise) == (True, False)
    assert np.abs(shown.hessian - hidden.hessian).max() < 1e-13 * np.abs(hidden.hessian).max()


def test_parts_that_lie_are_not_believed():
    """A loss whose parts do not describe it is differentiated by autograd."""
    loss, theta = network((3, 6, 2), samples=40)

    class Decayed(PlainNetwork):
        def __call__(self, theta):
            return super().__call__(theta) + 0.01 * (theta**2).sum()

    class Flipped(PlainNetwork):
        def __call__(self, theta):
            return 2 * loss(theta).detach() - super().__call__(theta)

    for kind in (Decayed, Flipped):
        liar = kind(loss.widths, loss.activation, loss.X, loss.y)
        assert network_of(liar, theta) is None
        truth = torch.autograd.functional.hessian(liar, theta)
        assert (hessian(liar, theta) - truth).abs().max() < 1e-12


def test_wrong_products_are_noticed(monkeypatch):
    """A layerwise Hessian that fails its check is replaced by autograd's."""
    loss, theta = network((3, 6, 2), samples=10)
    truth = hessian(loss, theta)

    def broken(network, **kwargs):
        found = curvature_of(network, **kwargs)
        found.hessian[3, 2] += 1.0
        return found

    from reference import curvature as module

    curvature_of = module.mlp_hessian
    monkeypatch.setattr(module, "mlp_hessian", broken)
    assert (hessian(loss, theta) - truth).abs().max() < 1e-13


def test_batches_follow_the_cache():
    """Rows are taken together while the graph's largest tensor, times the batch, stays small."""
    assert batch_size(1000, 1 << 10) == 64
    assert batch_size(1000, 1 << 18) == 4
    assert batch_size(1000, 1 << 22) == 1
    assert batch_size(5, 8) == 1


def test_operations_without_a_batched_form_are_looped():
    """A function that autograd cannot batch still gets its Hessian."""

    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, up):
            (x,) = ctx.saved_tensors
            if torch._C._functorch.is_batchedtensor(up):
                raise RuntimeError("no batches here")
            return 3 * x * x * up

    theta = torch.arange(1.0, 41.0, dtype=F64)
    H = hessian(lambda t: (Cube.apply(t) * t).sum(), theta)
    assert torch.allclose(H, torch.diag(12 * theta**2), rtol=1e-14)


def test_graph_products_are_rows_of_the_hessian():
    """A product of the graph with a unit vector is a row of the Hessian."""
    loss, theta = network((2, 5, 1))
    graph = differentiate(loss, theta)
    unit = torch.zeros(len(theta), dtype=F64)
    unit[3] = 1.0
    assert (graph.product(unit) - hessian(loss, theta)[3]).abs().max() < 1e-14


def test_lanczos_certificates_are_rayleigh_quotients():
    """Extreme Ritz values are what their vectors give, and lie within the spectrum."""
    A = matrix([1.0] * 40 + [3.0] * 20 + [-0.5] * 4).numpy()
    space = lanczos(lambda v: A @ v, random_start(64))
    for index, value in ((0, space.lowest), (-1, space.highest)):
        v = space.vector(index)
        assert float(v @ A @ v) == pytest.approx(value, abs=1e-13)
        assert -0.5 - 1e-12 <= value <= 3 + 1e-12
    assert space.steps <= 4


@pytest.mark.parametrize("make", [fitted, stuck])
@pytest.mark.parametrize("widths", [(3, 6, 5, 1), (1, 16, 1)])
def test_critical_points_take_the_fast_route(make, widths):
    """A gradient that is nothing but rounding is no reason to doubt the parts."""
    loss, theta = make(widths, 60)
    assert curvature(loss, theta).layerwise
