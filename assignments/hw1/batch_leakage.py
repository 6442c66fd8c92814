"""Why a row's answer depends on the rows around it: a cause is named where its mark is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model_client import same

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    Ask = Callable[[Tensor], Tensor]


def explain_order(ask: Ask, X: Tensor) -> str:
    """Look whether equal rows are answered by their place, the same each time."""
    equal = X[:1].repeat(len(X), 1)
    answers = ask(equal)
    by_place = not same(answers, answers[:1].expand(len(X))) and same(ask(equal), answers)
    return ": even equal rows do, so a row's number is an input" if by_place else ""


def explain_neighbours(ask: Ask, X: Tensor) -> str:
    """Look whether all rows may be stretched and shifted together without any effect."""
    scaled = same(ask(5 * X + 3), ask(X))
    return ": rows are scaled by their own mean and spread" if scaled else ""
