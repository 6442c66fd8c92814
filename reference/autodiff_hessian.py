"""Derivatives of any differentiable callable by autograd: one graph, many products.

The graph of the gradient is built once; each row of the Hessian is one walk through it.
Walks are taken in batches small enough that the largest saved tensor of the graph, times the
batch, stays in the cache (1 MiB): all at once loses to the plain loop as soon as it does not.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

Loss: TypeAlias = Callable[[Tensor], Tensor]

CACHE = 1 << 20
LARGEST_BATCH = 64
FEW_ROWS = 24
"""Below this many rows the loop is as good, and a slow import of torch is spared."""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A loss and its gradient at one point, with the graph that differentiates them further."""

    point: Tensor
    value: Tensor
    gradient: Tensor
    largest: int
    """Bytes of the largest tensor that the graph keeps; 0 where it was not measured."""

    def product(self, v: Tensor) -> Tensor:
        """Return the Hessian times v (n,)."""
        if not self.gradient.requires_grad:
            return torch.zeros_like(v)
        return self._walk(self.gradient @ v)

    def hessian(self) -> Tensor:
        """Return the exact Hessian (n, n), exactly symmetric."""
        n = self.point.numel()
        if not self.gradient.requires_grad:
            return self.point.detach().new_zeros(n, n)
        batch = batch_size(n, self.largest)
        H = self._rows_one_by_one() if batch == 1 else self._rows_in_batches(batch)
        return (H + H.T) / 2

    def _rows_one_by_one(self) -> Tensor:
        return torch.stack([self._walk(self.gradient[i]) for i in range(self.point.numel())])

    def _rows_in_batches(self, batch: int) -> Tensor:
        n = self.point.numel()
        H = self.point.detach().new_empty(n, n)
        try:
            for start in range(0, n, batch):
                units = H.new_zeros(min(batch, n - start), n)
                units.diagonal(start).fill_(1.0)
                H[start : start + batch] = self._walk(self.gradient, units)
        except RuntimeError:  # an operation that cannot be batched
            return self._rows_one_by_one()
        return H

    def _walk(self, end: Tensor, units: Tensor | None = None) -> Tensor:
        """Differentiate the scalar `end`, or all rows of `units` (k, n) times it at once."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # vmap announces what it imports and what is slow
            (rows,) = torch.autograd.grad(
                end,
                self.point,
                grad_outputs=units,
                retain_graph=True,
                allow_unused=True,
                materialize_grads=True,
                is_grads_batched=units is not None,
            )
        return rows.detach()


def batch_size(n: int, largest: int) -> int:
    """Rows per walk, for a graph whose largest saved tensor has `largest` bytes."""
    return 1 if n < FEW_ROWS else max(1, min(CACHE // max(largest, 1), LARGEST_BATCH, n))


def evaluate(loss: Loss, point: Tensor, *, track: bool = True) -> Tensor:
    """Evaluate `loss`, with a graph if `track`; ValueError unless it is one real number."""
    with torch.set_grad_enabled(track):
        value = loss(point)
    if not isinstance(value, Tensor):
        raise ValueError(f"the loss returned {type(value).__name__}; it must return a tensor")  # noqa: TRY004  (one kind of error for all bad input)
    if value.numel() != 1 or value.is_complex():
        raise ValueError(f"the loss is {tuple(value.shape)} {value.dtype}; it must be one number")
    return value.reshape(())


def differentiate(
    loss: Loss, theta: Tensor, *, twice: bool = True, measured: bool = False
) -> Graph:
    """Build the graph of `loss` and its gradient at `theta` (n,), which must be finite.

    Coordinates that the loss ignores have derivative 0.  With `twice=False` the gradient
    cannot be differentiated again; with `measured` the graph's tensors are sized, for batching.
    Raises ValueError where loss or gradient is not finite.
    """
    point = theta.detach().clone().requires_grad_()
    sizes = [0]

    def note(saved: Tensor) -> Tensor:
        sizes.append(saved.numel() * saved.element_size())
        return saved

    hooks = torch.autograd.graph.saved_tensors_hooks(note, _itself)
    with hooks if measured else contextlib.nullcontext():
        value = evaluate(loss, point)
        gradient = torch.zeros_like(theta)
        if value.requires_grad:
            (gradient,) = torch.autograd.grad(
                value, point, create_graph=twice, allow_unused=True, materialize_grads=True
            )
    if not bool(torch.isfinite(value.detach() + gradient.detach().sum())):
        _refuse(value.detach(), gradient.detach())
    return Graph(point, value.detach(), gradient, max(sizes))


def _itself(saved: Tensor) -> Tensor:
    return saved


def _refuse(value: Tensor, gradient: Tensor) -> None:
    """Raise where an entry is not finite (a sum can overflow without one)."""
    if not bool(torch.isfinite(value)):
        raise ValueError(f"the loss is {float(value)} at this theta")
    if not bool(torch.isfinite(gradient).all()):
        raise ValueError("the gradient has an entry that is NaN or infinite")
