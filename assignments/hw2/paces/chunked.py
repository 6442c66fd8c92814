"""Pace: double backward, the rows of the Hessian in batches of 32."""

import torch

ROWS = 32


def derivatives(loss, theta):
    theta = theta.clone().requires_grad_()
    (g,) = torch.autograd.grad(loss(theta), theta, create_graph=True)
    units = torch.eye(len(theta), dtype=theta.dtype, device=theta.device)
    parts = [
        torch.autograd.grad(g, theta, batch, retain_graph=True, is_grads_batched=True)[0]
        for batch in units.split(ROWS)
    ]
    return g.detach(), torch.cat(parts)


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
