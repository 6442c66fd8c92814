"""The sign of the determinant decides, which says nothing beyond two dimensions.

Loses: test_classify_names_the_kind, test_classify_says_when_it_cannot_tell, test_classify_sees_a_saddle_beside_flat_directions, test_classify_turns_over_with_the_surface, test_classify_weighs_the_whole_gradient, test_classify_forgives_rounding_in_the_gradient, test_classify_refuses_what_is_not_finite, test_arguments_are_left_alone, test_classify_resolves_small_eigenvalues, test_classify_takes_tiny_eigenvalues_for_zero, test_classify_is_free_of_units, test_classify_is_free_of_coordinates
"""

import torch

ZERO = 1e-8


def gradient(loss, theta):
    theta = theta.clone().requires_grad_(True)
    (g,) = torch.autograd.grad(loss(theta), theta)
    return g


def hessian(loss, theta):
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
    size = torch.linalg.matrix_norm(hessian, 2)
    det = torch.linalg.det(hessian / size) if size > 0 else size
    if abs(det) <= ZERO:
        return "degenerate"
    if det < 0:
        return "saddle"
    return "minimum" if hessian[0, 0] > 0 else "maximum"


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
