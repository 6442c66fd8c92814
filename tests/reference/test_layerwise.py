"""The layerwise Hessian against torch.func, mpmath and finite sizes of every kind."""

import mpmath
import numpy as np
import pytest
import torch

from reference import layer_pairs, mlp_hessian, openblas, propagation
from reference.mlp_hessian_torch import mlp_hessian_torch
from reference.network import build, layers
from tests.reference.sample_networks import network, stuck

pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # torch.func's own

EPS = np.finfo(float).eps
WIDTHS = [(3, 1), (3, 2), (2, 7, 1), (1, 24, 1), (3, 5, 6, 1), (3, 5, 6, 3), (2, 3, 4, 3, 2, 2)]
ACTIVATIONS = ["tanh", "relu", "sigmoid", "softplus", "identity"]


def parts(loss, theta):
    return build(theta.numpy(), loss.widths, loss.activation, loss.X.numpy(), loss.y.numpy())


def relative(got, expected):
    got, expected = np.asarray(got), np.asarray(expected)
    return float(np.abs(got - expected).max() / np.abs(expected).max())


def torch_derivatives(loss, theta):
    return torch.func.grad(loss)(theta).numpy(), torch.func.hessian(loss)(theta).numpy()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("widths", WIDTHS)
@pytest.mark.parametrize("classes", [False, True])
def test_agrees_with_torch_func(widths, activation, classes):
    """Loss, gradient, Hessian and products equal torch.func's to rounding, symmetric exactly."""
    loss, theta = network(widths, activation, classes=classes and widths[-1] > 1)
    g, H = torch_derivatives(loss, theta)
    probe = np.random.default_rng(0).standard_normal(len(theta))
    found = mlp_hessian.mlp_hessian(parts(loss, theta), probe=probe)
    assert np.array_equal(found.hessian, found.hessian.T)
    assert abs(found.loss - float(loss(theta))) <= 100 * EPS * found.loss
    assert relative(found.gradient, g) < 1000 * EPS
    assert relative(found.hessian, H) < 1000 * EPS
    assert relative(found.product, H @ probe) < 1000 * EPS


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("widths", [(2, 9, 1), (3, 20, 25, 2), (3, 40, 30, 1), (20, 21, 1)])
def test_many_samples_and_panels_change_nothing(widths, activation, monkeypatch):
    """Cutting samples and products into small pieces gives the same Hessian."""
    loss, theta = network(widths, activation, samples=50)
    whole = mlp_hessian.mlp_hessian(parts(loss, theta)).hessian
    monkeypatch.setattr(mlp_hessian, "_samples_at_once", lambda _: 16)
    monkeypatch.setattr(layer_pairs, "PANEL", 300)
    monkeypatch.setattr(layer_pairs, "SYMMETRIC", 300)
    pieces = mlp_hessian.mlp_hessian(parts(loss, theta)).hessian
    assert relative(pieces, whole) < 1000 * EPS


def test_lower_triangle_alone_is_the_lower_triangle():
    """With `lower_only` the lower triangle is that of the whole Hessian."""
    loss, theta = network((3, 8, 9, 2), samples=30)
    whole = mlp_hessian.mlp_hessian(parts(loss, theta)).hessian
    lower = mlp_hessian.mlp_hessian(parts(loss, theta), lower_only=True).hessian
    assert np.array_equal(np.tril(lower), np.tril(whole))


def test_sums_of_whole_numbers_are_exact():
    """A linear network with small whole numbers has the same Hessian bit for bit."""
    generator = torch.Generator().manual_seed(0)
    loss, theta = network((3, 4, 2), "identity", samples=8)
    draw = lambda *shape: torch.randint(-3, 4, shape, generator=generator).double()  # noqa: E731
    loss = type(loss)(loss.widths, "identity", draw(8, 3), draw(8, 2))
    theta = draw(len(theta))
    _, H = torch_derivatives(loss, theta)
    assert np.array_equal(mlp_hessian.mlp_hessian(parts(loss, theta)).hessian, H)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "softplus"])
