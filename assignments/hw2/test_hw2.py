"""Homework 2: tell whether training is stuck at a local minimum or at a saddle point.

One test is one line of the rubric: its name is its key in assignment.toml, its
docstring is the sentence that the student reads beside the verdict. These checks are
public: they hold by construction and need no reference.
"""

import math

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader import (
    as_number,
    as_tensor,
    as_tuple,
    as_word,
    assert_close,
    assert_raises,
    assert_unchanged,
)

from .crowds import spread_out
from .known_points import LANDMARKS
from .networks import full_rank_fits, jacobian, origins, perfect_fits, twin_saddles
from .polynomials import cases, largest
from .public.surfaces import Lee, NetworkLoss, Plane, Polynomial, Quadratic, Rosenbrock
from .slopes import slopes
from .strategies import (
    KINDS,
    MOST_ZERO,
    NEAR,
    OPPOSITE,
    SHARE,
    TOLERANCE,
    ZERO_GRADIENT,
    Point,
    critical_points,
    degenerates,
    diagonal,
    flat_saddles,
    gradients,
    maxima,
    minima,
    numbers,
    points,
    ridge,
    saddles,
    sunk,
)

ROUNDING = 1e-12  # of the largest entry, for what is exact
STEEP, SHALLOW = 1024.0, 1 / 8  # curvatures: the bound of a gradient is the same at each
BENDS = st.sampled_from((1.0, STEEP, SHALLOW))


def vector(*entries):
    """Write a float64 tensor."""
    return torch.tensor(entries, dtype=torch.float64)


def assert_analysis(answer, norm, ratio, kind):
    """Compare what analyze answers with the gradient norm, the ratio and the kind."""
    got_norm, got_ratio, got_kind = as_tuple(answer, 3)
    told = {"what": "gradient norm", "mistakes": {"this is the square of the norm": norm**2}}
    assert_close(as_number(got_norm), norm, rtol=1e-9, atol=1e-10, **told)
    assert_close(as_number(got_ratio), ratio, rtol=0, atol=SHARE, what="minimum ratio")
    assert as_word(got_kind, KINDS) == kind


def assert_steepest(direction, point):
    """Hold a direction to unit length and to the smallest curvature of a point's Hessian."""
    v = as_tensor(direction, point.gradient.shape)
    assert_close(v.norm(), 1.0, rtol=1e-9, what="length", of="got.norm()")
    curvature = v @ point.hessian @ v
    told = {"what": "curvature vᵀHv", "of": "got @ {0} @ got"}
    assert_close(curvature, point.lowest, rtol=1e-6, **told)


@given(case=cases() | slopes())
def test_gradient_is_exact(submission, case):
    """gradient(loss, theta) is the vector of first derivatives of the loss at theta."""
    expected = case.gradient
    got = submission.gradient(case.loss, case.theta)
    assert_close(got, expected, rtol=0, atol=1e-10 * largest(expected), what="gradient")


@settings(max_examples=30)
@example(theta=[0.0], slope=1, bend=2, ignored=0)
@given(
    theta=st.lists(numbers(-2, 2), min_size=1, max_size=3),
    slope=numbers(-3, 3),
    bend=numbers(1, 4),
    ignored=st.integers(0, 2),
)
def test_linear_losses_have_no_curvature(submission, theta, slope, bend, ignored):
    """gradient and hessian give zeros where a loss is linear or ignores a coordinate."""
    b = vector(*[slope] * len(theta), *[0] * ignored)
    square = Polynomial(((bend, (2,)),))
    here = vector(*theta, *[1.0] * ignored)
    n = len(here)
    assert_close(submission.gradient(Plane(b), here), b, rtol=ROUNDING, what="gradient")
    assert_close(submission.hessian(Plane(b), here), torch.zeros(n, n), rtol=0, what="hessian")
    expected = torch.zeros(n, n, dtype=torch.float64)
    expected[0, 0] = 2 * bend
    assert_close(submission.hessian(square, here), expected, rtol=0, atol=1e-11, what="hessian")


