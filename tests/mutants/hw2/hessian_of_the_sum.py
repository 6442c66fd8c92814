"""The Hessian of a network is that of the sum of squares, since the mean was forgotten.

Loses: test_hessian_of_a_perfect_fit, test_hessian_of_a_network
"""

import numpy as np
import torch


def gradient(loss, theta):
    theta = theta.detach().clone()
    theta.requires_grad = True
    loss(theta).backward()
    return theta.grad.cpu().numpy()


def hessian(loss, theta):
    def total(t):
        if hasattr(loss, "outputs"):
            return ((loss.outputs(t) - loss.y) ** 2).sum()
        return loss(t)

    H = torch.autograd.functional.hessian(total, theta.detach().clone())
    return H.cpu().numpy()


def taylor(loss, theta0, theta):
    step = (theta - theta0).cpu().numpy()
    value = loss(theta0).item()
    slope = gradient(loss, theta0) @ step
    bend = step @ hessian(loss, theta0) @ step
    return value + slope + bend / 2


def eigenvalues(H):
    return np.linalg.eigvalsh(np.asarray(torch.as_tensor(H).cpu()))


def count_signs(values):
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
    return name(*count_signs(eigenvalues(H)))


def escape_direction(hessian):
    values, vectors = np.linalg.eigh(np.asarray(torch.as_tensor(hessian).cpu()))
    if values[0] >= -1e-8 * np.abs(values).max():
        return None
    return vectors[:, 0]


def minimum_ratio(hessian):
    positive, zero, negative = count_signs(eigenvalues(hessian))
    return positive / (positive + zero + negative)


def analyze(loss, theta, tol=1e-3):
    g = gradient(loss, theta)
    H = hessian(loss, theta)
    if not np.all(np.isfinite(g)) or not np.all(np.isfinite(H)):
        raise ValueError("not finite")
    norm = np.linalg.norm(g)
    signs = count_signs(eigenvalues(H))
    kind = "not critical" if norm > tol else name(*signs)
    return float(norm), signs[0] / len(g), kind