@pytest.mark.parametrize("widths", [(2, 3, 1), (2, 2, 2, 2)])
def test_agrees_with_forty_digits(widths, activation):
    """Every entry is right to a few units of rounding, beside 40-digit arithmetic."""
    loss, theta = network(widths, activation, samples=3)
    H = mlp_hessian.mlp_hessian(parts(loss, theta)).hessian
    truth = forty_digits(loss, theta)
    assert relative(H, truth) < 50 * EPS


def forty_digits(loss, theta):
    """Differentiate twice with mpmath: sums of Taylor jets, nothing shared with the reference."""
    with mpmath.workdps(40):
        n = len(theta)
        H = np.empty((n, n))
        point = [mpmath.mpf(float(x)) for x in theta]
        for i in range(n):
            for j in range(i + 1):
                H[i, j] = H[j, i] = float(second(loss, point, i, j))
    return H


def second(loss, point, i, j):
    """Second derivative by i and j: the coefficient e1 e2 of the loss in two dual numbers."""
    one, zero = mpmath.mpf(1), mpmath.mpf(0)
    theta = [(x, one * (k == i), one * (k == j), zero) for k, x in enumerate(point)]
    total = zero
    for x, y in zip(loss.X.tolist(), loss.y.tolist(), strict=True):
        a, start = [(mpmath.mpf(v), zero, zero, zero) for v in x], 0
        for depth, layer in enumerate(layers(loss.widths)):
            z = []
            for row in range(layer.outputs):
                acc = theta[layer.bias + row]
                for column in range(layer.inputs):
                    term = times(theta[start + row * layer.inputs + column], a[column])
                    acc = tuple(p + q for p, q in zip(acc, term, strict=True))
                z.append(acc)
            start = layer.end
            last = depth == len(loss.widths) - 2
            a = z if last else [bend(loss.activation, value) for value in z]
        for answer, target in zip(a, y, strict=True):
            rest = (answer[0] - mpmath.mpf(target), *answer[1:])
            total += times(rest, rest)[3]
    return total / loss.y.numel()


def times(p, q):
    """Multiply numbers a + b e1 + c e2 + d e1 e2 with e1^2 = e2^2 = 0."""
    cross = p[0] * q[3] + p[1] * q[2] + p[2] * q[1] + p[3] * q[0]
    return p[0] * q[0], p[0] * q[1] + p[1] * q[0], p[0] * q[2] + p[2] * q[0], cross


