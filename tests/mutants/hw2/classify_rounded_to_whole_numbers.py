"""The Hessian is rounded to whole numbers before its eigenvalues are taken.

Loses: test_classify_names_the_kind, test_classify_says_when_it_cannot_tell, test_classify_sees_a_saddle_beside_flat_directions, test_classify_turns_over_with_the_surface, test_classify_weighs_the_whole_gradient, test_classify_forgives_rounding_in_the_gradient, test_classify_refuses_what_is_not_finite, test_arguments_are_left_alone, test_classify_resolves_small_eigenvalues, test_classify_takes_tiny_eigenvalues_for_zero, test_classify_is_free_of_units, test_classify_is_free_of_coordinates
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
    return first(loss, theta)


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
    rounded = np.round(H)
    return name(*count_signs(rounded))


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
