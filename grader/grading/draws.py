"""What a property drew, as bytes: the arguments of its body, input by input, and what it discarded.

Each input is a frame (`grader/inside/frames.py`), in which nothing is pickled. The dataclasses of
an assignment's own modules travel by name and fields, as the public ones do in a call. What does
not come back just as it was drawn is no data, and is never kept: `pack_draw` reads back what it
wrote, and compares.
"""

from __future__ import annotations

import dataclasses
import hashlib
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.inside.arrays import is_array, is_tensor
from grader.inside.frames import LENGTHS, FrameError, lengths, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SCALARS = (type(None), bool, int, float, complex, str)
_DIGEST = hashlib.sha256().digest_size


class NotDataError(Exception):
    """Something that was drawn does not come back from its bytes as it was."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One input: its arguments by name, packed, and whether the body discards it."""

    packed: bytes
    discarded: bool = False

    def arguments(self, package: str) -> dict[str, Any]:
        """Build the arguments anew, classes from a package's modules; raises NotDataError."""
        try:
            (found,) = _unpack_all(self.packed)
            arguments = _raised(found, package)
        except (FrameError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise NotDataError(str(error)) from error
        if type(arguments) is not dict:
            raise NotDataError("no arguments by name")
        return arguments


def pack_draw(arguments: dict[str, Any], package: str) -> bytes:
    """Pack the arguments of one input; raises NotDataError if they are not all data."""
    try:
        packed = b"".join(pack(_lowered(arguments, package)))
    except FrameError as error:
        raise NotDataError(str(error)) from error
    if not _is_same(arguments, Draw(packed).arguments(package)):
        raise NotDataError("it came back otherwise")
    return packed


def write_draws(draws: Sequence[Draw]) -> bytes:
    """Return the bytes of a file that holds all draws of one property."""
    head = pack([draw.discarded for draw in draws])
    body = b"".join([*head, *(draw.packed for draw in draws)])
    return hashlib.sha256(body).digest() + body


def read_draws(data: bytes) -> tuple[Draw, ...]:
    """Read such a file; raises NotDataError if it is not whole."""
    body = memoryview(data)[_DIGEST:]
    if hashlib.sha256(body).digest() != data[:_DIGEST]:
        raise NotDataError("damaged")
    try:
        head, *packed = _split(body)
        (discarded,) = _unpack_all(head)
        return tuple(Draw(one, bool(no)) for one, no in zip(packed, discarded, strict=True))
    except (FrameError, ValueError, TypeError) as error:
        raise NotDataError(str(error)) from error


def owned_parts(value: object) -> Iterator[int]:
    """Yield what tells the parts of a value apart that are more than what they hold.

    They could be changed, or be known by their identity. Two tensors that share memory are one.
    """
    kind = type(value)
    if is_tensor(kind):
        tensor: Any = value
        yield tensor.untyped_storage().data_ptr() or id(value)
    elif isinstance(value, np.ndarray):
        while isinstance(value.base, np.ndarray):
            value = value.base
        yield id(value)
    elif isinstance(value, list | dict) or not _is_value(kind):
        yield id(value)
    for part in _parts(value):
        yield from owned_parts(part)


def _is_value(kind: type) -> bool:
    """Whether an object of a class is what it holds, and no more."""
    told: Any = getattr(kind, "__dataclass_params__", None)
    return issubclass(kind, (*_SCALARS, tuple)) or (told is not None and told.frozen and told.eq)


def _parts(value: Any) -> list[object]:  # noqa: ANN401 - any argument
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, dict):
        return list(value.values())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in dataclasses.fields(value)]
    return []


def _lowered(value: Any, package: str) -> object:  # noqa: ANN401 - likewise
    """Turn a value into data: a tuple into one of a list, a dataclass into its name and fields."""
    kind = type(value)
    if is_tensor(kind) and not value.is_leaf:
        raise NotDataError("a tensor that is a part of a graph")
    if kind in _SCALARS or is_array(kind):
        return value
    if kind is list:
        return [_lowered(item, package) for item in value]
    if kind is tuple:
        return ([_lowered(item, package) for item in value],)
    if kind is dict:
        return {key: _lowered(item, package) for key, item in value.items()}
    name = f"{kind.__module__}:{kind.__qualname__}"
    if _class_of(name, package) is not kind:
        raise NotDataError(f"a {kind.__name__} is not data")
    fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(kind) if f.init}
    return (name, _lowered(fields, package))


def _raised(value: Any, package: str) -> Any:  # noqa: ANN401 - likewise
    """Turn data into the value that it stands for, in memory of its own."""
    match value:
        case list():
            return [_raised(item, package) for item in value]
        case dict():
            return {key: _raised(item, package) for key, item in value.items()}
        case (items,):
            return tuple(_raised(item, package) for item in items)
        case (name, fields):
            return _class_of(name, package)(**_raised(fields, package))
    return _copied(value) if is_array(type(value)) else value


def _copied(array: Any) -> Any:  # noqa: ANN401 - a tensor or an array
    if is_tensor(type(array)):
        return array.detach().clone().requires_grad_(array.requires_grad)
    return array.copy()


def _class_of(name: str, package: str) -> Any:  # noqa: ANN401 - a class of dataclasses
    """Return a dataclass of the package's modules by its name; raises NotDataError."""
    module, _, path = name.partition(":")
    found = sys.modules.get(module) if f"{module}.".startswith(f"{package}.") else None
    kind = getattr(found, path, None)
    if not isinstance(kind, type) or not dataclasses.is_dataclass(kind):
        raise NotDataError(f"{path} is no dataclass of the assignment's")
    return kind


def _is_same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any argument
    """Whether two values are the same to the bit, and nothing that a body sees tells them apart."""
    if type(one) is not type(other) or _facts(one) != _facts(other):
        return False
    return all(map(_is_same, _parts(one), _parts(other)))


def _facts(value: Any) -> object:  # noqa: ANN401 - likewise
    """Return what a value is besides its parts; of attributes their names."""
    if is_array(type(value)):
        return _facts_of_array(value)
    match value:
        case float() | complex():
            return struct.pack("<dd", value.real, value.imag)
        case list() | tuple():
            return len(value)
        case dict():
            return [(type(key), repr(key)) for key in value]
    return value if type(value) in _SCALARS else sorted(getattr(value, "__dict__", ()))


def _facts_of_array(array: Any) -> dict[str, object]:  # noqa: ANN401 - a tensor or an array
    if is_tensor(type(array)):
        from grader.inside import tensors  # noqa: PLC0415 - here is a tensor of it

        return {what: fact for what, fact in tensors.facts(array) if what != "its storage"}
    facts = ("shape", "strides", "dtype")
    told = {name: getattr(array, name) for name in facts}
    return told | {"writeable": array.flags.writeable, "bytes": array.tobytes()}


def _split(body: memoryview) -> Iterator[bytes]:
    """Yield the frames that lie one behind the other; raises FrameError."""
    while body:
        header, buffers = lengths(bytes(body[: LENGTHS.size]), header_limit=len(body))
        size = LENGTHS.size + header + buffers
        if size > len(body):
            raise FrameError("a frame is cut off")
        yield bytes(body[:size])
        body = body[size:]


def _unpack_all(data: bytes) -> Iterator[Any]:
    for frame in _split(memoryview(data)):
        header = LENGTHS.size + LENGTHS.unpack_from(frame)[0]
        yield unpack(frame[LENGTHS.size : header], bytearray(frame[header:]), _refuse)


def _refuse(name: str, _fields: dict[str, Any]) -> object:
    raise FrameError(f"{name} is named where nothing is")
