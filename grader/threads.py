"""One thread for the arithmetic of this process, said before anything large is imported.

A check's own products are small. Shared among threads they take longer, and threads that
wait for the next one spin on the cores that the submission and the reference need.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""What a process finds in its environment that is to have one thread whatever is wished."""


def keep_to_one_thread() -> None:
    """Have torch and numpy, where they are not imported yet, use one thread; a wish is kept."""
    for name, count in ONE_THREAD.items():
        os.environ.setdefault(name, count)


@contextlib.contextmanager
def one_thread_of_torch() -> Iterator[None]:
    """Have torch, if it is imported already, use one thread until the end of the block."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
