"""Frames: typed data on a socket, with every size known before anything is allocated.

A frame is two little-endian 32-bit lengths, a JSON header and raw buffers. Tensors
and arrays leave ``{"t": [dtype, shape, mark]}`` or ``{"n": [dtype, shape]}`` in the header
and their bytes, padded to 16, among the buffers in the order of the header. The mark is
``"graph"`` for a tensor that requires a gradient (its values still travel alone). A worker with
a GPU puts there whatever tensors it is sent, and answers from there travel as any others: where
numbers are is no part of a frame. What cannot travel stays in the worker and leaves a handle,
``{"h": [number, kind, words]}``. Nothing is ever pickled, and nothing in a frame names code,
except that the grader may name a frozen dataclass of the assignment's public folder, which the
worker then builds.

Where the grader will look at the arguments of a call again, their buffers do not follow the header
but lie in memory that it shares with that worker alone.

The same module serves both sides. What a worker writes is decoded with no classes to
name and with bounds; whatever does not fit them is a ``FrameError``.
"""

from collections.abc import Callable, Sequence

from .data import (
    ANSWER_LIMIT,
    BUFFER_LIMIT,
    HEADER_LIMIT,
    LENGTHS,
    REQUEST_LIMIT,
    SHARED,
    SHARED_SIZE,
    FrameError,
    Handle,
    TooMuchError,
)
from .packing import Keep, pack
from .unpacking import Fetch, Named, unpack

__all__ = [
    "ANSWER_LIMIT",
    "BUFFER_LIMIT",
    "HEADER_LIMIT",
    "LENGTHS",
    "REQUEST_LIMIT",
    "SHARED",
    "SHARED_SIZE",
    "Fetch",
    "FrameError",
    "Handle",
    "Keep",
    "Named",
    "TooMuchError",
    "lengths",
    "pack",
    "send_all",
    "unpack",
]


def lengths(
    prefix: bytes | bytearray, header_limit: int = HEADER_LIMIT, buffer_limit: int = BUFFER_LIMIT
) -> tuple[int, int]:
    """The two lengths that open a frame, checked against the limits."""
    header, buffers = LENGTHS.unpack(prefix)
    if header > header_limit or buffers > buffer_limit:
        raise FrameError(f"a frame of {header} + {buffers} bytes is over the limit")
    return header, buffers


def send_all(
    write: Callable[[Sequence[bytes | memoryview]], int], pieces: Sequence[bytes | memoryview]
) -> None:
    """Write every piece with a vectored write that may take only part of them."""
    rest = [memoryview(piece).cast("B") for piece in pieces if len(piece)]
    while rest:
        done = write(rest[:64])  # the kernel takes at most 1,024 at once (IOV_MAX)
        while rest and done >= len(rest[0]):
            done -= len(rest.pop(0))
        if done:
            rest[0] = rest[0][done:]
