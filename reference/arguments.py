"""What arrives at the door: real, finite, float64, of the right shape, or a ValueError."""

from __future__ import annotations

import torch
from torch import Tensor


def finite(values: Tensor, name: str) -> Tensor:
    """Return `values` as a detached float64 tensor; it must be real, finite and not empty."""
    array = torch.as_tensor(values).detach()
    if array.is_complex():
        raise ValueError(f"{name} is complex; it must be real")
    if array.numel() == 0:
        raise ValueError(f"{name} is empty")
    array = array.to(torch.float64)
    if not bool(torch.isfinite(array).all()):
        raise ValueError(f"{name} has an entry that is NaN or infinite")
    return array


def vector(values: Tensor, name: str) -> Tensor:
    """Return `values` as a float64 tensor (n,)."""
    array = finite(values, name)
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {tuple(array.shape)}; it must be flat")
    return array


def square(values: Tensor, name: str) -> Tensor:
    """Return the symmetric part of `values` as a float64 tensor (n, n)."""
    array = finite(values, name)
    if array.ndim != 2 or array.shape[0] != array.shape[1]:
        raise ValueError(f"{name} has shape {tuple(array.shape)}; it must be square")
    return (array + array.T) / 2


def same_length(first: Tensor, name: str, second: Tensor, other: str) -> None:
    """Raise ValueError unless both have as many rows."""
    if len(first) != len(second):
        raise ValueError(
            f"{name} and {other} must match, but have {len(first)} and {len(second)} rows"
        )
