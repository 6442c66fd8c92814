"""Right, with care for types: whatever comes in, float64 is what is computed with."""

import torch
from torch import Tensor

torch.set_default_dtype(torch.float64)

EPSILON = 1e-8


def up(x) -> Tensor:
    return torch.as_tensor(x).detach().to(torch.float64)


def gradient(loss, theta: Tensor) -> Tensor:
    p = up(theta).clone().requires_grad_()
    with torch.enable_grad():
        return torch.autograd.grad(loss(p), p, materialize_grads=True)[0]


def hvp(loss, theta: Tensor, v: Tensor) -> Tensor:
    """Hessian times vector, by differentiating the gradient's product with v."""
    p = up(theta).clone().requires_grad_()
    (g,) = torch.autograd.grad(loss(p), p, create_graph=True, materialize_grads=True)
    if not g.requires_grad:
        return torch.zeros_like(p).detach()
    return torch.autograd.grad(g @ v, p, materialize_grads=True)[0]


def hessian(loss, theta: Tensor) -> Tensor:
    columns = [hvp(loss, theta, e) for e in torch.eye(theta.numel(), device=theta.device)]
    H = torch.stack(columns, dim=1)
    return torch.tril(H) + torch.tril(H, -1).T


def taylor(loss, theta0: Tensor, theta: Tensor) -> float:
    step = up(theta) - up(theta0)
    first = gradient(loss, theta0) @ step
    second = hvp(loss, theta0, step) @ step
    return float(loss(up(theta0))) + float(first) + float(second) / 2


def inertia(H: Tensor) -> tuple[int, int, int]:
    """Positive, zero and negative eigenvalues, after scaling the largest to one."""
    H = up(H)
    size = torch.linalg.matrix_norm(H, 2)
    if size == 0:
        return 0, len(H), 0
    values = torch.linalg.eigvalsh(H / size)
    return int((values > EPSILON).sum()), int((values.abs() <= EPSILON).sum()), int((values < -EPSILON).sum())


def kind(p: int, z: int, m: int) -> str:
    match (p > 0, z > 0, m > 0):
        case (True, _, True):
            return "saddle"
        case (_, True, _):
            return "degenerate"
        case (True, _, _):
            return "minimum"
    return "maximum"


def finite(*tensors: Tensor) -> None:
    for t in tensors:
        if t.isnan().any() or t.isinf().any():
            raise ValueError("a derivative is NaN or infinite")


def classify(gradient: Tensor, hessian: Tensor) -> str:
    finite(gradient, hessian)
    return "not critical" if up(gradient).norm() > 1e-6 else kind(*inertia(hessian))


def escape_direction(hessian: Tensor):
    if inertia(hessian)[2] == 0:
        return None
    return torch.linalg.eigh(up(hessian)).eigenvectors[:, 0].contiguous()


def minimum_ratio(hessian: Tensor) -> float:
    return inertia(hessian)[0] / len(hessian)


def analyze(loss, theta: Tensor, tol: float = 1e-3):
    g, H = gradient(loss, theta), hessian(loss, theta)
    finite(g, H)
    p, z, m = inertia(H)
    norm = float(g.norm())
    return norm, p / (p + z + m), "not critical" if norm > tol else kind(p, z, m)
