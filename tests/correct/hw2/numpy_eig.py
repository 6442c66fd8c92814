"""Right, with numpy for everything but the derivatives, and numpy's general eigenvalues."""

import numpy as np
import torch
from torch.autograd.functional import hessian as autograd_hessian


def gradient(loss, theta):
    theta = theta.detach().clone()
    theta.requires_grad = True
    loss(theta).backward()
    return theta.grad.cpu().numpy()


def hessian(loss, theta):
    H = autograd_hessian(loss, theta.detach().clone()).cpu().numpy()
    return (H + H.T) / 2


def taylor(loss, theta0, theta):
    d = (theta - theta0).cpu().numpy()
    return loss(theta0).item() + gradient(loss, theta0).dot(d) + d.dot(hessian(loss, theta0)).dot(d) / 2


def eigenvalues(H):
    values = np.linalg.eig(np.asarray(torch.as_tensor(H).cpu()))[0].real
    values[np.abs(values) <= 1e-8 * np.abs(values).max()] = 0
    return values


def kind_of(values):
    if values.max() > 0 > values.min():
        return "saddle"
    if (values == 0).any():
        return "degenerate"
    return "minimum" if values.min() > 0 else "maximum"


def classify(gradient, hessian):
    g, H = np.asarray(torch.as_tensor(gradient).cpu()), np.asarray(torch.as_tensor(hessian).cpu())
    if not (np.isfinite(g).all() and np.isfinite(H).all()):
        raise ValueError("not finite")
    return "not critical" if np.linalg.norm(g) > 1e-6 else kind_of(eigenvalues(H))


def escape_direction(hessian):
    values, vectors = np.linalg.eig(np.asarray(torch.as_tensor(hessian).cpu()))
    lowest = values.real.argmin()
    if values.real[lowest] >= -1e-8 * np.abs(values).max():
        return None
    v = vectors[:, lowest].real
    return v / np.linalg.norm(v)


def minimum_ratio(hessian):
    return np.mean(eigenvalues(hessian) > 0)


def analyze(loss, theta, tol=1e-3):
    g, H = gradient(loss, theta), hessian(loss, theta)
    if not (np.isfinite(g).all() and np.isfinite(H).all()):
        raise ValueError("not finite")
    norm = np.linalg.norm(g)
    return norm, minimum_ratio(H), "not critical" if norm > tol else kind_of(eigenvalues(H))
