"""The seven exports on points whose truth is exact."""

import math

import pytest
import torch

from reference import inertia as signs
from reference.critical_points import (
    analyze,
    classify,
    escape_direction,
    gradient,
    hessian,
    minimum_ratio,
    taylor,
)
from reference.inspection import inspect_point
from tests.reference.known_points import all_points, hadamard, matrix
from tests.reference.sample_networks import fitted, network

POINTS = all_points()
F64 = torch.float64


def test_there_are_three_hundred_points():
    """The collection is as large as it claims, with every kind in it."""
    assert len(POINTS) > 300
    assert {p.kind for p in POINTS} == {"minimum", "maximum", "saddle", "degenerate"}


def test_every_known_point_is_named():
    """analyze, and classify on its parts, name the kind of every known point."""
    for p in POINTS:
        norm, ratio, kind = analyze(p.loss, p.theta, 1e-6)
        assert (kind, norm < 1e-6) == (p.kind, True), p.name
        assert classify(gradient(p.loss, p.theta), hessian(p.loss, p.theta)) == p.kind, p.name
        if p.positive is not None:
            assert ratio == p.positive / len(p.theta), p.name


def test_hadamard_spectra_are_exact():
    """The matrices that the points are built from carry their eigenvalues without rounding."""
    Q = hadamard(64)
    assert torch.equal(Q @ Q, torch.eye(64, dtype=F64))
    A = matrix([1.0] * 40 + [0.0] * 20 + [-0.5] * 4)
    assert torch.equal(A, A.T)
    assert torch.equal((A @ Q)[:, 0], Q[:, 0])


@pytest.mark.parametrize("order", [64, 256])
@pytest.mark.parametrize(
    "counts", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.3, 0.2), (0.9, 0.1, 0)]
)
def test_inertia_by_factorisation_is_exact(order, counts):
    """Signs are counted exactly on matrices without rounding, at any scale."""
    up, down = round(counts[0] * order), round(counts[2] * order)
    values = [2.0 ** (i % 4) for i in range(up)] + [0.0] * (order - up - down) + [-0.25] * down
    for scale in (2.0**-40, 1.0, 2.0**40):
        A = scale * matrix(values).numpy()
        found = signs.inertia(A, 1e-8)
        assert (found.positive, found.zero, found.negative) == (up, order - up - down, down)
        assert signs.signs_on_device(torch.from_numpy(A), found.bound) == found
        ratio, kind = signs.ratio_and_kind(A.copy(), 1e-8, overwrite=True)
        assert (ratio, kind) == (up / order, found.kind)


def test_tiny_eigenvalues_are_told_from_zero():
    """Seven digits below the largest a sign counts; nine digits below it is zero."""
    for small, kind in ((2.0**-24, "minimum"), (-(2.0**-24), "saddle"), (2.0**-30, "degenerate")):
        H = matrix([small] + [1.0] * 63)
        assert classify(torch.zeros(64, dtype=F64), H) == kind


def test_gradients_count_as_a_whole():
    """One bad coordinate of four hundred, and ones that cancel, make a point not critical."""
    H = torch.eye(400, dtype=F64)
    g = torch.zeros(400, dtype=F64)
    assert classify(g, H) == "minimum"
    g[7] = 2e-6
    assert classify(g, H) == "not critical"
    g[8] = -2e-6
    assert classify(g, H) == "not critical"


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused(bad):
    """NaN and infinity raise ValueError wherever they stand."""
    H, g = torch.eye(3, dtype=F64), torch.zeros(3, dtype=F64)
    H[0, 1] = H[1, 0] = bad
    theta = torch.tensor([bad, 1.0], dtype=F64)
    for call in (
        lambda: classify(g, H),
        lambda: classify(torch.tensor([bad, 0.0, 0.0], dtype=F64), torch.eye(3)),
        lambda: minimum_ratio(H),
        lambda: escape_direction(H),
        lambda: analyze(lambda t: (t**2).sum(), theta),
        lambda: analyze(lambda t: (bad * t**2).sum(), torch.ones(2, dtype=F64)),
        lambda: inspect_point(lambda t: (t**2).sum(), theta),
    ):
        with pytest.raises(ValueError, match=r"NaN|loss is"):
            call()


