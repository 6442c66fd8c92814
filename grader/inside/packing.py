"""A value to the pieces of a frame: exactly by the grader, as far as it goes by a worker.

A value may come from a student's code and be hostile: its class may pretend to have another, and
methods of it may raise. So what a value is, is asked of its type, and its parts are had by the
methods of the type that it is derived from.
"""

import dataclasses
import json
import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from . import arrays
from .data import (
    ANSWER_DEPTH,
    ANSWER_LIMIT,
    BUFFER_LIMIT,
    HEADER_LIMIT,
    KEYS_LIMIT,
    LENGTHS,
    PAD,
    REQUEST_DEPTH,
    REQUEST_LIMIT,
    TEXT_LIMIT,
    FrameError,
    Handle,
    TooMuchError,
    check_integer,
)

Keep = Callable[[object, str], Handle]
_KEYS = (str, int, float, bool, type(None))


def pack(value: object, keep: Keep | None = None) -> list[bytes | memoryview]:
    """Turn a value into the pieces of one frame.

    ``keep`` marks the worker's side: it is given what cannot travel, with words about what might
    be taken for data, and returns a handle for it; long texts are cut. Without it such a value
    raises FrameError, as does anything over the limits; with it that is a TooMuchError.
    """
    packer = _Packer(keep)
    try:
        tree = packer.encode(value, 0)
        header = json.dumps(tree, separators=(",", ":")).encode()
    except (ValueError, RecursionError, UnicodeError) as error:
        raise FrameError(f"cannot be sent: {type(error).__name__}") from error
    pieces: list[bytes | memoryview] = []
    for buffer in packer.buffers:
        pieces.append(buffer)
        if short := -buffer.nbytes % PAD:
            pieces.append(bytes(short))
    length = sum(len(piece) for piece in pieces)
    if len(header) > packer.most_header or length > packer.most_bytes:
        packer.refuse(f"too much to send: {len(header) + length:,} bytes")
    return [LENGTHS.pack(len(header), length) + header, *pieces]


class _Packer:
    """One value on its way into a frame: the buffers so far, and the limits that hold."""

    def __init__(self, keep: Keep | None) -> None:
        self.keep, self.taken = keep, 0
        self.buffers: list[memoryview] = []
        worker = keep is not None
        self.most_header = HEADER_LIMIT if worker else REQUEST_LIMIT
        self.most_bytes = ANSWER_LIMIT if worker else BUFFER_LIMIT
        self.deepest = ANSWER_DEPTH if worker else REQUEST_DEPTH
        self.longest = TEXT_LIMIT if worker else None

    def refuse(self, words: str) -> None:
        """Raise for a value that is over a limit as a whole."""
        raise FrameError(words) if self.keep is None else TooMuchError(words)

    def encode(self, value: Any, depth: int) -> object:  # noqa: ANN401 - one line a kind
        if depth > self.deepest:
            self.refuse(f"something nested more than {self.deepest} deep")
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value
        if issubclass(kind, Handle):
            return {"h": [value.number, value.kind, value.words]}
        if issubclass(kind, str):
            return str.__str__(value)[: self.longest]
        for plain, convert in _NUMBERS:
            if issubclass(kind, plain):
                return self._number(value, convert)
        if arrays.is_array(kind):
            return self._array(value)
        return self._container(value, kind, depth + 1)

    def _container(self, value: Any, kind: type, depth: int) -> object:  # noqa: ANN401 - any value
        if issubclass(kind, tuple):
            return {"T": [self.encode(item, depth) for item in tuple.__iter__(value)]}
        if issubclass(kind, list):
            return [self.encode(item, depth) for item in list.__iter__(value)]
        if issubclass(kind, dict):
            return self._dictionary(list(dict.items(value)), value, depth)
        if self.keep is not None:
            return self._kept(value, "")
        if not dataclasses.is_dataclass(kind) or ".public." not in f".{kind.__module__}":
            raise FrameError(f"a {kind.__name__} is not data")
        module = f".{kind.__module__}".rpartition(".public.")[2]
        fields = {f.name: self.encode(getattr(value, f.name), depth) for f in _fields(kind)}
        return {"c": [f"{module}.{kind.__name__}", fields]}

    def _number(self, value: object, convert: Callable[[Any], object]) -> object:
        try:
            return convert(value)
        except FrameError:
            return self._kept(value, "a whole number of more than 256 bits")

    def _array(self, value: object) -> object:
        found = _plain(value)
        if isinstance(found, str):
            return self._kept(value, found)
        self.taken += found.size
        if self.taken > self.most_bytes:
            self.refuse(f"arrays of {self.taken:,} bytes in all")
        try:
            self.buffers.append(found.read())
        except RuntimeError as error:  # a tensor that torch.func has left behind
            first = str(error).partition("\n")[0]
            return self._kept(value, f"a tensor whose numbers cannot be read ({first[:120]})")
        return found.head

    def _dictionary(self, items: list[tuple[Any, Any]], value: object, depth: int) -> object:
        if self.keep is not None and len(items) > KEYS_LIMIT:
            return self._kept(value, f"a dictionary of more than {KEYS_LIMIT} keys")
        if not all(issubclass(type(key), _KEYS) for key, _ in items):
            return self._kept(value, "a dictionary whose keys are not all numbers or words")
        return {"d": [[self.encode(k, depth), self.encode(v, depth)] for k, v in items]}

    def _kept(self, value: object, words: str) -> object:
        if self.keep is None:
            raise FrameError(f"{words or 'this'} cannot be sent")
        handle = self.keep(value, words)
        return {"h": [handle.number, handle.kind, handle.words]}


def _plain(value: Any) -> arrays.Plain | str:  # noqa: ANN401 - a tensor or an array
    if not arrays.is_tensor(type(value)):
        return arrays.plain(value)
    from . import tensors  # noqa: PLC0415 - it imports torch, which not every grade needs

    return tensors.plain(value)


def _fields(kind: Any) -> tuple[dataclasses.Field[Any], ...]:  # noqa: ANN401 - a class of dataclasses
    return dataclasses.fields(kind)


def _real(value: Any) -> float:  # noqa: ANN401 - a number of whatever kind
    """Round to the nearest double; beyond the largest that is infinity."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except ValueError:  # a signalling NaN of decimal's
        return math.nan


def _complex(value: Any) -> object:  # noqa: ANN401 - a number of whatever kind
    number = complex(value)
    return {"z": [number.real, number.imag]}


_NUMBERS: tuple[tuple[type | tuple[type, ...], Callable[[Any], object]], ...] = (
    ((bool, np.bool_), bool),
    (int, check_integer),
    (np.integer, int),
    (float, float.__float__),
    ((np.floating, Fraction, Decimal), _real),
    ((complex, np.complexfloating), _complex),
)