def test_hessian_of_the_lecture_examples(submission):
    """hessian is [[0, -2], [-2, 0]] for (1 - w1 w2)² at 0, and right at Rosenbrock's minimum."""
    lecture = submission.hessian(Lee(), vector(0, 0))
    assert_close(lecture, vector([0, -2], [-2, 0]), rtol=0, atol=1e-12, what="hessian")
    valley = submission.hessian(Rosenbrock(), vector(1, 1))
    assert_close(valley, vector([802, -400], [-400, 200]), rtol=1e-12, what="hessian")


@given(case=cases(degree=4))
def test_hessian_is_exact(submission, case):
    """hessian(loss, theta) is the symmetric matrix of second derivatives, without truncation."""
    expected = case.hessian
    H = as_tensor(submission.hessian(case.loss, case.theta), expected.shape)
    assert_close(H, expected, rtol=0, atol=ROUNDING * largest(expected), what="hessian")


@settings(max_examples=25)
@given(stop=perfect_fits())
def test_hessian_of_a_perfect_fit(submission, stop):
    """hessian is 2/(N K) JᵀJ, J the network's Jacobian, where the network fits its data."""
    J = jacobian(stop.loss, stop.theta)
    expected = 2 / len(J) * J.T @ J
    H = submission.hessian(stop.loss, stop.theta)
    assert_close(H, expected, rtol=0, atol=1e-10 * largest(expected), what="hessian")


@settings(max_examples=40)
@given(point=critical_points(), entries=st.lists(numbers(-3, 3), min_size=30, max_size=30))
def test_taylor_of_a_quadratic_is_the_quadratic(submission, point, entries):
    """taylor(loss, theta0, theta) is loss(theta) itself where the loss is quadratic."""
    b, start, end = vector(entries).reshape(3, -1)[:, : len(point.values)]
    loss = Quadratic(point.hessian, b, 1.0)
    expected, step = loss(end), end - start
    slope, bend = (point.hessian @ start + b) @ step, step @ point.hessian @ step / 2
    mistakes = {
        "the ½ before the second-order term is missing": expected + bend,
        "this is the first order only": expected - bend,
        "the first-order term is missing": expected - slope,
        "the value loss(theta0) is missing": expected - loss(start),
    }
    got = as_number(submission.taylor(loss, start, end))
    atol = 1e-9 * largest(point.hessian)
    assert_close(got, expected, rtol=1e-10, atol=atol, what="taylor", mistakes=mistakes)


@settings(max_examples=40)
@example(case=None)
@given(case=cases())
def test_taylor_stops_at_the_second_order(submission, case):
    """taylor(loss, theta0, theta) leaves out every term beyond the second order."""
    loss, start, end, expected = cubic() if case is None else expansion(case)
    got = as_number(submission.taylor(loss, start, end))
    size = largest(vector(expected, float(loss(start)), float(loss(end))))
    mistakes = {"this is loss(theta) itself, with every order": loss(end)}
    assert_close(got, expected, rtol=0, atol=1e-10 * size, what="taylor", mistakes=mistakes)


def cubic():
    """Take x³ around 1, at 2: 1 + 3 + 3, where the loss is 8."""
    return Polynomial(((1, (3,)),)), vector(1), vector(2), 7.0


def expansion(case):
    """Unpack a polynomial, the two places, and the exact expansion."""
    return case.loss, case.theta, case.other, case.taylor


@example(point=diagonal(1.0, -1.0))
@example(point=diagonal(-1.0, -1.0))
@given(point=minima() | maxima() | saddles())
def test_classify_names_the_kind(submission, point):
    """classify(g, H) tells minimum, maximum and saddle apart where no eigenvalue is zero."""
    answer = submission.classify(point.gradient, point.hessian)
    assert as_word(answer, KINDS) == point.kind


@example(point=diagonal(0.0))
@example(point=diagonal(1.0, 0.0))
@example(point=diagonal(-1.0, 0.0))
@example(point=ridge(1))
@example(point=ridge(-1))
@example(point=diagonal(1.0, -1.0))
@given(point=degenerates())
def test_classify_says_when_it_cannot_tell(submission, point):
    """classify(g, H) is "degenerate" if some eigenvalue is zero and no two have opposite signs."""
    answer = submission.classify(point.gradient, point.hessian)
    assert as_word(answer, KINDS) == point.kind


