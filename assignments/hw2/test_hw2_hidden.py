"""Homework 2, the hidden checks: students see their sentences, not their inputs."""

import pytest
import torch
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from grader import as_number, as_tensor, as_tuple, as_word, assert_close, growth

from .crowds import crowded, spread_out
from .networks import fitted, grid, near_twins, networks, perfect_fits, relabelled
from .public.surfaces import sinc_network
from .strategies import (
    KINDS,
    LEAST,
    MOST_ZERO,
    SHARE,
    blurred_points,
    congruent_points,
    diagonal,
    invisible,
    maxima,
    minima,
    narrow_points,
    points,
    saddles,
    sunk,
)
from .workload_hidden import SIZES, questions, questions_of_size

SCALES = st.integers(-40, 40).map(lambda power: 2.0**power)


def spread(H):
    """Count the eigenvalues of H that lie within a factor 4 of the bound of zero."""
    values = torch.linalg.eigvalsh(H).abs()
    share = values / values.max()
    return int(((share > MOST_ZERO) & (share < LEAST)).sum())


def assert_same_analysis(got, expected, slack=0.0):
    """Compare two answers of analyze; ratios may differ by `slack`."""
    (norm, ratio, kind), (true_norm, true_ratio, true_kind) = as_tuple(got, 3), expected
    assert_close(as_number(norm), true_norm, rtol=1e-9, atol=1e-10, what="gradient norm")
    assert_close(as_number(ratio), true_ratio, rtol=0, atol=slack + SHARE, what="minimum ratio")
    assert as_word(kind, KINDS) == true_kind


@settings(max_examples=25)
@given(network=networks())
def test_hessian_of_a_network(submission, reference, network):
    """hessian is exact and symmetric for networks that do not fit their data."""
    loss, theta = network
    expected = as_tensor(reference.hessian(loss, theta))
    H = as_tensor(submission.hessian(loss, theta), expected.shape)
    size = float(expected.abs().max())
    assert_close(H, expected, rtol=0, atol=1e-10 * size, what="hessian")
    assert_close(H, H.T, rtol=0, atol=1e-12 * size, what="hessian against its transpose")


@settings(max_examples=40)
@example(point=invisible(1))
@example(point=invisible(-1))
@example(point=diagonal(1.0, LEAST))
@example(point=diagonal(1.0, -LEAST))
@example(point=diagonal(-1.0, -LEAST))
@example(point=crowded(LEAST))
@example(point=crowded(-LEAST))
@given(point=narrow_points())
def test_classify_resolves_small_eigenvalues(submission, point):
    """classify(g, H) sees eigenvalues far smaller than the largest, down to 4e-8 of it."""
    answer = submission.classify(point.gradient, point.hessian)
    assert as_word(answer, KINDS) == point.kind


@settings(max_examples=40)
@example(point=diagonal(1.0, 2.0**-30))
@example(point=diagonal(1.0, -(2.0**-30)))
@example(point=diagonal(-1.0, 2.0**-30))
@example(point=diagonal(64.0, 2.0**-24))
@example(point=diagonal(1.0, MOST_ZERO))
@example(point=diagonal(1.0, -MOST_ZERO))
@example(point=diagonal(-1.0, MOST_ZERO))
@example(point=spread_out(MOST_ZERO))
@example(point=spread_out(-MOST_ZERO))
@example(point=diagonal(1.0, -1.0))
@given(point=blurred_points())
def test_classify_takes_tiny_eigenvalues_for_zero(submission, point):
    """classify(g, H) counts an eigenvalue as zero up to 1e-8 of the largest."""
    answer = submission.classify(point.gradient, point.hessian)
    assert as_word(answer, KINDS) == point.kind


@settings(max_examples=40)
@example(point=diagonal(1.0, 1.0, -1.0), scale=2.0**-40)
@example(point=diagonal(1.0, 0.0), scale=2.0**40)
@example(point=diagonal(-1.0, 0.0), scale=2.0**-40)
@example(point=sunk(), scale=1.0)
@given(point=minima() | maxima() | saddles(), scale=SCALES)
def test_classify_is_free_of_units(submission, point, scale):
    """classify(0, cH) is classify(0, H) for every c > 0, from 1e-12 to 1e12."""
    answer = submission.classify(point.gradient, scale * point.hessian)
    assert as_word(answer, KINDS) == point.kind


