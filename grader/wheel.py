"""The kit's own wheel: what students and Gradescope install; it holds no answers."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from grader.release import Kit

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "torchmarks"


class WheelError(ValueError):
    """There is no wheel to be had; the message says what to do."""


@contextmanager
def find_kit(requirement: str | None = None, wheel: Path | None = None) -> Iterator[Kit]:
    """Give the wheel or the requirement that was named; without either, a wheel built now.

    Raises WheelError where none can be built.
    """
    with tempfile.TemporaryDirectory() as folder:
        if requirement is None and wheel is None:
            wheel = build_wheel(Path(folder))
        yield Kit(requirement or f"{NAME}=={version(NAME)}", wheel)


def build_wheel(folder: Path) -> Path:
    """Build the wheel from the source tree that this module is in, into a folder.

    Raises WheelError where there is no source tree, or pip cannot build it.
    """
    source = Path(__file__).resolve().parent.parent
    if not (source / "pyproject.toml").is_file():
        raise WheelError(f"{NAME} was installed without its source: name a wheel with --wheel")
    command = [sys.executable, "-I", "-m", "pip", "wheel", "--no-deps", "--quiet"]
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own source
        [*command, "--wheel-dir", str(folder), str(source)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    built = sorted(folder.glob(f"{NAME}-*.whl"))
    if done.returncode or not built:
        said = done.stderr.strip().splitlines()[-1:] or ["pip said nothing"]
        raise WheelError(f"the wheel could not be built ({said[0]}): name one with --wheel")
    return built[-1]
