"""The direction is right, and then cast to single precision.

Loses: test_escape_direction_is_the_steepest_way_down, test_escape_direction_is_none_where_nothing_goes_down, test_arguments_are_left_alone, test_escape_direction_of_weak_curvature
"""

import torch
from torch import func


def gradient(loss, theta):
    """First derivatives, by torch.func."""
    return func.grad(loss)(theta)


def hessian(loss, theta):
    """Second derivatives, by torch.func."""
    return func.hessian(loss)(theta)


def taylor(loss, theta0, theta):
    """f + g d + d H d / 2."""
    d = theta - theta0
    g, H = func.grad(loss)(theta0), func.hessian(loss)(theta0)
    return loss(theta0) + torch.dot(g, d) + 0.5 * torch.dot(d, H @ d)


def spectrum(H):
    """Eigenvalues with the negligible ones set to zero."""
    lam = torch.linalg.eigvalsh(H)
    return torch.where(lam.abs() <= 1e-8 * lam.abs().max(), torch.zeros_like(lam), lam)


def word(lam):
    """Name the kind for these eigenvalues."""
    if lam.min() < 0 < lam.max():
        return "saddle"
    if (lam == 0).any():
        return "degenerate"
    if lam.min() > 0:
        return "minimum"
    return "maximum"


def finite(*tensors):
    """Refuse NaN and infinity."""
    for tensor in tensors:
        if not tensor.isfinite().all():
            raise ValueError("NaN or infinity")


def classify(gradient, hessian):
    """Kind of critical point."""
    finite(gradient, hessian)
    if torch.linalg.norm(gradient) > 1e-6:
        return "not critical"
    return word(spectrum(hessian))


def escape_direction(hessian):
    """Eigenvector of the smallest eigenvalue, or None."""
    if spectrum(hessian).min() >= 0:
        return None
    lam, V = torch.linalg.eigh(hessian)
    v = V[:, 0]
    return v.float()


def minimum_ratio(hessian):
    """Share of positive eigenvalues."""
    lam = spectrum(hessian)
    return (lam > 0).double().mean()


def analyze(loss, theta, tol=1e-3):
    """Gradient norm, minimum ratio, kind."""
    g, H = func.grad(loss)(theta), func.hessian(loss)(theta)
    finite(g, H)
    norm = torch.linalg.norm(g)
    lam = spectrum(H)
    ratio = (lam > 0).double().mean()
    return norm.item(), ratio.item(), "not critical" if norm > tol else word(lam)
