"""What may travel in a frame, and how much of it: the limits that both sides keep to."""

import struct
from dataclasses import dataclass

import numpy as np

HEADER_LIMIT = 1 << 20
BUFFER_LIMIT = 1 << 28
ANSWER_LIMIT = 128 << 20  # bytes of buffers in what a worker answers
REQUEST_LIMIT = 1 << 26
ANSWER_DEPTH, REQUEST_DEPTH = 16, 20  # so that what was answered may be asked about again
TEXT_LIMIT = 100_000
WORDS_LIMIT = 200  # characters that say of a value why it does not travel
AXES_LIMIT = 16
LENGTH_LIMIT = 1 << 40
KEYS_LIMIT = 1024  # a dictionary of more could be built so that its keys collide
INTEGER_LIMIT = 1 << 256
PAD = 16  # bytes of the largest number, complex128: every buffer is aligned for any
LENGTHS = struct.Struct("<II")
SHARED = 1 << 31  # in the second length: the buffers do not follow, they lie in shared memory
SHARED_SIZE = 1 << 24

NUMPY = {
    name: np.dtype(name)
    for name in (
        "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 "
        "float16 float32 float64 complex64 complex128"
    ).split()
}
TENSORS = (*NUMPY, "bfloat16")
SIZE = {**{name: kind.itemsize for name, kind in NUMPY.items()}, "bfloat16": 2}


class FrameError(Exception):
    """Bytes that are no frame, or a value that is no data; the message says which."""


class TooMuchError(Exception):
    """A value that is data but too large or too deep to travel; the message says what it is."""


@dataclass(frozen=True)
class Handle:
    """Something that stays in the worker, such as a model; ``kind`` is its class there.

    ``words`` say of what might be taken for data, such as a sparse tensor, what it is and what is
    asked for; they are empty for all else.
    """

    number: int
    kind: str
    words: str = ""

    def __repr__(self) -> str:
        return f"<a {self.kind} in the worker>"


def check_integer(value: int) -> int:
    """Return a plain int; raises FrameError for one of more than 256 bits."""
    exact = int.__index__(value)
    if abs(exact) >= INTEGER_LIMIT:
        raise FrameError("an integer of more than 256 bits cannot be sent")
    return exact
