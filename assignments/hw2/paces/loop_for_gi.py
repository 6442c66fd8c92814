"""Pace: the loop that walks over the gradient itself, whose entries share a backward pass."""

import torch


def derivatives(loss, theta):
    theta = theta.clone().requires_grad_()
    (g,) = torch.autograd.grad(loss(theta), theta, create_graph=True)
    rows = [torch.autograd.grad(gi, theta, retain_graph=True)[0] for gi in g]
    return g.detach(), torch.stack(rows)


def inertia(H):
    values = torch.linalg.eigvalsh(H)
    bound = 1e-8 * values.abs().max()
    positive, negative = int((values > bound).sum()), int((values < -bound).sum())
    return positive, len(values) - positive - negative, negative


def analyze(loss, theta, tol=1e-3):
    if not bool(torch.isfinite(theta).all()):
        raise ValueError("theta is not finite")
    g, H = derivatives(loss, theta)
    norm = float(g.norm())
    positive, zero, negative = inertia(H)
    ratio = positive / len(theta)
    if norm > tol:
        return norm, ratio, "not critical"
    if positive and negative:
        return norm, ratio, "saddle"
    if zero:
        return norm, ratio, "degenerate"
    return norm, ratio, "minimum" if positive else "maximum"
