"""What is said of the layers that a network's bends show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .layer_probe import Anatomy


def is_asked_for(found: Anatomy) -> bool:
    """Whether a network shows 64 and 32 units, and none behind; up to 2 of 64 may not show."""
    return _has_first(found) and _has_second(found) and found.lone < 0.12


def explain_layers(found: Anatomy) -> str:
    """Say which layers a network shows, where they are not those that are asked for."""
    if found.straight:
        units = "64" if _has_first(found) else f"about {found.first}"
        return (
            f"your network has one hidden layer of {units} units; "
            "two are asked for, of 64 and 32 units, each with its ReLU"
        )
    if not _has_first(found):
        return f"its bends show about {found.first} units in the first layer, expected 64"
    if not _has_second(found):
        return f"its bends show about {found.second} units behind the first, expected 32"
    return "its bends show units behind the second hidden layer, expected none"


def _has_first(found: Anatomy) -> bool:
    return abs(found.first - 64) <= 2


def _has_second(found: Anatomy) -> bool:
    return 28 <= found.second <= 38
