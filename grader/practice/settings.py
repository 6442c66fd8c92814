"""Settings of Python and its libraries that a submission changes for itself, and for nobody else.

Behind the wall they are its process's. Without one the checks draw and compare in the same process,
as by another default dtype, so each side is given its own, as long as it is at work.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class _Setting:
    """How a setting is asked for and changed, and what it is in a process that begins."""

    get: Callable[[], Any]
    put: Callable[[Any], object]
    first: Any


_ERRORS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


def _settings() -> dict[str, _Setting]:
    """Return what there is to be set, of what has been imported."""
    known = {"errors": _Setting(np.geterr, lambda how: np.seterr(**how), _ERRORS)}
    if (torch := sys.modules.get("torch")) is None:
        return known
    return known | {
        "dtype": _Setting(torch.get_default_dtype, torch.set_default_dtype, torch.float32),
        "device": _Setting(torch.get_default_device, torch.set_default_device, torch.device("cpu")),
        "gradients": _Setting(torch.is_grad_enabled, torch.set_grad_enabled, True),  # noqa: FBT003 - what is put
    }


def settings_now() -> dict[str, Any]:
    """Return what is set now."""
    return {name: setting.get() for name, setting in _settings().items()}


@contextmanager
def settings_in_force(own: dict[str, Any]) -> Iterator[None]:
    """Set what `own` has, else what is first, and back afterwards; what is changed stays in `own`.

    What is imported meanwhile was as it is first.
    """
    before = settings_now()
    _put(own)
    try:
        yield
    finally:
        own.update(settings_now())
        _put(before)


def _put(wanted: dict[str, Any]) -> None:
    for name, setting in _settings().items():
        value = wanted.get(name, setting.first)
        if setting.get() != value:
            setting.put(value)
