"""What hw2 draws: numbers with digits, whose truth is exact and no matter of how one computes."""

import math

import pytest
import torch
from hypothesis import Phase, example, given, settings

from assignments.hw2.crowds import crowded, spread_out
from assignments.hw2.networks import curvature, networks
from assignments.hw2.polynomials import Case, cases, largest
from assignments.hw2.slopes import slopes
from assignments.hw2.strategies import (
    LEAST,
    MARGIN,
    MOST_ZERO,
    NEAR,
    ZERO_EIGENVALUE,
    ZERO_GRADIENT,
    blurred_points,
    congruent_points,
    critical_points,
    gradients,
    narrow_points,
    numbers,
    points,
)

EACH = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def drawn(strategy, count=60):
    """What a strategy draws, as a list."""
    found = []

    @settings(EACH, max_examples=count, phases=[Phase.generate])
    @given(strategy)
    def keep(value):
        found.append(value)

    keep()
    return found


def share(values, holds):
    """The share of values of which something holds."""
    return sum(map(holds, values)) / len(values)


def fits_64ths(tensor):
    """Tell whether rounding to 64ths changes nothing."""
    return torch.equal((64 * tensor).round() / 64, tensor)


def fits_single(tensor):
    """Tell whether single precision holds every entry."""
    return torch.equal(tensor.float().double(), tensor)


@EACH
@given(case=cases() | cases(degree=4))
def test_a_polynomial_s_answers_are_those_of_torch(case):
    """Computed in float64 they are within a quarter of what the checks allow."""
    at, to = case.theta, case.other
    (g,) = torch.autograd.grad(case.loss(leaf := at.clone().requires_grad_()), leaf)
    H = curvature(case.loss, at)
    ends = float(case.loss(at)), float(case.loss(to))
    step = to - at
    taylor = ends[0] + g @ step + step @ H @ step / 2
    allowed = 1e-10 * max(1, abs(case.taylor), *map(abs, ends))
    assert float((g - case.gradient).abs().max()) <= 1e-10 * largest(case.gradient) / 4
    assert float((H - case.hessian).abs().max()) <= 1e-12 * largest(case.hessian) / 4
    assert abs(float(taylor) - case.taylor) <= allowed / 4
    assert torch.equal(case.hessian, case.hessian.T)


@EACH
@given(case=slopes())
def test_a_network_s_gradient_is_that_of_torch(case):
    """Computed by autograd alone it is within a quarter of what the check allows."""
    (g,) = torch.autograd.grad(case.loss(leaf := case.theta.clone().requires_grad_()), leaf)
    assert float((g - case.gradient).abs().max()) <= 1e-10 * largest(case.gradient) / 4


def test_a_polynomial_is_rarely_drawn_in_vain(monkeypatch):
    """Nearly every draw is settled, so that Hypothesis never tires of drawing."""
    settled, seen = Case.settled.fget, []
    monkeypatch.setattr(
        Case, "settled", property(lambda case: seen.append(settled(case)) or seen[-1])
    )
    drawn(cases())
    drawn(cases(degree=4))
    assert share(seen, bool) > 0.97


def test_answers_have_digits():
    """Rounded or held in single precision most would be wrong, and a few are easy to read."""
    found = drawn(cases())
    answers = [
        *(case.gradient for case in found),
        *(case.hessian for case in drawn(cases(degree=4)) if case.hessian.any()),
        *(torch.tensor([case.taylor]).double() for case in found),
        *(point.hessian for point in drawn(critical_points()) if point.hessian.any()),
    ]
    assert share(answers, fits_64ths) < 0.5
    assert share(answers, fits_single) < 0.6
    assert share(drawn(numbers(-3, 3)), lambda number: number == int(number)) > 0.1
    inputs = [torch.cat([theta, loss.X.reshape(-1)]) for loss, theta in drawn(networks(), 50)]
    assert share(inputs, fits_64ths) == share(inputs, fits_single) == 0


@EACH
@given(point=critical_points() | narrow_points() | blurred_points())
@example(point=crowded(LEAST))
@example(point=spread_out(-MOST_ZERO))
def test_a_hessian_has_the_eigenvalues_it_is_made_of(point):
    """Rounding its entries moves none by 1e-14 of the largest, and it is symmetric to the bit."""
    true = torch.tensor(sorted(point.values), dtype=torch.float64)
    found = torch.linalg.eigvalsh(point.hessian)
    assert float((found - true).abs().max()) <= 1e-14 * float(true.abs().max())
    assert torch.equal(point.hessian, point.hessian.T)


@EACH
@given(case=congruent_points())
def test_a_congruent_hessian_has_no_eigenvalue_near_zero(case):
    """By Ostrowski none is below 1/(28 · 412) of the largest."""
    H, _, positive = case
    values = torch.linalg.eigvalsh(H)
    assert float(values.abs().min()) > 1 / (28 * 412) * float(values.abs().max())
    assert 1000 * ZERO_EIGENVALUE < 1 / (28 * 412)
    assert int((values > 0).sum()) == positive


@EACH
@given(point=points(positive=(1, 3), negative=(1, 3)))
def test_eigenvalues_that_are_not_zero_are_far_from_it(point):
    """No kind hangs on rounding: the least is above a million bounds of zero."""
    sizes = [abs(value) for value in point.values]
    assert min(sizes) > 1e6 * ZERO_EIGENVALUE * max(sizes)


def sizes_beside_the_largest(point):
    """How far other sizes of a Hessian are from its largest eigenvalue, as factors."""
    H, values = point.hessian, torch.tensor(point.values).abs()
    sizes = (H.norm(), values.sum(), values.mean(), H.abs().max())
    return [float(size / values.max()) for size in sizes]


@pytest.mark.parametrize("sign", [1, -1])
def test_no_other_size_passes_for_the_largest_eigenvalue(sign):
    """Sizes that add up are above it by more than the margin, a mean and an entry below it."""
    frobenius, total, _, _ = sizes_beside_the_largest(crowded(sign * LEAST))
    _, _, mean, entry = sizes_beside_the_largest(spread_out(sign * MOST_ZERO))
    assert min(frobenius, total) > MARGIN
    assert max(mean, entry) < 1 / MARGIN


def least_share(point):
    """The size of the least eigenvalue, as a share of the largest's."""
    sizes = [abs(value) for value in point.values]
    return min(sizes) / max(sizes)


def size(gradient):
    """The 2-norm of a gradient, in bounds of zero."""
    return float(gradient.norm()) / ZERO_GRADIENT


@pytest.mark.parametrize(
    ("strategy", "measure", "low", "high"),
    [
        (narrow_points(), least_share, LEAST, 1),
        (blurred_points(), least_share, 0, MOST_ZERO),
        (gradients(NEAR * ZERO_GRADIENT, 1), size, NEAR, math.inf),
        (gradients(0, ZERO_GRADIENT / NEAR), size, 0, 1 / NEAR),
    ],
    ids=["narrow", "blurred", "large", "small"],
)
def test_draws_come_up_to_the_margin_and_no_nearer(strategy, measure, low, high):
    """Some of sixty stand where the contract's promise ends, and none beyond."""
    found = [measure(value) for value in drawn(strategy)]
    assert all(low * (1 - 1e-12) <= value <= high * (1 + 1e-12) for value in found)
    assert sum(math.isclose(value, low or high, rel_tol=1e-12) for value in found) >= 3
