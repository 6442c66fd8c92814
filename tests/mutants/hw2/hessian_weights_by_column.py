"""The weights of the network are read column by column, (in, out) for (out, in).

Loses: test_hessian_of_a_perfect_fit, test_analyze_at_a_saddle_between_twins, test_hessian_of_a_network, test_analyze_on_the_way, test_analyze_is_blind_to_labels
May lose: test_analyze_at_a_perfect_fit
"""

import torch

ZERO = 1e-8


def gradient(loss, theta):
    theta = theta.clone().requires_grad_(True)
    (g,) = torch.autograd.grad(loss(theta), theta)
    return g


def network(loss):
    def mse(theta):
        a, start = loss.X, 0
        for k, (i, o) in enumerate(zip(loss.widths, loss.widths[1:])):
            W = theta[start:start + i * o].view(i, o)
            b = theta[start + i * o:start + i * o + o]
            a = a @ W + b
            if k < len(loss.widths) - 2:
                a = getattr(torch, loss.activation)(a)
            start += i * o + o
        return ((a - loss.y) ** 2).mean()

    return mse if hasattr(loss, "widths") else loss


def hessian(loss, theta):
    loss = network(loss)
    theta = theta.clone().requires_grad_(True)
    (g,) = torch.autograd.grad(loss(theta), theta, create_graph=True)
    n = len(theta)
    H = torch.zeros(n, n, dtype=theta.dtype, device=theta.device)
    if g.requires_grad:
        for i in range(n):
            H[i] = torch.autograd.grad(g[i], theta, retain_graph=True)[0]
    return (H + H.T) / 2


def taylor(loss, theta0, theta):
    d = theta - theta0
    return loss(theta0) + gradient(loss, theta0) @ d + d @ hessian(loss, theta0) @ d / 2


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


def minimum_ratio(hessian):
    values = torch.linalg.eigvalsh(hessian)
    bound = ZERO * values.abs().max()
    return (values > bound).sum().item() / len(values)


def analyze(loss, theta, tol=1e-3):
    g = gradient(loss, theta)
    H = hessian(loss, theta)
    check_finite(g, H)
    norm = g.norm().item()
    kind = "not critical" if norm > tol else kind_of(H)
    return norm, minimum_ratio(H), kind