@settings(max_examples=40)
@example(point=diagonal(1.0, -1.0, 0.0))
@example(point=diagonal(1.0, 0.0))
@given(point=flat_saddles())
def test_classify_sees_a_saddle_beside_flat_directions(submission, point):
    """classify(g, H) is "saddle" whenever both signs occur, whatever else is zero."""
    answer = submission.classify(point.gradient, point.hessian)
    assert as_word(answer, KINDS) == point.kind


@settings(max_examples=40)
@example(point=ridge(1))
@example(point=diagonal(1.0))
@given(point=critical_points())
def test_classify_turns_over_with_the_surface(submission, point):
    """classify(-g, -H) swaps minimum and maximum, and changes nothing else."""
    upright = as_word(submission.classify(point.gradient, point.hessian), KINDS)
    turned = as_word(submission.classify(point.gradient, 0 - point.hessian), KINDS)
    told = f"{upright!r}, and turned over {turned!r}"
    assert turned == OPPOSITE.get(upright, upright), told
    assert turned != upright or point.kind not in OPPOSITE, told


def curvatures(*signs):
    """Draw two curvatures of one size, of these signs: of most directions, and of the last."""
    sign = st.sampled_from(signs)
    return st.builds(lambda rest, last, bend: (rest * bend, last * bend), sign, sign, BENDS)


@settings(max_examples=40)
@example(gradient=vector(0, NEAR * ZERO_GRADIENT), ends=(1.0, 1.0))
@example(gradient=vector(0, NEAR * ZERO_GRADIENT), ends=(STEEP, STEEP))
@example(gradient=torch.full((64,), 5e-7, dtype=torch.float64), ends=(1.0, 1.0))
@example(gradient=vector(1e-4, *[0.0] * 63), ends=(1.0, 1.0))
@example(gradient=vector(1.0, -1.0), ends=(1.0, 1.0))
@example(gradient=vector(1.0, 1.0), ends=(1.0, -1.0))
@example(gradient=vector(1.0, 1.0), ends=(0.0, 0.0))
@example(gradient=vector(0, 0), ends=(1.0, 1.0))
@given(gradient=gradients(NEAR * ZERO_GRADIENT, 1e3), ends=curvatures(1, -1, 0))
def test_classify_weighs_the_whole_gradient(submission, gradient, ends):
    """classify(g, H) is "not critical" if the 2-norm of g is above 1e-6, whatever H is."""
    point = curved(gradient, ends)
    answer = submission.classify(gradient, point.hessian)
    assert as_word(answer, KINDS) == kind_there(gradient, point)


@settings(max_examples=40)
@example(gradient=vector(0, ZERO_GRADIENT / NEAR), ends=(1.0, 1.0))
@example(gradient=vector(0, ZERO_GRADIENT / NEAR), ends=(SHALLOW, SHALLOW))
@example(gradient=torch.full((64,), 5e-8, dtype=torch.float64), ends=(1.0, 1.0))
@example(gradient=vector(0, 3), ends=(1.0, 1.0))
@given(gradient=gradients(1e-12, ZERO_GRADIENT / NEAR), ends=curvatures(1, -1))
def test_classify_forgives_rounding_in_the_gradient(submission, gradient, ends):
    """classify(g, H) takes a gradient for zero if its 2-norm is at most 1e-6, whatever H is."""
    point = curved(gradient, ends)
    answer = submission.classify(gradient, point.hessian)
    assert as_word(answer, KINDS) == kind_there(gradient, point)


def curved(gradient, ends):
    """Build a point that has room for a gradient, with these two curvatures."""
    rest, last = ends
    values = (*[rest] * (len(gradient) - 1), last)
    return Point(torch.diag(vector(*values)), values)


