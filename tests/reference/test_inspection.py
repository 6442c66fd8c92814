"""The sharp rule: certain, or honest about what it cannot tell."""

import pytest
import torch

from reference.autodiff_hessian import differentiate
from reference.critical_points import analyze, hessian
from reference.curvature import network_of
from reference.inspection import inspect_point
from reference.kinks import count_kinks
from tests.reference.known_points import all_points, bowl
from tests.reference.sample_networks import network, stuck

POINTS = all_points()
F64 = torch.float64


def test_the_sharp_rule_names_every_known_point():
    """At the points themselves the sharp rule is right, and cannot tell just the degenerate."""
    for p in POINTS:
        expected = "cannot tell" if p.kind == "degenerate" else p.kind
        assert inspect_point(p.loss, p.theta).kind == expected, p.name


@pytest.mark.parametrize("distance", [1e-8, 1e-6])
def test_the_sharp_rule_is_never_wrong_nearby(distance):
    """Beside a known point the rule says its kind or that it cannot tell, and nothing else."""
    for index, p in enumerate(POINTS[:70:3] + [p for p in POINTS if p.kind == "degenerate"]):
        generator = torch.Generator().manual_seed(index)
        d = torch.randn(len(p.theta), generator=generator, dtype=F64)
        found = inspect_point(p.loss, p.theta + distance * d / d.norm(), gradient_tolerance=1.0)
        assert found.kind in (p.kind, "cannot tell"), p.name
        if p.kind != "degenerate":
            assert found.kind == p.kind, p.name


def test_saddles_of_networks_are_certified_without_a_hessian(monkeypatch):
    """A strict saddle of a large network is certain after a few products, and a way leads out."""
    loss, theta = stuck((20, 100, 60, 1), samples=64)
    monkeypatch.setattr("reference.inspection.curvature", None)
    found = inspect_point(loss, theta)
    assert (found.kind, found.inertia) == ("saddle", None)
    assert found.products < 20
    v = found.escape
    by_autograd = differentiate(loss.__call__, theta).product(v)
    assert float(v @ by_autograd) == pytest.approx(found.lowest, rel=1e-10)
    assert found.lowest < 0


def test_certificates_agree_with_the_whole_spectrum():
    """What is certified without a Hessian is what all eigenvalues say."""
    loss, theta = stuck((6, 16, 10, 1), samples=64)
    found, values = inspect_point(loss, theta), torch.linalg.eigvalsh(hessian(loss, theta))
    assert (found.kind, found.inertia, analyze(loss, theta)[2]) == ("saddle", None, "saddle")
    assert float(values[0]) <= found.lowest + 1e-12 < 0
    assert 0 < found.highest <= float(values[-1]) + 1e-12


def test_beyond_memory_only_what_is_seen_is_said():
    """Where the Hessian may not be built, a minimum is not claimed; what is ruled out is."""
    point = bowl([2.0**-10] + [1.0] * 15, "bowl")
    found = inspect_point(point.loss, point.theta, largest=4)
    assert (found.kind, found.ruled_out) == ("cannot tell", ("maximum",))
    assert found.minimum_ratio == (1 / 16, 1.0)
    assert inspect_point(point.loss, point.theta).kind == "minimum"


def test_zeros_leave_an_interval_for_the_ratio():
    """With zeros the share of positive eigenvalues is known to lie in an interval."""
    found = inspect_point(lambda t: t[0] ** 2 + t[1] ** 4 + 0 * t[2], torch.zeros(3, dtype=F64))
    assert found.minimum_ratio == (1 / 3, 1.0)
    assert found.ruled_out == ("maximum",)


def test_points_on_a_kink_are_not_judged():
    """A ReLU network with a pre-activation of zero is not twice differentiable there."""
    loss, theta = network((2, 4, 1), "relu", samples=5)
    assert count_kinks(network_of(loss, theta)) == 0
    theta[:2] = torch.tensor([1.0, -2.0], dtype=F64)
    theta[8] = -(loss.X[0, 0] - 2 * loss.X[0, 1])
    assert count_kinks(network_of(loss, theta)) == 1
    found = inspect_point(loss, theta, gradient_tolerance=100.0)
    assert (found.kind, found.kinks) == ("cannot tell", 1)
