"""One thread for the arithmetic of this process, said before anything large is imported.

A check's own products are small. Shared among threads they take longer, and threads that
wait for the next one spin on the cores that the submission and the reference need.
"""

from __future__ import annotations

import os

_COUNTS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def keep_to_one_thread() -> None:
    """Have torch and numpy, where they are not imported yet, use one thread; a wish is kept."""
    for name in _COUNTS:
        os.environ.setdefault(name, "1")
