"""What a grade needs of the machine it is given on, and what it says of it."""

from __future__ import annotations

import contextlib
import platform
from importlib import metadata
from typing import TYPE_CHECKING

from grader.handin import WrongUse

if TYPE_CHECKING:
    from pathlib import Path


def require_device(device: str) -> None:
    """Raise WrongUse if torch does not find the device."""
    if device == "cpu":
        return
    import torch  # noqa: PLC0415 - slow to import, and seldom needed here

    if not torch.cuda.is_available():
        raise WrongUse("--device cuda: torch finds no CUDA device on this machine")


def require_data(path: Path | None) -> None:
    """Raise WrongUse if data is asked for by a path that leads nowhere."""
    if path is not None and not path.exists():
        raise WrongUse(f"--data: there is no {path}")


def find_versions(threads: int) -> dict[str, str]:
    """Return the versions on which answers and draws depend, and the number of threads."""
    found = {"python": platform.python_version()}
    for name in ("torch", "numpy", "hypothesis", "torchmarks"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return {**found, "threads": str(threads)}
