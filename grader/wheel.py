"""The kit's own wheel: what students and Gradescope install; it holds no answers."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

NAME = "torchmarks"


class WheelError(ValueError):
    """There is no wheel to be had; the message says what to do."""


def find_requirement() -> str:
    """Return the requirement that pins this version."""
    return f"{NAME}=={version(NAME)}"


def build_wheel(folder: Path) -> Path:
    """Build the wheel from the source tree that this module is in, into a folder.

    Raises WheelError where there is no source tree, or pip cannot build it.
    """
    source = Path(__file__).resolve().parent.parent
    if not (source / "pyproject.toml").is_file():
        raise WheelError(f"{NAME} was installed from a wheel: name one with --wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet"]
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own source
        [*command, "--wheel-dir", str(folder), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    built = sorted(folder.glob(f"{NAME}-*.whl"))
    if done.returncode or not built:
        said = done.stderr.strip().splitlines()[-1:] or ["pip said nothing"]
        raise WheelError(f"the wheel could not be built ({said[0]}): name one with --wheel")
    return built[-1]
