"""The Hessian of a network is made layer by layer, so that nothing couples two layers.

Loses: test_hessian_of_a_perfect_fit, test_analyze_at_a_perfect_fit, test_analyze_at_a_saddle_between_twins, test_analyze_at_the_origin, test_hessian_of_a_network, test_analyze_on_the_way, test_analyze_is_blind_to_labels, test_analyze_the_course_network
"""

import torch
from torch import func


def gradient(loss, theta):
    """First derivatives, by torch.func."""
    return func.grad(loss)(theta)


def hessian(loss, theta):
    """Second derivatives, by torch.func."""
    H = func.hessian(loss)(theta)
    if not hasattr(loss, "widths"):
        return H
    sizes = [(i + 1) * o for i, o in zip(loss.widths, loss.widths[1:])]
    parts = H.split(sizes)
    return torch.block_diag(*[p.split(sizes, dim=1)[k] for k, p in enumerate(parts)])


def taylor(loss, theta0, theta):
    """f + g d + d H d / 2."""
    d = theta - theta0
    f = loss(theta0)
    g = gradient(loss, theta0)
    H = hessian(loss, theta0)
    return f + torch.dot(g, d) + 0.5 * torch.dot(d, H @ d)


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
    return (lam > 0).sum() / len(lam)


def analyze(loss, theta, tol=1e-3):
    """Gradient norm, minimum ratio, kind."""
    g = gradient(loss, theta)
    H = hessian(loss, theta)
    finite(g, H)
    norm = torch.linalg.norm(g)
    lam = spectrum(H)
    ratio = (lam > 0).sum() / len(lam)
    return norm.item(), ratio.item(), "not critical" if norm > tol else word(lam)
