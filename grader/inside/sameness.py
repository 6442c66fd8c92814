"""Whether a call left its arguments alone: what they were, in full, and what is different after it.

The grader reads the bytes of the arguments for itself. What only this process can know (a shape, a
gradient that was left behind, an object put in another's place) is looked at here: it can cost the
point, since a submission that lies about it earns no more than one that is right.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from .arrays import is_tensor

_DEEPEST = 20  # nothing deeper is sent: REQUEST_DEPTH


class Snapshot:
    """What a value was, with all that lies in it."""

    def __init__(self, value: object, name: str, depth: int = 0) -> None:
        self.value, self.name = value, name
        self.facts = dict(_facts(value))
        self.parts = [
            Snapshot(part, place, depth + 1)
            for place, part in _parts(value, name)
            if depth < _DEEPEST
        ]

    def difference(self) -> str:
        """Say what is different by now, in words, or ""."""
        now = dict(_facts(self.value))
        for what, was in self.facts.items():
            if not _same(was, now.get(what)):
                return f"{self.name}: {what} changed"
        parts = list(_parts(self.value, self.name))
        if len(parts) != len(self.parts):
            return f"{self.name}: it has {len(parts)} entries and had {len(self.parts)}"
        for snapshot, (_, part) in zip(self.parts, parts, strict=True):
            if part is not snapshot.value and not _is_plain(part, snapshot.value):
                return f"{snapshot.name}: something else was put in its place"
        return next(filter(None, (snapshot.difference() for snapshot in self.parts)), "")


def _facts(value: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - any argument
    """What a tensor or an array is, besides its being there; nothing of other values."""
    if is_tensor(type(value)):
        from . import tensors  # noqa: PLC0415 - it imports torch, which not every grade needs

        yield from tensors.facts(value)
    elif isinstance(value, np.ndarray):
        yield from (
            ("its shape", value.shape),
            ("its strides", value.strides),
            ("its type", value.dtype),
            ("its flags", str(value.flags)),
            ("its storage", value.__array_interface__["data"]),
            ("its values", value.tobytes()),
        )
    elif dataclasses.is_dataclass(value):
        yield "its attributes", tuple(sorted(vars(value)))


def _parts(value: Any, name: str) -> list[tuple[str, object]]:  # noqa: ANN401 - as above
    if isinstance(value, (list, tuple)):
        return [(f"{name}[{place}]", part) for place, part in enumerate(value)]
    if isinstance(value, dict):
        return [(f"{name}[{key!r}]", part) for key, part in value.items()]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [(f"{name}.{key}", part) for key, part in vars(value).items()]
    return []


def _same(was: object, now: object) -> bool:
    return type(was) is type(now) and was == now


def _is_plain(one: object, other: object) -> bool:
    """Whether both are one number or text, which may be another object of the same value."""
    kinds = (bool, int, float, complex, str, type(None))
    return isinstance(one, kinds) and type(one) is type(other) and repr(one) == repr(other)