def test_bad_shapes_are_refused():
    """A loss of many numbers, an empty or complex theta, a Hessian that is not square."""
    one = torch.ones(2, dtype=F64)
    for call in (
        lambda: gradient(lambda t: t**2, one),
        lambda: gradient(lambda _: 3.0, one),
        lambda: gradient(lambda t: (t**2).sum(), torch.ones(0)),
        lambda: hessian(lambda t: (t.real**2).sum(), one.to(torch.complex128)),
        lambda: hessian(lambda t: (t**2).sum(), torch.ones(2, 2)),
        lambda: classify(one, torch.ones(2, 3)),
        lambda: classify(one, torch.eye(3)),
        lambda: taylor(lambda t: (t**2).sum(), one, torch.ones(1)),
    ):
        with pytest.raises(ValueError, match=r"must|empty"):
            call()


def test_infinite_curvature_is_refused():
    """A second derivative that is infinite where the first is finite raises ValueError."""
    with pytest.raises(ValueError, match=r"NaN|infinite"):
        analyze(lambda t: (t**2) ** 0.75 @ torch.ones(70, dtype=F64), torch.zeros(70, dtype=F64))


def test_linear_and_ignored_coordinates():
    """Derivatives by coordinates that the loss ignores, or is linear in, are zero."""
    theta = torch.zeros(3, dtype=F64)
    for loss in (lambda t: 3 * t[0], lambda _: torch.tensor(2.0), lambda t: t[0] ** 2):
        H = hessian(loss, theta)
        assert H.shape == (3, 3)
        assert torch.count_nonzero(H) == (1 if H[0, 0] else 0)
    assert analyze(lambda t: 3 * t[0], theta) == (3.0, 0.0, "not critical")


def test_whole_numbers_stay_whole():
    """The Hessian of a polynomial at whole numbers is right bit for bit."""
    x, y, z = 2.0, -3.0, 4.0
    H = hessian(
        lambda t: t[0] ** 3 * t[1] + t[1] ** 2 * t[2] ** 2 + 5 * t[0] * t[2],
        torch.tensor([x, y, z], dtype=F64),
    )
    expected = [
        [6 * x * y, 3 * x * x, 5],
        [3 * x * x, 2 * z * z, 4 * y * z],
        [5, 4 * y * z, 2 * y * y],
    ]
    assert torch.equal(H, torch.tensor(expected, dtype=F64))


def test_taylor_leaves_a_remainder_of_third_order():
    """Halving the step divides the remainder by eight, and at the start there is none."""

    def loss(t):
        return torch.exp(t[0]) * torch.sin(t[1]) + t[2] ** 3 * t[0]

    start = torch.tensor([0.3, 0.7, 1.1], dtype=F64)
    d = torch.tensor([0.5, -1.0, 0.8], dtype=F64)
    rest = [
        abs(float(loss(start + h * d) - taylor(loss, start, start + h * d))) for h in (0.1, 0.05)
    ]
    assert 6.5 < rest[0] / rest[1] < 9.5
    assert float(taylor(loss, start, start)) == float(loss(start))


@pytest.mark.parametrize("order", [4, 64, 256])
def test_escape_direction_has_the_lowest_curvature(order):
    """The direction is of unit length and its Rayleigh quotient is the smallest eigenvalue."""
    H = matrix([1.0] * (order - 2) + [-0.25, -0.5])
    v = escape_direction(H)
    assert float(v @ v) == pytest.approx(1, abs=1e-12)
    assert float(v @ H @ v) == pytest.approx(-0.5, abs=1e-12)
    assert escape_direction(torch.eye(order, dtype=F64)) is None


def test_arguments_and_random_numbers_are_left_alone():
    """No export changes its arguments or draws from torch's generator."""
    loss, theta = network((3, 6, 2))
    before, state = theta.clone(), torch.get_rng_state()
    H = hessian(loss, theta)
    kept = H.clone()
    for call in (gradient, hessian, analyze, inspect_point):
        call(loss, theta)
    taylor(loss, theta, theta + 1)
    classify(torch.zeros(len(theta)), H), escape_direction(H), minimum_ratio(H)
    assert torch.equal(theta, before)
    assert torch.equal(H, kept)
    assert torch.equal(state, torch.get_rng_state())
    assert not theta.requires_grad


def test_a_perfect_fit_is_never_a_saddle():
    """Where the residual is zero no eigenvalue is negative."""
    loss, theta = fitted((3, 5, 1), samples=60)
    norm, ratio, kind = analyze(loss, theta)
    assert norm < 1e-12
    assert kind in ("minimum", "degenerate")
    assert (kind == "minimum") == (ratio == 1)
