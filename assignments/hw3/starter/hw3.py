"""Homework 3: fewer and shared parameters.

Nine functions for you to write. The handout says what each must return; the module `images` (in
`public/`) draws images to try them on, and `forms` says how your networks are judged. Check as often
as you like:

    grader check
"""

import torch
from torch import nn


def conv2d(x, w):
    """Slide filters `w (F, C, k, l)` over images `x (n, C, H, W)`: (n, F, H - k + 1, W - l + 1)."""
    raise NotImplementedError(
        "conv2d is yours to write. Begin here: take one window of one image, multiply it by one "
        "filter, add up. Try an image that is a single point."
    )


def conv2d_matrix(w, shape):
    """The matrix (F·H'·W', C·H·W) of conv2d with filters `w`, for an image of `shape (C, H, W)`."""
    raise NotImplementedError(
        "conv2d_matrix is yours to write. Which pixels does the output at one place see, and by "
        "which weights? That is one row. Once it is right, make it fast: it is raced."
    )


def count_parameters(layers):
    """How many numbers a network with these layers learns."""
    raise NotImplementedError(
        "count_parameters is yours to write. Follow the shape (C, H, W) through the layers; only "
        '"conv" and "linear" have something to count.'
    )


def pool2d(x, k):
    """The largest value of each k by k window of `x (n, C, H, W)`: (n, C, H // k, W // k)."""
    raise NotImplementedError("pool2d is yours to write: windows side by side, the rest left out.")


def build_cnn(shape, classes):
    """Filters, ReLU, each filter's largest value over all places, a linear layer."""
    raise NotImplementedError(
        "build_cnn is yours to write: how many filters, and how large, may be chosen within the "
        "budget."
    )


def build_mlp(shape, classes):
    """All pixels in a row, 64 units with ReLU, a linear layer."""
    raise NotImplementedError("build_mlp is yours to write: nn.Flatten makes a row of an image.")


def train(model, x, y, seed=0):
    """Return the model, trained on images `x (n, C, H, W)` and their classes `y (n,)`."""
    raise NotImplementedError(
        "train is yours to write: batches in an order drawn from `seed`, the cross-entropy, an "
        "optimizer."
    )


def predict(model, x):
    """The class of each image, (n,)."""
    raise NotImplementedError("predict is yours to write: the number of the largest output.")


def compare(curves):
    """Return "fine", "overfitting", "mismatch", "optimization issue", "place matters", "model bias"."""
    raise NotImplementedError(
        "compare is yours to write: look at the last training errors first, then at the last "
        "testing errors."
    )