def bend(name, z):
    """Apply an activation to such a number, from its definition."""
    f = {
        "tanh": mpmath.tanh,
        "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
        "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    }[name]
    value = f(z[0])
    if name == "tanh":
        first, twice = 1 - value**2, -2 * value * (1 - value**2)
    else:
        s = 1 / (1 + mpmath.exp(-z[0]))
        first, twice = (
            (s * (1 - s), s * (1 - s) * (1 - 2 * s)) if name == "sigmoid" else (s, s * (1 - s))
        )
    return value, first * z[1], first * z[2], first * z[3] + twice * z[1] * z[2]


@pytest.mark.parametrize("z", [-800.0, -40.0, -1.0, 0.0, 1.0, 19.9, 20.1, 800.0])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_torchs(name, z):
    """Value, slope and curvature are those of torch's function, far out as well."""
    from reference.activations import ACTIVATIONS as BENDS
    from tests.reference.sample_networks import TORCH

    if name == "relu" and z == 0:
        pytest.skip("a kink has no curvature to agree on")
    at = torch.tensor([z], dtype=torch.float64, requires_grad=True)
    value = TORCH[name](at)
    slope = torch.autograd.grad(value.sum() + 0 * (at**3).sum(), at, create_graph=True)[0]
    curvature = torch.autograd.grad(slope.sum(), at)[0]
    for array in (np.array([z]), torch.tensor([z], dtype=torch.float64)):
        bent = BENDS[name](array)
        expected = curvature.item()
        got = 0.0 if bent.curvature is None else float(bent.curvature[0])
        assert float(bent.value[0]) == pytest.approx(value.item(), rel=1e-15, abs=1e-16)
        assert float(bent.slope[0]) == pytest.approx(slope.item(), rel=1e-13, abs=1e-15)
        assert got == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("classes", [False, True])
@pytest.mark.parametrize("widths", [(3, 2), (2, 7, 1), (3, 5, 6, 3), (2, 3, 4, 3, 2, 2)])
def test_the_device_version_agrees(widths, classes, monkeypatch):
    """The torch version is the numpy version to rounding, samples cut or not."""
    loss, theta = network(widths, samples=40, classes=classes and widths[-1] > 1)
    expected = mlp_hessian.mlp_hessian(parts(loss, theta)).hessian
    drawn = torch.Generator().manual_seed(5)
    probe = torch.randn(len(theta), dtype=torch.float64, generator=drawn)
    net = build(theta, widths, loss.activation, loss.X, loss.y)
    found = mlp_hessian_torch(net, probe=probe)
    monkeypatch.setattr("reference.mlp_hessian_torch.WORKSPACE", 1)
    cut = mlp_hessian_torch(net)
    assert relative(found.hessian, expected) < 1000 * EPS
    assert relative(cut.hessian, expected) < 1000 * EPS
    assert relative(found.product, expected @ probe.numpy()) < 1000 * EPS


def test_without_the_bundled_library_the_answer_is_the_same(monkeypatch):
    """Where numpy carries no OpenBLAS, plain numpy and torch give the same Hessian and signs."""
    loss, theta = network((3, 30, 1), samples=20)
    net = parts(loss, theta)
    expected = mlp_hessian.mlp_hessian(net).hessian
    shifted = expected - 0.01 * np.eye(len(expected))
    signs = np.sign(np.linalg.eigvalsh(shifted)).sum()
    monkeypatch.setattr(openblas, "LIBRARY", None)
    from reference.inertia import count_above, count_below

    assert relative(mlp_hessian.mlp_hessian(net).hessian, expected) < 100 * EPS
    assert count_above(shifted, 0.0) - count_below(shifted, 0.0) == signs
    v = np.random.default_rng(0).standard_normal(len(expected))
    assert relative(openblas.symmetric_product(expected, v), expected @ v) < 100 * EPS


def test_misfitting_parts_are_refused():
    """Parts that do not fit together raise ValueError."""
    loss, theta = network((3, 4, 2))
    X, y = loss.X.numpy(), loss.y.numpy()
    for bad in ((theta.numpy()[1:], (3, 4, 2), "tanh"), (theta.numpy(), (3, 4, 2), "gelu")):
        with pytest.raises(ValueError, match=r"theta has shape|activation"):
            build(*bad, X, y)
    with pytest.raises(ValueError, match="do not fit"):
        build(theta.numpy(), (3, 4, 2), "tanh", X[:, :2], y)


def test_a_point_made_critical_has_no_gradient():
    """The hand-made saddle of the other tests has a gradient of rounding size."""
    loss, theta = stuck((3, 6, 5, 1), samples=20)
    net = parts(loss, theta)
    assert np.abs(propagation.gradient(net, propagation.propagate(net))).max() < 1e-15


@pytest.mark.cuda
@pytest.mark.parametrize("widths", [(2, 7, 1), (3, 5, 6, 3)])
def test_on_cuda_the_answer_is_the_same(widths):
    """On a CUDA device Hessian and kind equal the CPU's."""
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device on this machine")
    from reference.critical_points import analyze, hessian
    from reference.inspection import inspect_point

    loss, theta = network(widths, samples=40)
    on_device = hessian(loss, theta.cuda())
    assert on_device.is_cuda
    assert relative(on_device.cpu(), hessian(loss, theta)) < 1e-13
    assert analyze(loss, theta.cuda(), 1e9)[1:] == analyze(loss, theta, 1e9)[1:]
    on_device, here = (inspect_point(loss, at) for at in (theta.cuda(), theta))
    assert (on_device.kind, on_device.ruled_out) == (here.kind, here.ruled_out)
