"""The bytes of a frame to a value, believing nothing that was not counted."""

import json
from collections.abc import Callable, Collection
from typing import Any, ClassVar

import numpy as np

from .data import (
    ANSWER_DEPTH,
    AXES_LIMIT,
    KEYS_LIMIT,
    LENGTH_LIMIT,
    NUMPY,
    PAD,
    REQUEST_DEPTH,
    SIZE,
    TENSORS,
    WORDS_LIMIT,
    FrameError,
    Handle,
    check_integer,
)

Named = Callable[[str, dict[str, Any]], object]
Fetch = Callable[[int], object]


def unpack(
    header: bytes | bytearray,
    payload: bytearray | memoryview,
    named: Named | None = None,
    fetch: Fetch | None = None,
    device: str = "cpu",
) -> Any:  # noqa: ANN401 - whatever was sent
    """Turn a header and its buffers into the value; tensors share memory with ``payload``.

    ``named`` builds a public dataclass and ``fetch`` looks a handle up; a side that
    gives neither accepts no named value, and keeps handles as they are. Tensors are put on
    ``device``. Raises
    FrameError, and nothing else, for bytes that are no frame.
    """
    try:
        tree = json.loads(bytes(header))
    except (ValueError, RecursionError) as error:
        raise FrameError("the header is not JSON") from error
    reader = _Reader(payload, named, fetch, device)
    value = reader.decode(tree, 0)
    if reader.offset != len(payload):
        raise FrameError("buffers are left over")
    return value


class _Reader:
    """Walks a header and takes each buffer from the payload, in order."""

    def __init__(
        self, payload: bytearray | memoryview, named: Named | None, fetch: Fetch | None, device: str
    ) -> None:
        self.payload, self.named, self.fetch, self.device = payload, named, fetch, device
        self.offset = 0
        self.most = ANSWER_DEPTH if named is None else REQUEST_DEPTH

    def decode(self, tree: Any, depth: int) -> Any:  # noqa: ANN401 - whatever was sent
        if depth > self.most:
            raise FrameError(f"nested more than {self.most} deep")
        if tree is None or isinstance(tree, (bool, float)):
            return tree
        if isinstance(tree, str):
            return _text(tree)
        if isinstance(tree, int):
            return check_integer(tree)
        if isinstance(tree, list):
            return [self.decode(item, depth + 1) for item in tree]
        if len(tree) != 1:
            raise FrameError("a tagged value has one tag")
        ((tag, body),) = tree.items()
        read = self.READ.get(tag)
        if read is None or not isinstance(body, list):
            raise FrameError("an unknown tag")
        return read(self, body, depth + 1)

    def _tensor(self, body: list[Any], _depth: int) -> Any:  # noqa: ANN401 - a tensor
        mark = body.pop() if len(body) == 3 else None
        name, shape, count = self._claim(body, TENSORS)
        from . import tensors  # noqa: PLC0415 - it imports torch, which not every grade needs

        flat = tensors.from_buffer(self.payload, name, count, self.offset)
        self._advance(count * SIZE[name])
        return tensors.place(_shaped(flat, shape), self.device, graph=mark == "graph")

    def _array(self, body: list[Any], _depth: int) -> np.ndarray:
        name, shape, count = self._claim(body, NUMPY)
        if count == 0:
            empty: np.ndarray = _shaped(np.empty(0, dtype=NUMPY[name]), shape)
            return empty
        flat = np.frombuffer(self.payload, dtype=NUMPY[name], count=count, offset=self.offset)
        if name == "bool":
            flat = flat.view(np.uint8) != 0
        self._advance(count * SIZE[name])
        array: np.ndarray = _shaped(flat, shape)
        return array

    def _claim(self, body: list[Any], kinds: Collection[str]) -> tuple[str, list[int], int]:
        """A dtype and shape, only if the payload really holds that many bytes."""
        if len(body) != 2 or not isinstance(body[0], str) or body[0] not in kinds:
            raise FrameError("an unknown dtype")
        name, shape = body
        if not isinstance(shape, list) or len(shape) > AXES_LIMIT:
            raise FrameError("a shape is a short list")
        count = 1
        for length in shape:
            if type(length) is not int or not 0 <= length < LENGTH_LIMIT:
                raise FrameError("a shape has impossible lengths")
            count *= length
        if self.offset + count * SIZE[name] > len(self.payload):
            raise FrameError("a shape claims more bytes than were sent")
        return name, shape, count

    def _advance(self, used: int) -> None:
        self.offset += used + -used % PAD

    def _tuple(self, body: list[Any], depth: int) -> tuple[Any, ...]:
        return tuple(self.decode(item, depth) for item in body)

    def _dictionary(self, body: list[Any], depth: int) -> dict[Any, Any]:
        if self.named is None and len(body) > KEYS_LIMIT:
            raise FrameError(f"a dictionary of more than {KEYS_LIMIT} keys")
        if not all(isinstance(pair, list) and len(pair) == 2 for pair in body):
            raise FrameError("a dictionary is a list of pairs")
        pairs = [(self.decode(k, depth), self.decode(v, depth)) for k, v in body]
        if not all(isinstance(k, (str, int, float, bool, type(None))) for k, _ in pairs):
            raise FrameError("a dictionary's keys are numbers and words")
        return dict(pairs)

    def _complex(self, body: list[Any], _depth: int) -> complex:
        if len(body) != 2 or not all(isinstance(part, (int, float)) for part in body):
            raise FrameError("a complex number has two parts")
        real, imaginary = (float(check_integer(p)) if isinstance(p, int) else p for p in body)
        return complex(real, imaginary)

    def _handle(self, body: list[Any], _depth: int) -> object:
        number, kind, words = body if len(body) == 3 else (None, None, None)
        if type(number) is not int or not isinstance(kind, str) or not isinstance(words, str):
            raise FrameError("a handle has a number, a kind and words")
        if self.fetch is not None:
            return self.fetch(number)
        return Handle(check_integer(number), _text(kind[:100]), _text(words[:WORDS_LIMIT]))

    def _named_value(self, body: list[Any], depth: int) -> object:
        name, fields = body if len(body) == 2 else (None, None)
        if self.named is None or not isinstance(name, str) or not isinstance(fields, dict):
            raise FrameError("a named value is not accepted here")
        return self.named(name, {key: self.decode(v, depth) for key, v in fields.items()})

    # Of functions, not of bound methods: a reader that held itself would hold its payload as well,
    # until garbage is collected.
    READ: ClassVar[dict[str, Callable[[Any, list[Any], int], Any]]] = {
        "t": _tensor,
        "n": _array,
        "T": _tuple,
        "d": _dictionary,
        "z": _complex,
        "h": _handle,
        "c": _named_value,
    }


def _text(text: str) -> str:
    """The same text, without halves of characters, which no file could hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _shaped(flat: Any, shape: list[int]) -> Any:  # noqa: ANN401 - an array or a tensor
    try:
        return flat.reshape(shape)
    except (RuntimeError, ValueError, OverflowError) as error:
        raise FrameError("a shape that no array can have") from error