def kind_there(gradient, point):
    """Name what a point is that has this gradient, too."""
    return "not critical" if gradient.norm() > ZERO_GRADIENT else point.kind


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", ["gradient", "hessian", "beside the diagonal"])
def test_classify_refuses_what_is_not_finite(submission, bad, place):
    """classify(g, H) raises ValueError if g or H holds NaN or infinity."""
    g, H = torch.zeros(2, dtype=torch.float64), torch.eye(2, dtype=torch.float64)
    if place == "gradient":
        g[1] = bad
    elif place == "hessian":
        H[1, 1] = bad
    else:
        H[0, 1] = H[1, 0] = bad
    assert_raises(submission.classify, g, H, error="ValueError")


@example(point=diagonal(-1.0, 0.25, -3.0))
@example(point=diagonal(-1.0, -0.999, 0.25))
@example(point=sunk())
@given(point=points(negative=(1, 3), positive=(0, 3), zero=(0, 1)))
def test_escape_direction_is_the_steepest_way_down(submission, point):
    """escape_direction(H) is a unit vector v for which vᵀHv is the smallest eigenvalue."""
    assert_steepest(submission.escape_direction(point.hessian), point)


@settings(max_examples=40)
@example(point=diagonal(0.0, 0.0))
@example(point=diagonal(1.0, -MOST_ZERO))
@example(point=spread_out(-MOST_ZERO))
@example(point=diagonal(1.0, -1.0))
@given(point=points(positive=(0, 3), zero=(1, 2)) | minima())
def test_escape_direction_is_none_where_nothing_goes_down(submission, point):
    """escape_direction(H) is None when no eigenvalue is negative beyond tolerance."""
    direction = submission.escape_direction(point.hessian)
    if point.count(-1):
        assert direction is not None
    else:
        assert direction is None


@settings(max_examples=40)
@example(point=diagonal(1.0, 1.0, -1.0))
@given(point=minima() | maxima() | saddles())
def test_minimum_ratio_is_the_share_of_positive_eigenvalues(submission, point):
    """minimum_ratio(H) is the share of positive eigenvalues where none is zero."""
    got = as_number(submission.minimum_ratio(point.hessian))
    assert_close(got, point.ratio, rtol=0, atol=SHARE, what="ratio")


@settings(max_examples=40)
@given(point=flat_saddles() | degenerates())
def test_minimum_ratio_counts_zeros_in_the_whole(submission, point):
    """minimum_ratio(H) counts zero eigenvalues among all, but not among the positive."""
    got = as_number(submission.minimum_ratio(point.hessian))
    assert_close(got, point.ratio, rtol=0, atol=SHARE, what="ratio")


@settings(max_examples=25)
@given(stop=perfect_fits() | full_rank_fits())
def test_analyze_at_a_perfect_fit(submission, stop):
    """analyze(loss, theta) finds a minimum, or a degenerate point, where a network fits."""
    assert_analysis(submission.analyze(stop.loss, stop.theta), 0, stop.ratio, stop.kind)


@settings(max_examples=25)
@given(stop=twin_saddles())
def test_analyze_at_a_saddle_between_twins(submission, stop):
    """analyze(loss, theta) finds the saddle where two hidden units have become the same."""
    assert_analysis(submission.analyze(stop.loss, stop.theta), 0, stop.ratio, "saddle")


@settings(max_examples=20)
@given(stop=origins())
def test_analyze_at_the_origin(submission, stop):
    """analyze(loss, theta) is right where all weights are zero: saddle, or deeper, degenerate."""
    assert_analysis(submission.analyze(stop.loss, stop.theta), 0, stop.ratio, stop.kind)


@settings(max_examples=30)
@example(gradient=vector(0, NEAR * TOLERANCE), bend=STEEP)
@given(gradient=gradients(NEAR * TOLERANCE, 1e3), bend=BENDS)
def test_analyze_measures_the_whole_gradient(submission, gradient, bend):
    """analyze(loss, theta) gives the 2-norm of the whole gradient, and "not critical" above tol."""
    n = len(gradient)
    loss = Quadratic(bend * torch.eye(n, dtype=torch.float64), gradient)
    answer = submission.analyze(loss, torch.zeros(n, dtype=torch.float64))
    assert_analysis(answer, float(gradient.norm()), 1.0, "not critical")


