"""Eight checks of four functions, two of them properties: the assignment of `benchmarks.course`."""

import torch
from hypothesis import given
from hypothesis import strategies as st

SIZES = st.tuples(st.integers(2, 6), st.integers(1, 3), st.integers(0, 2**31))


def drawn(sizes):
    """Return rows (n, d), targets (n,) and weights (d,) of one size and seed."""
    n, d, seed = sizes
    numbers = torch.Generator().manual_seed(seed)
    return [torch.randn(s, generator=numbers, dtype=torch.float64) for s in ((n, d), (n,), (d,))]


X = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 9.0]], dtype=torch.float64)


def test_standardize_has_mean_zero(submission):
    """standardize(x) has columns of mean 0."""
    assert torch.allclose(submission.standardize(X).mean(0), torch.zeros(2, dtype=X.dtype))


def test_standardize_has_deviation_one(submission):
    """standardize(x) has columns of deviation 1."""
    deviations = submission.standardize(X).std(0, correction=0)
    assert torch.allclose(deviations, torch.ones(2, dtype=X.dtype))


def test_mse_of_equal_vectors_is_zero(submission):
    """mse(a, a) is 0."""
    assert float(submission.mse(X[:, 0], X[:, 0])) == 0


def test_mse_of_an_example(submission):
    """mse([1, 3, 5], [2, 4, 9]) is 6."""
    assert float(submission.mse(X[:, 0], X[:, 1])) == 6


def test_gradient_of_a_square(submission):
    """gradient is 2 x (x w - y) for one row."""
    x, y, w = (torch.tensor(v, dtype=torch.float64) for v in ([[3.0]], [1.0], [2.0]))
    assert float(submission.gradient(x, y, w)) == 30


@given(sizes=SIZES)
def test_gradient_agrees(submission, sizes):
    """gradient is 2 xᵀ(x w - y) / n."""
    x, y, w = drawn(sizes)
    assert torch.allclose(submission.gradient(x, y, w), 2 * x.T @ (x @ w - y) / len(y))


def test_newton_step_of_a_bowl(submission):
    """newton_step of the unit bowl is minus the gradient."""
    g = torch.tensor([1.0, -2.0], dtype=torch.float64)
    assert torch.allclose(submission.newton_step(torch.eye(2, dtype=torch.float64), g), -g)


@given(sizes=SIZES)
def test_newton_step_agrees(submission, sizes):
    """newton_step leads to where the gradient of the quadratic is 0."""
    x, _, g = drawn(sizes)
    hessian = x.T @ x + torch.eye(len(g), dtype=x.dtype)
    assert torch.allclose(hessian @ submission.newton_step(hessian, g), -g, atol=1e-8)
