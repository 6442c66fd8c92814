"""The versions on which answers and draws depend; torch is asked for its own, and not imported."""

from __future__ import annotations

import contextlib
import platform
from functools import cache
from importlib import metadata


def find_versions(threads: int) -> dict[str, str]:
    """Return the versions on which answers and draws depend, and the number of threads."""
    return {"python": platform.python_version(), **_installed(), "threads": str(threads)}


@cache
def _installed() -> dict[str, str]:
    """Look once: it does not change while a process lives, and hundreds of grades name it."""
    found = {}
    for name in ("torch", "numpy", "hypothesis", "torchmarks"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found