@settings(max_examples=40)
@given(case=congruent_points())
def test_classify_is_free_of_coordinates(submission, case):
    """classify(0, BᵀHB) is classify(0, H) for every invertible B."""
    H, kind, _ = case
    assert as_word(submission.classify(torch.zeros(len(H)).double(), H), KINDS) == kind


@settings(max_examples=40)
@example(point=diagonal(1.0, -LEAST), scale=1.0)
@example(point=crowded(-LEAST), scale=1.0)
@example(point=diagonal(1.0, -1.0), scale=2.0**-40)
@given(point=narrow_points(), scale=SCALES)
def test_escape_direction_of_weak_curvature(submission, point, scale):
    """escape_direction(H) finds the way down even where the curvature is very small."""
    assume(point.lowest < 0)
    H = scale * point.hessian
    v = as_tensor(submission.escape_direction(H), (len(H),))
    assert_close(v.norm(), 1.0, rtol=1e-9, what="length")
    assert_close(v @ H @ v, scale * point.lowest, rtol=1e-6, what="curvature vᵀHv")


@settings(max_examples=40)
@example(point=diagonal(1.0, -1.0), scale=2.0**-40)
@example(point=diagonal(1.0, LEAST), scale=1.0)
@example(point=diagonal(1.0, MOST_ZERO), scale=1.0)
@example(point=crowded(LEAST), scale=1.0)
@example(point=spread_out(MOST_ZERO), scale=1.0)
@given(
    point=points(positive=(0, 3), negative=(0, 3), zero=(1, 1))
    | narrow_points()
    | blurred_points(),
    scale=SCALES,
)
def test_minimum_ratio_is_free_of_units(submission, point, scale):
    """minimum_ratio(cH) is minimum_ratio(H) for every c > 0, from 1e-12 to 1e12."""
    got = as_number(submission.minimum_ratio(scale * point.hessian))
    assert_close(got, point.ratio, rtol=0, atol=SHARE, what="ratio")


@settings(max_examples=20)
@given(network=networks())
def test_analyze_on_the_way(submission, reference, network):
    """analyze(loss, theta) agrees with the reference where a network is still being trained."""
    loss, theta = network
    norm, ratio, kind = reference.analyze(loss, theta)
    assume(norm > 2e-3)
    slack = spread(as_tensor(reference.hessian(loss, theta))) / loss.n
    assert_same_analysis(submission.analyze(loss, theta), (norm, ratio, kind), slack)


@settings(max_examples=15)
@example(stop=near_twins())
@given(stop=perfect_fits(depths=(1,), fewest=2))
def test_analyze_is_blind_to_labels(submission, stop):
    """analyze(loss, theta) does not change when hidden units trade places."""
    expected = (0.0, stop.ratio, stop.kind)
    for theta in relabelled(stop.loss, stop.theta):
        assert_same_analysis(submission.analyze(stop.loss, theta), expected)


@pytest.mark.parametrize(
    ("hidden", "activation", "fits"), [(128, "relu", True), (333, "tanh", False)]
)
def test_analyze_the_course_network(submission, reference, check_seed, hidden, activation, fits):
    """analyze(loss, theta) is right for the course's network, 1-128-1, and for 1,000 weights."""
    loss = sinc_network(samples=48, activation=activation, hidden=hidden)
    theta = grid(torch.Generator().manual_seed(check_seed % 2**63), loss.n)
    theta[hidden : 2 * hidden] += (
        1 / 2000
    )  # half a step, which no whole number of steps and 47ths makes up for
    loss = fitted(loss, theta) if fits else loss
    expected = reference.analyze(loss, theta)
    slack = spread(as_tensor(reference.hessian(loss, theta))) / loss.n
    assert_same_analysis(submission.analyze(loss, theta), expected, slack)


def test_hessian_is_fast(submission, reference, race):
    """hessian keeps pace with the reference on tanh networks of 146 weights."""
    race(submission.hessian, reference.hessian, workload=questions())


def test_hessian_grows_like_a_power(submission, reference):
    """How hessian grows with n weights: row by row like n^2 in the end, entry by entry like n^3."""
    growth(submission.hessian, reference.hessian, sizes=tuple(SIZES), workload=questions_of_size())
