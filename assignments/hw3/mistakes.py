"""What comes out if a common mistake is made, by words for it: so an answer shows which one it was.

Where one answer could come of many, as a count could, whoever is wrong is asked a question more, to
which each mistake has an answer of its own.
"""

from collections.abc import Callable, Mapping
from functools import partial
from operator import ge, gt, itemgetter
from typing import Any, Final

import numpy as np
from torch import Tensor
from torch.nn.functional import max_pool2d

from grader import Misconceptions, as_number, as_word

from .curves import CAUSES, ROWS
from .strategies import Sliding, slide, tensor

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
        "rows and columns of the filters have changed places": slide(x, w.swapaxes(2, 3)),
    }
    return {words: tensor(y, 2) for words, y in found.items()} | {
        "this is the mean over channels, and not the sum": right / x.shape[1],
        "this is divided by the number of a filter's weights": right / np.prod(sides),
    }


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
    windows = x.unfold(2, k, k).unfold(3, k, k)
    return {
        "this is the mean of each window": windows.mean((4, 5)),
        "this is the upper left value of each window": windows[..., 0, 0],
        "the windows overlap: they move by one pixel, and not by k": max_pool2d(x, k, stride=1),
        "what is left over at the rim is pooled as well": max_pool2d(x, k, ceil_mode=True),
    }


_INPUT, _POOL = {"layer": "input", "shape": (3, 13, 10)}, {"layer": "pool", "size": 2}
_ENDS = [{"layer": "linear", "units": 7, "bias": True}, {"layer": "linear", "units": 3}]
_FIRST, _NEXT = ({"layer": "conv", "filters": n, "size": k} for n, k in ((4, 3), (5, 2)))
COUNTS: Final = Misconceptions(
    [([_INPUT, _FIRST, _POOL, {**_NEXT, lacks: False}, *_ENDS],) for lacks in ("bias", "shared")],
    {
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
    },
)
"""Of `count_parameters(layers)`; where nothing is wrong the answers are 643 and 1583."""


def assert_count(count: Callable[..., Any], layers: list[dict[str, Any]], total: int) -> None:
    """Hold a count to the total, and name the mistake if there is one."""
    COUNTS.assert_answer(lambda asked: as_number(count(asked)), (layers,), total, what="count")


def assert_causes(export: Callable[..., Any], table: list[tuple[dict[str, Any], str]]) -> None:
    """Hold `compare` to the cause of each case, and name what was misread if that shows."""
    every = [curves for curves, _ in table]
    wrong = {words: [*map(read, every)] for words, read in MISREADINGS.items()}
    known = Misconceptions([(curves,) for curves in every], wrong)
    for curves, cause in table:
        known.assert_answer(
            lambda asked: as_word(export(asked), CAUSES), (curves,), cause, what="cause"
        )


def _read(curves: Mapping[str, Any], pick: Any = itemgetter(-1), large: Any = gt) -> str:
    """Name the cause as whoever picks another epoch, or takes other errors for large, reads it."""
    train, test = (
        tuple(n for n in ("mlp", "cnn") if large(pick(curves[n][part]), curves["target"]))
        for part in ("train", "test")
    )
    return next(cause for *seen, cause in ROWS if seen == [train, test])


def _swapped(curves: Mapping[str, Any]) -> str:
    return _read({**curves, "mlp": curves["cnn"], "cnn": curves["mlp"]})


MISREADINGS: Final[dict[str, Callable[..., str]]] = {
    "the two networks have changed places": _swapped,
    "the first epoch counts here, and not the last": partial(_read, pick=itemgetter(0)),
    "the best epoch counts here, and not the last": partial(_read, pick=min),
    "an error that equals the target is taken for large": partial(_read, large=ge),
}
"""By words for it, the cause that whoever makes a mistake names."""
