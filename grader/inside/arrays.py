"""Tensors and arrays on their way into a frame: their bytes, or words that say why they stay.

What is asked of a tensor is asked of torch's own class, past what a subclass may do instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from .data import AXES_LIMIT, NUMPY, TORCH

KINDS: Final = (torch.Tensor, np.ndarray)
_WORDS = {
    "O": "an array of Python objects; an array of numbers is asked for",
    "U": "an array of words; an array of numbers is asked for",
    "S": "an array of bytes; an array of numbers is asked for",
    "V": "an array of records; an array of numbers is asked for",
    "M": "an array of dates; an array of numbers is asked for",
    "m": "an array of times; an array of numbers is asked for",
}
_STAY: tuple[tuple[Callable[[torch.Tensor], bool], str], ...] = (
    (lambda value: value.is_nested, "a nested tensor; one array of numbers is asked for"),
    (
        lambda value: value.layout != torch.strided,
        "a sparse tensor; a dense one is asked for",
    ),
    (
        lambda value: value.device.type == "meta",
        "a tensor on the meta device, which holds no numbers; one with numbers is asked for",
    ),
    (lambda value: value.is_quantized, "a quantized tensor; one of plain numbers is asked for"),
)
_DOUBLE = {"f": np.float64, "c": np.complex128}  # for what is wider than these, as longdouble is


@dataclass(frozen=True)
class Plain:
    """Numbers that can travel: what the header says of them, their bytes, and how to get those."""

    head: object
    size: int
    read: Callable[[], memoryview]


def plain(value: Any) -> Plain | str:  # noqa: ANN401 - a tensor or an array
    """Make a tensor or an array ready to be sent; or say what it is that cannot be, and why."""
    if not isinstance(value, torch.Tensor):
        return _array(value)
    with torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001 - torch has no other name for it
        return _tensor(value)


def _tensor(value: torch.Tensor) -> Plain | str:
    name = str(value.dtype).removeprefix("torch.")
    for stays, words in _STAY:
        if stays(value):
            return words
    if name not in TORCH:
        return f"a {name} tensor; one of float64 or the like is asked for"
    shape = list(value.shape)
    if len(shape) > AXES_LIMIT:
        return _too_many_axes("a tensor", len(shape))
    mark = "graph" if value.requires_grad else ""

    def read() -> memoryview:
        with torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001 - likewise
            return _read(value, name)

    return Plain({"t": [name, shape, mark]}, value.numel() * value.element_size(), read)


def _read(value: torch.Tensor, name: str) -> memoryview:
    numbers = value.detach().as_subclass(torch.Tensor).resolve_conj().resolve_neg()
    numbers = numbers.to("cpu").contiguous()
    return _bytes((numbers.view(torch.int16) if name == "bfloat16" else numbers).numpy())


def _array(value: np.ndarray) -> Plain | str:
    plain = np.asarray(value)
    if plain.dtype.kind in _WORDS:
        return _WORDS[plain.dtype.kind]
    kind = plain.dtype.newbyteorder("=")
    if kind.name not in NUMPY:
        kind = np.dtype(_DOUBLE.get(kind.kind, kind))
    if kind.name not in NUMPY:
        return f"an array of {str(kind)[:40]}; an array of numbers is asked for"
    if plain.ndim > AXES_LIMIT:
        return _too_many_axes("an array", plain.ndim)

    def read() -> memoryview:
        with np.errstate(over="ignore"):  # a longdouble may be more than any double
            return _bytes(np.ascontiguousarray(plain).astype(kind, copy=False))

    return Plain({"n": [kind.name, list(plain.shape)]}, plain.size * kind.itemsize, read)


def _too_many_axes(what: str, axes: int) -> str:
    return f"{what} with {axes} axes; at most {AXES_LIMIT} are asked for"


def _bytes(array: np.ndarray) -> memoryview:
    if array.size == 0:
        return memoryview(b"")
    return array.reshape(-1).view(np.uint8).data
