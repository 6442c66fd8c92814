"""What an assertion held an answer to, as data: so that others can hold the answer to it again.

An assertion that fails raises its claim together with its words. `got` is what was held to it: an
answer, a part of one, or what was made of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.submission.answers import Array


@dataclass(frozen=True, slots=True, eq=False)
class Close:
    """Each entry of `got` is within `atol + rtol * |expected|` of its entry of `expected`.

    The one at `worst`, counted through all axes, is farthest off. `of` is how `got` is made, as for
    `assert_close`.
    """

    got: object
    expected: Array
    rtol: float
    atol: float
    worst: int
    of: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Shaped:
    """`got` is an array of real numbers, of a `shape` if that is not None."""

    got: object
    shape: tuple[int, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """`got` is a real number."""

    got: object


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """`got` is one of the `allowed` words."""

    got: object
    allowed: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """`got` is a tuple or a list of `n` things."""

    got: object
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Raises:
    """The call raises the built-in exception of this name, or one derived from it."""

    error: str


@dataclass(frozen=True, slots=True, eq=False)
class Unchanged:
    """The call leaves its arguments as they were."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left op right`, of two values that a check compared."""

    op: str
    left: object
    right: object


Claim: TypeAlias = Close | Shaped | Real | OneOf | Parts | Raises | Unchanged | Comparison


class ClaimError(AssertionError):
    """A claim is false, and these are the words for it."""

    def __init__(self, words: str, claim: Claim) -> None:
        super().__init__(words, claim)
        self.words, self.claim = words, claim

    def __str__(self) -> str:
        return self.words
