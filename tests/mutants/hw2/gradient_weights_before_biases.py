"""The gradient of a network lists all weights and then all biases, not layer after layer.

Loses: test_gradient_is_exact, test_arguments_are_left_alone
"""

import torch


def gradient(loss, theta):
    theta = theta.clone().requires_grad_(True)
    value = loss(theta)
    (g,) = torch.autograd.grad(value, theta)
    if not hasattr(loss, "layers"):
        return g
    layers = loss.layers(g)
    return torch.cat([W.reshape(-1) for W, _ in layers] + [b for _, b in layers])


def hessian(loss, theta):
    theta = theta.clone().requires_grad_(True)
    value = loss(theta)
    (g,) = torch.autograd.grad(value, theta, create_graph=True)
    n = theta.numel()
    H = torch.zeros(n, n, dtype=theta.dtype, device=theta.device)
    if not g.requires_grad:
        return H
    for i in range(n):
        H[i] = torch.autograd.grad(g[i], theta, retain_graph=True)[0]
    return (H + H.t()) / 2


def taylor(loss, theta0, theta):
    d = theta - theta0
    return loss(theta0) + gradient(loss, theta0) @ d + 0.5 * d @ hessian(loss, theta0) @ d


def classify(gradient, hessian, tol=1e-6):
    if not torch.isfinite(gradient).all() or not torch.isfinite(hessian).all():
        raise ValueError("gradient and hessian must be finite")
    if gradient.norm() > tol:
        return "not critical"
    values = torch.linalg.eigvalsh(hessian)
    bound = 1e-8 * values.abs().max()
    positive = (values > bound).any()
    negative = (values < -bound).any()
    zero = (values.abs() <= bound).any()
    if positive and negative:
        return "saddle"
    if zero:
        return "degenerate"
    if positive:
        return "minimum"
    return "maximum"


def escape_direction(hessian):
    values, vectors = torch.linalg.eigh(hessian)
    if values[0] < -1e-8 * values.abs().max():
        return vectors[:, 0]
    return None


def minimum_ratio(hessian):
    values = torch.linalg.eigvalsh(hessian)
    bound = 1e-8 * values.abs().max()
    return (values > bound).sum().item() / len(values)


def analyze(loss, theta, tol=1e-3):
    g = gradient(loss, theta)
    H = hessian(loss, theta)
    kind = classify(g, H, tol)
    return g.norm().item(), minimum_ratio(H), kind