@settings(max_examples=30)
@example(tol=None, share=NEAR, bend=1.0)
@example(tol=None, share=1 / NEAR, bend=1.0)
@example(tol=2.0, share=1 / NEAR, bend=SHALLOW)
@example(tol=5e-6, share=NEAR, bend=STEEP)
@given(
    tol=st.none() | st.floats(1e-8, 1e2),
    share=st.sampled_from((NEAR, 1 / NEAR)) | st.floats(1e-2, 1 / NEAR) | st.floats(NEAR, 1e2),
    bend=BENDS,
)
def test_analyze_obeys_its_tolerance(submission, tol, share, bend):
    """analyze(loss, theta, tol) calls a point critical if the gradient's norm is at most tol."""
    norm = share * (TOLERANCE if tol is None else tol)
    loss = Quadratic(bend * torch.eye(2, dtype=torch.float64), norm * vector(0.6, 0.8))
    answer = submission.analyze(loss, vector(0, 0), *([] if tol is None else [tol]))
    assert_analysis(answer, norm, 1.0, "minimum" if share < 1 else "not critical")


@pytest.mark.parametrize("name", LANDMARKS)
def test_analyze_takes_any_callable(submission, name):
    """analyze(loss, theta) knows the famous points of surfaces that are not networks."""
    landmark = LANDMARKS[name]
    answer = submission.analyze(landmark.loss, landmark.theta)
    assert_analysis(answer, 0, landmark.ratio, landmark.kind)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_analyze_refuses_what_is_not_finite(submission, bad):
    """analyze(loss, theta) raises ValueError if theta, the loss or a derivative is not finite."""
    A = vector([2, 1], [1, 2])
    assert_raises(submission.analyze, Quadratic(A, vector(0, 0)), vector(0, bad))
    assert_raises(submission.analyze, Quadratic(A * bad, vector(0, 0)), vector(1, 1))
    overflowing = Polynomial(((1e308, (2,)),))  # at 0 its slope is 0, and its curvature 2e308
    assert_raises(submission.analyze, overflowing, vector(0))


@settings(max_examples=10)
@given(entries=st.lists(st.integers(-3, 3), min_size=4, max_size=4))
def test_arguments_are_left_alone(submission, entries):
    """No export changes its arguments."""
    a, b, c, d = (entry + 0.1 for entry in entries)
    loss, theta, other, slope = Rosenbrock(), vector(a, b), vector(c, d), 1e-7 * vector(a, b)
    network = NetworkLoss((1, 1, 1), "tanh", vector([a], [b]), vector([c], [d]))
    weights, H = vector(d, c, b, a), vector([a, b], [b, c])
    assert_unchanged(submission.gradient, loss, theta)
    assert_unchanged(submission.hessian, loss, theta)
    assert_unchanged(submission.taylor, loss, theta, other)
    assert_unchanged(submission.classify, slope, H)
    assert_unchanged(submission.escape_direction, H)
    assert_unchanged(submission.minimum_ratio, H)
    assert_unchanged(submission.analyze, loss, theta)
    assert_unchanged(submission.gradient, network, weights)
    assert_unchanged(submission.hessian, network, weights)
    assert_unchanged(submission.analyze, network, weights)
    told = "it answers next to nothing right: who does nothing leaves everything alone, too"
    assert right_answers(submission) >= 2, told


def right_answers(submission):
    """Count right answers among three, of three kinds: any one word or number is right once."""
    bowl = Quadratic(vector([1, 0], [0, 1]), vector(0, 0))
    slope = as_tensor(submission.gradient(bowl, vector(1, 2)), (2,))
    ratio = as_number(submission.minimum_ratio(torch.diag(vector(1, -1, -1, -1))))
    kind = submission.classify(vector(0, 0), bowl.A)
    return torch.allclose(slope, vector(1, 2)) + math.isclose(ratio, 0.25) + (kind == "minimum")
