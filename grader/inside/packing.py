"""A value to the pieces of a frame: exactly by the grader, as far as it goes by a worker."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .data import (
    ANSWER_DEPTH,
    BUFFER_LIMIT,
    HEADER_LIMIT,
    LENGTHS,
    NUMPY,
    PAD,
    REQUEST_DEPTH,
    REQUEST_LIMIT,
    TEXT_LIMIT,
    TORCH,
    FrameError,
    Handle,
    check_integer,
)

Keep = Callable[[object], Handle]


def pack(value: object, keep: Keep | None = None) -> list[bytes | memoryview]:
    """Turn a value into the pieces of one frame.

    ``keep`` marks the worker's side: it is given what is not data and returns a handle
    for it, and long texts are cut. Without it such a value raises FrameError, as does
    anything over the limits.
    """
    most = REQUEST_LIMIT if keep is None else HEADER_LIMIT
    buffers: list[memoryview] = []
    try:
        tree = _encode(value, buffers, keep, 0)
        header = json.dumps(tree, separators=(",", ":")).encode()
    except (ValueError, RecursionError, UnicodeError) as error:
        raise FrameError(f"cannot be sent: {type(error).__name__}") from error
    pieces: list[bytes | memoryview] = []
    for buffer in buffers:
        pieces.append(buffer)
        if short := -buffer.nbytes % PAD:
            pieces.append(bytes(short))
    length = sum(len(piece) for piece in pieces)
    if len(header) > most or length > BUFFER_LIMIT:
        raise FrameError(f"too large to send: {len(header)} + {length} bytes")
    return [LENGTHS.pack(len(header), length) + header, *pieces]


def _encode(value: Any, buffers: list[memoryview], keep: Keep | None, depth: int) -> object:  # noqa: ANN401, C901, PLR0911 - one line a kind
    if depth > (most := REQUEST_DEPTH if keep is None else ANSWER_DEPTH):
        raise FrameError(f"nested more than {most} deep")
    if value is None or value is True or value is False or type(value) is float:
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, torch.Tensor):
        return _encode_tensor(value, buffers)
    if isinstance(value, np.ndarray):
        return _encode_array(value, buffers)
    if isinstance(value, Handle):
        return {"h": [value.number, value.kind]}
    if isinstance(value, str):
        return str.__str__(value) if keep is None else str.__str__(value)[:TEXT_LIMIT]
    for plain, convert in _CONVERTERS:
        if isinstance(value, plain):
            return convert(value)
    deeper = (buffers, keep, depth + 1)
    if isinstance(value, tuple):
        return {"T": [_encode(item, *deeper) for item in value]}
    if isinstance(value, list):
        return [_encode(item, *deeper) for item in value]
    if isinstance(value, dict):
        return {"d": [[_encode(k, *deeper), _encode(v, *deeper)] for k, v in value.items()]}
    return _encode_object(value, deeper)


def _encode_object(value: Any, deeper: tuple[Any, ...]) -> object:  # noqa: ANN401 - anything else
    """A public dataclass by name (from the grader), or a handle (from a worker)."""
    _, keep, _ = deeper
    if keep is not None:
        handle = keep(value)
        return {"h": [handle.number, handle.kind]}
    kind = type(value)
    if not dataclasses.is_dataclass(kind) or ".public." not in f".{kind.__module__}":
        raise FrameError(f"a {kind.__name__} is not data")
    module = f".{kind.__module__}".rpartition(".public.")[2]
    fields = {f.name: _encode(getattr(value, f.name), *deeper) for f in dataclasses.fields(kind)}
    return {"c": [f"{module}.{kind.__name__}", fields]}


def _encode_tensor(value: torch.Tensor, buffers: list[memoryview]) -> object:
    if value.layout != torch.strided or value.is_quantized or value.device.type == "meta":
        raise FrameError(f"a tensor of layout {value.layout} on {value.device} is not plain data")
    plain = value.detach().as_subclass(torch.Tensor).resolve_conj().resolve_neg()
    plain = plain.to("cpu").contiguous()
    name = str(plain.dtype).removeprefix("torch.")
    if name not in TORCH:
        raise FrameError(f"tensors of {name} cannot be sent")
    shape = list(plain.shape)
    if name == "bfloat16":
        plain = plain.view(torch.int16)
    buffers.append(_bytes(plain.numpy()))
    return {"t": [name, shape, "graph" if value.requires_grad else ""]}


def _encode_array(value: np.ndarray, buffers: list[memoryview]) -> object:
    plain = np.ascontiguousarray(value).astype(value.dtype.newbyteorder("="), copy=False)
    name = plain.dtype.name
    if name not in NUMPY:
        raise FrameError(f"arrays of {str(plain.dtype)[:40]} cannot be sent")
    buffers.append(_bytes(np.asarray(plain)))
    return {"n": [name, list(value.shape)]}


def _bytes(array: np.ndarray) -> memoryview:
    if array.size == 0:
        return memoryview(b"")
    return array.reshape(-1).view(np.uint8).data


def _complex(value: complex) -> object:
    return {"z": [value.real, value.imag]}


_CONVERTERS: tuple[tuple[type, Callable[[Any], object]], ...] = (
    (bool, bool),
    (int, check_integer),
    (float, float),
    (complex, _complex),
)
