"""The gradient is rounded to 64ths.

Loses: test_gradient_is_exact, test_linear_losses_have_no_curvature, test_arguments_are_left_alone
"""

import numpy as np
import torch


def first(loss, theta):
    theta = theta.detach().clone()
    theta.requires_grad = True
    loss(theta).backward()
    return theta.grad.cpu().numpy()


def second(loss, theta):
    return torch.autograd.functional.hessian(loss, theta.detach().clone()).cpu().numpy()


def gradient(loss, theta):
    g = first(loss, theta)
    return np.round(g * 64) / 64


def hessian(loss, theta):
    return second(loss, theta)


def taylor(loss, theta0, theta):
    step = (theta - theta0).cpu().numpy()
    value = loss(theta0).item()
    return value + first(loss, theta0) @ step + step @ second(loss, theta0) @ step / 2


def count_signs(H):
    values = np.linalg.eigvalsh(H)
    bound = 1e-8 * np.abs(values).max()
    positive = int((values > bound).sum())
    negative = int((values < -bound).sum())
    return positive, len(values) - positive - negative, negative


def name(positive, zero, negative):
    if positive > 0 and negative > 0:
        return "saddle"
    elif zero > 0:
        return "degenerate"
    elif positive > 0:
        return "minimum"
    else:
        return "maximum"


def classify(gradient, hessian):
    g = np.asarray(torch.as_tensor(gradient).cpu())
    H = np.asarray(torch.as_tensor(hessian).cpu())
    if not np.all(np.isfinite(g)) or not np.all(np.isfinite(H)):
        raise ValueError("not finite")
    if np.linalg.norm(g) > 1e-6:
        return "not critical"
    return name(*count_signs(H))


def escape_direction(hessian):
    values, vectors = np.linalg.eigh(np.asarray(torch.as_tensor(hessian).cpu()))
    if values[0] >= -1e-8 * np.abs(values).max():
        return None
    return vectors[:, 0]


def minimum_ratio(hessian):
    signs = count_signs(np.asarray(torch.as_tensor(hessian).cpu()))
    return signs[0] / sum(signs)


def analyze(loss, theta, tol=1e-3):
    g, H = first(loss, theta), second(loss, theta)
    if not np.all(np.isfinite(g)) or not np.all(np.isfinite(H)):
        raise ValueError("not finite")
    norm = np.linalg.norm(g)
    signs = count_signs(H)
    return float(norm), signs[0] / sum(signs), "not critical" if norm > tol else name(*signs)
