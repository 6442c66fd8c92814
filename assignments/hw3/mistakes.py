"""What comes out if a common mistake is made, by words for it: so an answer shows which one it was.

Where one answer could come of many, as a count could, whoever is wrong is asked a question more, to
which each mistake has an answer of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from grader import as_number, as_word, assert_equal

from .curves import CAUSES, ROWS
from .strategies import slide, tensor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from torch import Tensor

    from .strategies import Sliding

TURNED: Final = "the filters are turned by 180°: in the handout's sum nothing is turned"
FIRST_CHANNEL: Final = "only the first channel is used: add up all of them"


def of_conv2d(case: Sliding) -> dict[str, Tensor]:
    """Return what comes out of a convolution by mistake."""
    x, w, right = case.x, case.w, case.answer
    sides = w.shape[2:]
    around = ((0, 0), (0, 0), *(((side - 1) // 2, side // 2) for side in sides))
    sums = x.sum(1, keepdims=True), w.sum(1, keepdims=True)
    found = {
        TURNED: slide(x, w[:, :, ::-1, ::-1]),
        FIRST_CHANNEL: slide(x[:, :1], w[:, :1]),
        "channels are added up before they are multiplied, and not after": slide(*sums),
        "zeros are put around the image: a filter lies wholly in it": slide(np.pad(x, around), w),
        "the filter moves by two pixels, and not by one": slide(x, w)[:, :, ::2, ::2],
    }
    fits = sides[0] <= x.shape[3] and sides[1] <= x.shape[2]
    transposed = slide(x, w.swapaxes(2, 3)) if fits else _nothing(case)
    found["rows and columns of the filters have changed places"] = transposed
    return {words: tensor(y, 2) for words, y in found.items()} | {
        "this is the mean over channels, and not the sum": right / x.shape[1],
        "this is divided by the number of a filter's weights": right / np.prod(sides),
    }


def _nothing(case: Sliding) -> NDArray[np.int64]:
    """Return what comes out where transposed filters fit nowhere."""
    (n, _, height, width), (F, _, tall, wide) = case.x.shape, case.w.shape
    return np.zeros((n, F, max(0, height - wide + 1), max(0, width - tall + 1)), np.int64)


def of_matrix(placed: Tensor, turned: Tensor) -> dict[str, Tensor]:
    """Return what a matrix is by mistake; `placed` has it by filter, place, channel and pixel.

    `turned` is the same of filters that are turned.
    """
    rows = placed.shape[:3].numel()
    whole, first = placed.reshape(rows, -1), placed.clone()
    first[:, :, :, 1:] = 0
    return {
        "this is the transpose: a place is a row": whole.T,
        TURNED: turned.reshape(rows, -1),
        FIRST_CHANNEL: first.reshape(rows, -1),
        "channels come last in its columns": placed.permute(0, 1, 2, 4, 5, 3).reshape(rows, -1),
        "filters come last in its rows": placed.permute(1, 2, 0, 3, 4, 5).reshape(rows, -1),
        "images are laid out column by column": placed.mT.reshape(rows, -1),
    }


def of_pool2d(x: Tensor, k: int) -> dict[str, Tensor]:
    """Return what pooling gives by mistake."""
    windows = x.unfold(2, k, 1).unfold(3, k, 1)
    apart = windows[:, :, ::k, ::k]
    over = (0, -x.shape[3] % k, 0, -x.shape[2] % k)
    padded = torch.nn.functional.pad(x, over, value=-torch.inf)
    return {
        "this is the mean of each window": apart.mean((4, 5)),
        "this is the upper left value of each window": apart[..., 0, 0],
        "the windows overlap: they move by one pixel, and not by k": windows.amax((4, 5)),
        "what is left over at the rim is pooled as well": padded.unfold(2, k, k)
        .unfold(3, k, k)
        .amax((4, 5)),
    }


_INPUT, _POOL = {"layer": "input", "shape": (3, 13, 10)}, {"layer": "pool", "size": 2}
_ENDS = [{"layer": "linear", "units": 7, "bias": True}, {"layer": "linear", "units": 3}]
_FIRST, _NEXT = ({"layer": "conv", "filters": n, "size": k} for n, k in ((4, 3), (5, 2)))
SHARED: Final = [_INPUT, _FIRST, _POOL, {**_NEXT, "bias": False}, *_ENDS]
UNSHARED: Final = [_INPUT, _FIRST, _POOL, {**_NEXT, "shared": False}, *_ENDS]
COUNTS: Final = {
    "the biases are forgotten": (629, 1509),
    "a bias is counted that `bias` says is not there": (648, 1583),
    "a bias that is not spoken of is left out: it is there": (636, 1516),
    "one bias a layer is counted, where each filter has one": (640, 1532),
    "the channels are forgotten: a filter has weights for each": (511, 791),
    "k weights a channel are counted, where a filter has k²": (531, 1031),
    "shared weights are counted twice": (835, 1695),
    "a shared filter is counted at each of its places": (11267, 11327),
    "a filter that is not shared is counted once": (643, 648),
    "one bias for all places is counted, where a filter is not shared": (643, 1528),
    "a linear layer is given one channel: it sees all of them": (289, 1229),
    "a linear layer is given the image, where units came before it": (802, 1742),
    "pooling is left out: it makes images smaller": (2673, 8543),
    "pooling rounds up: what is left over at the rim is dropped": (748, 1943),
    "images stay as large after a convolution: they become smaller by k-1": (1273, 3743),
}
"""Of `SHARED` and `UNSHARED`; where nothing is wrong these are 643 and 1583."""


def assert_count(count: Any, layers: list[dict[str, Any]], total: int) -> None:
    """Hold a count to the total, and name the mistake if there is one."""
    got = as_number(count(layers))
    if got == total:
        return
    pair = as_number(count(SHARED)), as_number(count(UNSHARED))
    got = as_number(count(layers))  # again: a check shows its latest call
    assert got != total, f"asked the same again, it answers {got!r}"
    named = {words: got for words, wrong in COUNTS.items() if wrong == pair}
    assert_equal(got, total, what="count", mistakes=named)


def assert_causes(export: Any, table: list[tuple[dict[str, Any], str]]) -> None:
    """Hold `compare` to the cause of each case, and name what was misread if that shows."""

    def compare(curves: dict[str, Any]) -> str:
        return as_word(export(curves), CAUSES)

    wrong = next(((curves, cause) for curves, cause in table if compare(curves) != cause), None)
    if wrong is None:
        return
    answers = [compare(curves) for curves, _ in table]
    got = compare(wrong[0])  # again: a check shows its latest call
    assert got != wrong[1], f"asked the same again, it answers {got!r}"
    seen = [words for words, read in MISREADINGS.items() if [read(c) for c, _ in table] == answers]
    assert_equal(got, wrong[1], what="cause", mistakes=dict.fromkeys(seen, got))


def _misread(curves: Mapping[str, Any], pick: Any = -1, *, tie: bool = False) -> str:
    """Name the cause that errors have if another epoch counts, or a tie does."""

    def large(network: str, part: str) -> bool:
        errors, target = curves[network][part], curves["target"]
        error = pick(errors) if callable(pick) else errors[pick]
        return bool(error > target or (tie and error == target))

    seen = (tuple(n for n in ("mlp", "cnn") if large(n, part)) for part in ("train", "test"))
    return {(train, test): cause for train, test, cause in ROWS}[tuple(seen)]  # type: ignore[index]  # two parts


def _swapped(curves: Mapping[str, Any]) -> str:
    return _misread({"mlp": curves["cnn"], "cnn": curves["mlp"], "target": curves["target"]})


MISREADINGS: Final = {
    "the two networks have changed places": _swapped,
    "the first epoch counts here, and not the last": lambda curves: _misread(curves, 0),
    "the best epoch counts here, and not the last": lambda curves: _misread(curves, min),
    "an error that equals the target is taken for large": lambda c: _misread(c, tie=True),
}
"""By words for it, the cause that whoever makes a mistake names."""
