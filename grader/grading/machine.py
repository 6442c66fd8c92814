"""What a grade needs of the machine it is given on, and what it says of it."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING

from grader.assignment.isolation import why_no_level
from grader.sandbox.gpu import explain_failure
from grader.source.handin import MisuseError
from grader.text import clean_line

if TYPE_CHECKING:
    from pathlib import Path


class DeviceMissingError(MisuseError):
    """The device that was asked for is not here; ``reason`` says why, and what helps."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"--device cuda: {reason}")
        self.reason = reason


def require_device(device: str) -> None:
    """Raise DeviceMissingError if torch does not find the device, with what is the matter."""
    if device != "cpu" and (reason := _why_no_cuda()):
        raise DeviceMissingError(reason)


def require_level(level: str | None) -> None:
    """Raise MisuseError if there is no such level of isolation anywhere."""
    if problem := why_no_level(level):
        raise MisuseError(f"--isolation: {problem}")


def _why_no_cuda() -> str:
    """Return why torch has no CUDA device here, and what helps; "" where it has one."""
    import torch  # noqa: PLC0415 - a grade on the CPU may do without

    if torch.version.cuda is None:
        return (
            f"this torch ({torch.__version__}) is built without CUDA; install one that is "
            "built for it (pytorch.org says which), or leave --device out"
        )
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        if torch.cuda.is_available():
            return ""
    heard = " ".join(str(warning.message) for warning in said)
    return explain_failure(heard) or (
        "torch finds no CUDA device on this machine; is there a card that `nvidia-smi -L` lists, "
        "and does CUDA_VISIBLE_DEVICES allow it?"
        + (f" torch says: {clean_line(heard, 300)}" if heard else "")
    )


def require_data(path: Path | None) -> Path | None:
    """Return the absolute path of data; raises MisuseError if it leads nowhere."""
    if path is not None and not os.path.exists(path):  # noqa: PTH110 - of any path at all
        raise MisuseError(f"--data: there is no {path}")
    return path and path.absolute()
