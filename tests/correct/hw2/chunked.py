"""Right, with rows of the Hessian in vectorised chunks and signs counted by LDLᵀ where scipy is.

Sylvester: the signs of D in H - shift I = L D Lᵀ are those of the eigenvalues beyond the shift.
"""

import torch

CHUNK = 32

try:
    from scipy.linalg import ldl
except ImportError:
    ldl = None


def _first(loss, theta):
    point = theta.detach().clone().requires_grad_(True)
    value = loss(point)
    return point, torch.autograd.grad(value, point, create_graph=True)[0]


def gradient(loss, theta):
    return _first(loss, theta)[1].detach()


def hessian(loss, theta):
    point, g = _first(loss, theta)
    n = point.numel()
    if g.grad_fn is None:
        return torch.zeros((n, n), dtype=point.dtype, device=point.device)
    rows = []
    for chunk in torch.eye(n, dtype=point.dtype, device=point.device).split(CHUNK):
        (part,) = torch.autograd.grad(g, point, chunk, retain_graph=True, is_grads_batched=True)
        rows.append(part)
    H = torch.cat(rows)
    return (H + H.T) / 2


def taylor(loss, theta0, theta):
    step = theta - theta0
    point, g = _first(loss, theta0)
    slope = g @ step
    bend = torch.zeros(())
    if g.grad_fn is not None:
        bend = torch.autograd.grad(slope, point)[0] @ step
    return (loss(theta0) + slope + bend / 2).detach()


def _below(H, shift):
    """Count eigenvalues of H that are less than shift."""
    shifted = H - shift * torch.eye(len(H), dtype=H.dtype, device=H.device)
    if ldl is None:
        return int((torch.linalg.eigvalsh(shifted) < 0).sum())
    _, d, _ = ldl(shifted.cpu().numpy())
    return int((torch.linalg.eigvalsh(torch.from_numpy(d)) < 0).sum())


def _inertia(H):
    bound = 1e-8 * float(torch.linalg.eigvalsh(H).abs().max())
    if bound == 0:
        return 0, 0
    return len(H) - _below(H, bound), _below(H, -bound)


def _word(positive, negative, n):
    if positive and negative:
        return "saddle"
    if positive + negative < n:
        return "degenerate"
    return "minimum" if positive else "maximum"


def _check(g, H):
    if not (torch.isfinite(g).all() and torch.isfinite(H).all()):
        raise ValueError("not finite")


def classify(gradient, hessian):
    _check(gradient, hessian)
    if gradient.norm() > 1e-6:
        return "not critical"
    return _word(*_inertia(hessian), len(hessian))


def escape_direction(hessian):
    values, vectors = torch.linalg.eigh(hessian)
    if values[0] >= -1e-8 * values.abs().max():
        return None
    return vectors[:, 0].tolist()


def minimum_ratio(hessian):
    return torch.tensor([_inertia(hessian)[0] / len(hessian)])


def analyze(loss, theta, tol=1e-3):
    g, H = gradient(loss, theta), hessian(loss, theta)
    _check(g, H)
    positive, negative = _inertia(H)
    kind = _word(positive, negative, len(H)) if g.norm() <= tol else "not critical"
    return g.norm(), positive / len(H), kind
