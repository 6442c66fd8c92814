"""The mistakes that are common in hw1's rules, each by its answers to the same few questions."""

from typing import Final

from grader import Misconceptions

EPOCHS: Final = Misconceptions(
    questions=(
        ([3.0, 2.0, 2.0, 2.0, 1.0], 2),
        ([3.0, 2.0, 2.5, 1.0], 2),
        ([5.0, 4.0, 4.0, 6.0, 7.0, 3.0, 8.0], 4),
        ([5.0, 4.0, 6.0, 7.0, 3.0, 8.0, 9.0, 9.0, 2.0, 4.0], 3),
        ([1.0, 2.0, 3.0, 4.0, 0.5, 6.0], 3),
        ([2.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0, 0.0], 4),
    ),
    mistakes={
        "it waits one epoch longer than the patience": (4, 3, 5, 8, 4, 1),
        "it stops one epoch before patience runs out": (1, 1, 1, 1, 0, 1),
        "it takes a tie for a new best": (4, 3, 5, 4, 0, 2),
        "it never stops": (4, 3, 5, 8, 4, 7),
        "it returns the epoch at which it stops": (3, 3, 6, 7, 3, 5),
        "it counts epochs from 1": (2, 4, 6, 5, 1, 2),
    },
)
"""Of `early_stop(losses, patience)`."""
DEPTHS: Final = Misconceptions(
    questions=(
        ([5.0, 4.0, 4.0, 6.0, 3.0],),
        ([5.0, 3.0, 4.0, 6.0, 2.0, 9.0],),
        ([4.0, 3.0, 2.0],),
        ([2.0, 5.0, 1.0, 4.0],),
        ([3.0, 3.0],),
    ),
    mistakes={
        "it counts depths from 0": (3, 2, None, 1, None),
        "it takes a tie for a larger loss": (3, 3, None, 2, 2),
        "it returns the last such depth, and not the first": (4, 6, None, 4, None),
        "it compares with the first depth alone": (4, 4, None, 2, None),
        "it returns the depth of the largest loss": (4, 6, None, 2, None),
        "it says 0 where no depth fails, and not None": (4, 3, 0, 2, 0),
    },
)
"""Of `failing_depth(losses)`."""
_FINE, _BIAS, _OVER, _FAR, _STUCK = (
    *("fine", "model bias", "overfitting"),
    *("mismatch", "optimization issue"),
)
DIAGNOSES: Final = Misconceptions(
    questions=(
        (0.5, 0.5, 0.5, 0.5, []),
        (0.1, 0.6, 0.6, 0.5, []),
        (0.1, 0.6, 0.2, 0.5, []),
        (0.1, 0.5, 0.6, 0.5, []),
        (0.9, 0.9, 0.9, 0.5, [0.8, 0.95]),
        (0.9, 0.9, 0.9, 0.5, [0.95, 0.8]),
        (0.9, 0.9, 0.9, 0.5, [0.8, 0.85]),
        (0.9, 0.9, 0.9, 0.5, [0.4, 0.95]),
        (0.9, 0.9, 0.9, 0.5, [0.9]),
    ),
    mistakes={
        "it takes a loss for large that equals the target": (
            *(_BIAS, _OVER, _OVER, _OVER),
            *(_STUCK, _STUCK, _STUCK, _STUCK, _BIAS),
        ),
        "it looks at the testing loss before the validation loss": (
            *(_FINE, _FAR, _OVER, _FAR),
            *(_STUCK, _STUCK, _STUCK, _STUCK, _BIAS),
        ),
        "it leaves the validation loss out": (
            *(_FINE, _OVER, _FINE, _OVER),
            *(_STUCK, _STUCK, _STUCK, _STUCK, _BIAS),
        ),
        "it wants all shallower losses to be smaller, where one is enough": (
            *(_FINE, _OVER, _OVER, _FAR),
            *(_BIAS, _BIAS, _STUCK, _BIAS, _BIAS),
        ),
        "it compares with the next shallower network alone": (
            *(_FINE, _OVER, _OVER, _FAR),
            *(_BIAS, _STUCK, _STUCK, _BIAS, _BIAS),
        ),
        "it wants a shallower loss to be small, where smaller is enough": (
            *(_FINE, _OVER, _OVER, _FAR),
            *(_BIAS, _BIAS, _BIAS, _STUCK, _BIAS),
        ),
        "it never looks at the shallower losses": (
            *(_FINE, _OVER, _OVER, _FAR),
            *(_BIAS, _BIAS, _BIAS, _BIAS, _BIAS),
        ),
        "it takes a shallower loss for smaller that equals the training loss": (
            *(_FINE, _OVER, _OVER, _FAR),
            *(_STUCK, _STUCK, _STUCK, _STUCK, _STUCK),
        ),
    },
)
"""Of `diagnose(train, validation, test, target, shallower)`."""
