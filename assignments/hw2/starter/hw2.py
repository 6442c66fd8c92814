"""Homework 2: stuck: local minimum or saddle point?

Seven functions for you to write. The handout says what each must return; the module
`surfaces` (in `public/`) holds loss functions to try them on. Check as often as you like:

    grader check
"""

import torch

ZERO_GRADIENT = 1e-6  # a gradient is zero when its 2-norm is at most this
ZERO_EIGENVALUE = 1e-8  # an eigenvalue is zero when it is at most this share of the largest


def gradient(loss, theta):
    """First derivatives of `loss` at `theta (n,)`, as a tensor (n,)."""
    raise NotImplementedError(
        "gradient is yours to write. Begin here: take a copy of theta that requires a "
        "gradient, call loss on it, and ask torch.autograd.grad for the derivatives."
    )


def hessian(loss, theta):
    """Second derivatives of `loss` at `theta (n,)`, as a symmetric tensor (n, n)."""
    raise NotImplementedError(
        "hessian is yours to write. Differentiate the gradient once more, one entry at a "
        "time; create_graph=True keeps what is needed for that. Try it on Lee() at the origin. "
        "Once it is right, make it fast: it is raced."
    )


def taylor(loss, theta0, theta):
    """Second-order expansion of `loss` around `theta0`, evaluated at `theta`: one number."""
    raise NotImplementedError(
        "taylor is yours to write: loss(theta0) + g·d + ½ d·H d with d = theta - theta0. "
        "On a Quadratic it must give loss(theta) itself."
    )


def classify(gradient, hessian):
    """Return "not critical", "minimum", "maximum", "saddle" or "degenerate".

    Raises ValueError if an entry of either is NaN or infinite.
    """
    raise NotImplementedError(
        "classify is yours to write. First look at the norm of the gradient, then at the "
        "signs of the eigenvalues (torch.linalg.eigvalsh), with zero as the handout defines it."
    )


def escape_direction(hessian):
    """Unit vector (n,) of most negative curvature, or None if no eigenvalue is negative."""
    raise NotImplementedError(
        "escape_direction is yours to write. torch.linalg.eigh sorts its eigenvalues; which "
        "column belongs to the smallest?"
    )


def minimum_ratio(hessian):
    """Share of the eigenvalues that are positive, as a float."""
    raise NotImplementedError(
        "minimum_ratio is yours to write: count the positive eigenvalues, divide by how many "
        "eigenvalues there are, zeros included."
    )


def analyze(loss, theta, tol=1e-3):
    """Return (gradient norm, minimum ratio, kind) of a network's loss at `theta`."""
    raise NotImplementedError(
        "analyze is yours to write, last of all: put the others together, with `tol` for the "
        "gradient."
    )
