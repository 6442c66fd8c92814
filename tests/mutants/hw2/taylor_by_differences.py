"""Both derivatives along the step are difference quotients of the loss.

Loses: test_taylor_of_a_quadratic_is_the_quadratic, test_taylor_stops_at_the_second_order, test_arguments_are_left_alone
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
    """f + f' + f'' / 2 along the step."""
    d = theta - theta0
    h = 1e-4
    before, here, after = loss(theta0 - h * d), loss(theta0), loss(theta0 + h * d)
    return here + (after - before) / (2 * h) + (after - 2 * here + before) / (2 * h * h)


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
    return V[:, 0]


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
