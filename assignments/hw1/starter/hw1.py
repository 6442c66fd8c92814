"""Homework 1: why is the loss large?

Seven functions for you to write. The handout says what each must return; the module
`survey` (in `public/`) draws rows to try them on. Check as often as you like:

    grader check
"""

import torch
from torch import nn


def build(n_features):
    """The network: n_features inputs, 64 and 32 rectified units, one output."""
    raise NotImplementedError(
        "build is yours to write. Begin here: nn.Sequential of three nn.Linear layers with "
        "nn.ReLU between them. The last layer has one output and nothing after it."
    )


def train(model, X, y, epochs=500, batch_size=128, lr=1e-3, seed=0):
    """Train with Adam on the mean squared error; X (m, d), y (m,). Return the model."""
    raise NotImplementedError(
        "train is yours to write. For each epoch: shuffle the rows, and for each batch clear "
        "the gradients, compute the loss, go backward, step. Compare shapes before you subtract."
    )


def predict(model, X):
    """Predictions (m,) for the rows of X (m, d), in evaluation mode; the model stays as it is."""
    raise NotImplementedError(
        "predict is yours to write. The model answers with (m, 1); what is wanted is (m,). "
        "torch.no_grad() keeps the graph away."
    )


def diagnose(train, validation, test, target, shallower=()):
    """Name the cause of a large loss; a loss is large when it is above the target."""
    raise NotImplementedError(
        "diagnose is yours to write. Look at the training loss first, and compare it with the "
        "shallower networks; then at validation; then at test."
    )


def failing_depth(losses):
    """Smallest depth, from 1, with a larger training loss than a shallower network; or None."""
    raise NotImplementedError(
        "failing_depth is yours to write. For [0.28, 0.18, 0.14, 0.10, 0.34] the answer is 5."
    )


def early_stop(losses, patience):
    """Epoch, from 0, of the best loss before `patience` epochs in a row brought no better."""
    raise NotImplementedError(
        "early_stop is yours to write. Keep the best epoch and count how long it has been the "
        "best. A tie is not better."
    )


def train_robust(model, X, y, X_val, y_val, seed=0):
    """Train on few and noisy rows with a remedy against overfitting. Return the model."""
    raise NotImplementedError(
        "train_robust is yours to write. The simplest remedy: after each epoch look at the loss "
        "on X_val, y_val, and keep the weights of the best epoch."
    )
