"""Homework 1 solved: train the note's network, and say why its loss is large.

The theory is chapter 2 of Hung-yi Lee's Machine Learning 2021: look at the training loss first,
then at the testing loss, and compare with shallower networks before blaming the model.
"""

from __future__ import annotations

import copy
import math
from itertools import chain
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn

from reference.hand_training import can_train, train_by_hand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTHS: Final = (64, 32)
ROBUST_EPOCHS: Final = 300
ROBUST_PATIENCE: Final = 30
ROBUST_DECAY: Final = 0.3
ROBUST_FEATURES: Final = 8


def build(n_features: int) -> nn.Sequential:
    """Make the note's network: `n_features` inputs, 64 and 32 rectified units, one output."""
    first, second = WIDTHS
    return nn.Sequential(
        nn.Linear(n_features, first),
        nn.ReLU(),
        nn.Linear(first, second),
        nn.ReLU(),
        nn.Linear(second, 1),
    )


def train(
    model: nn.Module,
    X: Tensor,
    y: Tensor,
    epochs: int = 500,
    batch_size: int = 128,
    lr: float = 1e-3,
    seed: int = 0,
) -> nn.Module:
    """Train `model` in place with Adam on the mean squared error; `X (m, d)`, `y (m,)`."""
    model.to(X.device)
    if can_train(model) and X.dtype == y.dtype == torch.float32:
        batches = chain.from_iterable(orders(X, epochs, batch_size, seed))
        train_by_hand(model, X.numpy(), y.numpy(), batches, lr)
        return model
    adam = torch.optim.Adam(model.parameters(), lr=lr, fused=True)
    for _ in passes(model, adam, X, y, epochs, batch_size, seed):
        pass
    return model


def passes(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    X: Tensor,
    y: Tensor,
    epochs: int,
    batch_size: int,
    seed: int,
) -> Iterator[int]:
    """Train for one epoch after another; yield after each."""
    targets = y.unsqueeze(1)
    for epoch, batches in enumerate(orders(X, epochs, batch_size, seed)):
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(X[rows]), targets[rows])
            loss.backward()
            optimizer.step()
        yield epoch


def orders(
    X: Tensor, epochs: int, batch_size: int, seed: int
) -> Iterator[tuple[Tensor | slice, ...]]:
    """Draw for each epoch a new order of X's rows, cut into batches; the last short one is kept.

    It is drawn on the CPU, so that a seed means the same on every device. A single batch is all
    the rows as they come.
    """
    rng = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        if len(X) <= batch_size:
            yield (slice(None),)
        else:
            yield torch.randperm(len(X), generator=rng).to(X.device).split(batch_size)


def predict(model: nn.Module, X: Tensor) -> Tensor:
    """Predictions `(m,)` for the rows of `X (m, d)`; the model stays as it is."""
    training = model.training
    model.eval()
    with torch.no_grad():
        answers: Tensor = model(X).squeeze(1)
    model.train(training)
    return answers


def diagnose(
    train: float,
    validation: float,
    test: float,
    target: float,
    shallower: Sequence[float] = (),
) -> str:
    """Name the cause of a large loss; a loss is large above `target`, small at it."""
    if train > target:
        outdone = any(loss < train for loss in shallower)
        return "optimization issue" if outdone else "model bias"
    if validation > target:
        return "overfitting"
    return "mismatch" if test > target else "fine"


def failing_depth(losses: Sequence[float]) -> int | None:
    """Return the smallest depth, from 1, whose loss is above that of some shallower network."""
    best = math.inf
    for depth, loss in enumerate(losses, start=1):
        if loss > best:
            return depth
        best = loss
    return None


def early_stop(losses: Sequence[float], patience: int) -> int:
    """Return the epoch of the best loss before `patience` epochs in a row brought no better."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best


def train_robust(
    model: nn.Module, X: Tensor, y: Tensor, X_val: Tensor, y_val: Tensor, seed: int = 0
) -> nn.Module:
    """Train in place on the features that matter most, with weight decay and early stopping.

    The other features are zeros in training, and their weights stay the zeros that they are set to,
    so that the model ignores them in any row. The state that does best on validation is kept.
    """
    model.to(X.device)
    chosen = strongest(X, y, ROBUST_FEATURES)
    with torch.no_grad():
        model.get_parameter("0.weight").mul_(chosen)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=ROBUST_DECAY, fused=True)
    best = float((predict(model, X_val) - y_val).square().mean())
    best_epoch, kept = 0, copy.deepcopy(model.state_dict())
    for epoch in passes(model, adam, X * chosen, y, ROBUST_EPOCHS, batch_size=128, seed=seed):
        loss = float((predict(model, X_val) - y_val).square().mean())
        if loss < best:
            best, best_epoch, kept = loss, epoch, copy.deepcopy(model.state_dict())
        if epoch - best_epoch >= ROBUST_PATIENCE:
            break
    model.load_state_dict(kept)
    return model


def strongest(X: Tensor, y: Tensor, count: int) -> Tensor:
    """Mark with 1 the `count` features of `X (m, d)` most correlated with `y`, the rest with 0."""
    centred = X - X.mean(0)
    spread = centred.norm(dim=0).clamp_min(torch.finfo(X.dtype).tiny)
    correlation = (y - y.mean()) @ centred / spread
    marks = torch.zeros_like(correlation)
    marks[correlation.abs().topk(min(count, len(marks))).indices] = 1
    return marks
