"""The gradient is rounded to whole numbers.

Loses: test_gradient_is_exact, test_linear_losses_have_no_curvature, test_arguments_are_left_alone
"""

import torch

ZERO = 1e-8


def slope(loss, theta):
    theta = theta.clone().requires_grad_(True)
    return torch.autograd.grad(loss(theta), theta)[0]


def curvature(loss, theta):
    theta = theta.clone().requires_grad_(True)
    (g,) = torch.autograd.grad(loss(theta), theta, create_graph=True)
    n = len(theta)
    H = torch.zeros(n, n, dtype=theta.dtype, device=theta.device)
    if g.requires_grad:
        for i in range(n):
            H[i] = torch.autograd.grad(g[i], theta, retain_graph=True)[0]
    return (H + H.T) / 2


def gradient(loss, theta):
    g = slope(loss, theta)
    return g.round()


def hessian(loss, theta):
    return curvature(loss, theta)


def taylor(loss, theta0, theta):
    d = theta - theta0
    return loss(theta0) + slope(loss, theta0) @ d + d @ curvature(loss, theta0) @ d / 2


def kind_of(H):
    values = torch.linalg.eigvalsh(H)
    bound = ZERO * values.abs().max()
    up = (values > bound).any()
    down = (values < -bound).any()
    flat = (values.abs() <= bound).any()
    if up and down:
        return "saddle"
    if flat:
        return "degenerate"
    return "minimum" if up else "maximum"


def check_finite(g, H):
    if not (torch.isfinite(g).all() and torch.isfinite(H).all()):
        raise ValueError("gradient and Hessian must be finite")


def classify(gradient, hessian):
    check_finite(gradient, hessian)
    if gradient.norm() > 1e-6:
        return "not critical"
    return kind_of(hessian)


def escape_direction(hessian):
    values, vectors = torch.linalg.eigh(hessian)
    if values[0] >= -ZERO * values.abs().max():
        return None
    return vectors[:, 0]


def share_of_positive(H):
    values = torch.linalg.eigvalsh(H)
    return (values > ZERO * values.abs().max()).double().mean()


def minimum_ratio(hessian):
    return share_of_positive(hessian)


def analyze(loss, theta, tol=1e-3):
    g, H = slope(loss, theta), curvature(loss, theta)
    check_finite(g, H)
    norm = g.norm()
    kind = "not critical" if norm > tol else kind_of(H)
    return norm.item(), share_of_positive(H).item(), kind
