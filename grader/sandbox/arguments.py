"""Memory in which a worker is given its arguments, and in which the grader looks at them again.

A worker's own word that a call left its arguments alone would earn a point for whoever forges it.
So the bytes lie in a file of the grader's that has no name and a fixed size; the worker maps it,
and after the call the grader reads what is in it by now. A submission that works on a copy of its
own leaves its arguments alone indeed.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from grader.inside.frames import LENGTHS, SHARED, SHARED_SIZE, FrameError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Sequence

# F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW: nobody can make the grader's reading end early
_SEALS = 1 | 2 | 4


class Arguments:
    """One worker's memory for arguments; it takes none until it is written to."""

    def __init__(self) -> None:
        self.descriptor = os.memfd_create("arguments", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        # A size first: it is sealed, and no page is taken until it is written.
        os.ftruncate(self.descriptor, SHARED_SIZE)
        fcntl.fcntl(self.descriptor, fcntl.F_ADD_SEALS, _SEALS)
        self._sent = b""

    def share(self, pieces: Sequence[bytes | memoryview]) -> list[bytes | memoryview]:
        """Put the buffers of a request's frame there; return what is left to be sent.

        Raises FrameError if they are more than SHARED_SIZE bytes.
        """
        head, self._sent = bytes(pieces[0]), b"".join(pieces[1:])
        if len(self._sent) > SHARED_SIZE:
            raise FrameError(f"arguments of over {SHARED_SIZE >> 20} MiB cannot be looked at again")
        os.pwrite(self.descriptor, self._sent, 0)
        header, buffers = LENGTHS.unpack_from(head)
        return [LENGTHS.pack(header, buffers | SHARED) + head[LENGTHS.size :]]

    def changed(self) -> bool:
        """Whether any byte is another by now."""
        return os.pread(self.descriptor, len(self._sent), 0) != self._sent

    def close(self) -> None:
        """Give the memory back."""
        os.close(self.descriptor)
