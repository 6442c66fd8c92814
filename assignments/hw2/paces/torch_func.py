"""Pace: torch.func, forward over reverse, all columns of the Hessian at once."""

import torch


def derivatives(loss, theta):
    return torch.func.grad(loss)(theta), torch.func.hessian(loss)(theta)


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
