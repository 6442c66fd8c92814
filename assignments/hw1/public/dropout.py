"""Dropout of a model's answers, by which it shows which mode it is in."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True)
class Dropout:
    """A hook: `model.register_forward_hook(Dropout(0.5))`.

    As long as the model is in training mode it then drops a share of what it answers, each time
    another, and doubles the rest; in evaluation mode it answers as before.
    """

    share: float

    def __call__(self, model: nn.Module, _inputs: object, answer: Tensor) -> Tensor:
        """Return the answer, or in training mode what is left of it."""
        return nn.functional.dropout(answer, self.share, model.training)
