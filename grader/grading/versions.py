"""The versions on which answers and draws depend; torch is asked for its own, and not imported."""

from __future__ import annotations

import contextlib
import platform
from importlib import metadata


def find_versions(threads: int) -> dict[str, str]:
    """Return the versions on which answers and draws depend, and the number of threads."""
    found = {"python": platform.python_version()}
    for name in ("torch", "numpy", "hypothesis", "torchmarks"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return {**found, "threads": str(threads)}
