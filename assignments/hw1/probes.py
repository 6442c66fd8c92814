"""What is done to a model where it is: these functions run in the student's worker."""

from __future__ import annotations

import copy

from torch import Tensor, nn

SHARE = 0.5


def copied(model: nn.Module) -> nn.Module:
    """Return another model with the same weights."""
    return copy.deepcopy(model)


def add_dropout(model: nn.Module) -> None:
    """Have every layer drop a share of what it gives, as long as it is in training mode."""
    for layer in model.modules():
        if not any(layer.children()):
            layer.register_forward_hook(_drop)


def _drop(layer: nn.Module, _: object, answer: Tensor) -> Tensor:
    return nn.functional.dropout(answer, SHARE, layer.training)
