"""Where the kit keeps what belongs to a user: below the home directory, where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = "torchmarks"


def config_folder() -> Path | None:
    """Return the folder of what a user chose to keep; none for a user without a home directory."""
    return _absolute(platformdirs.user_config_dir)


def cache_folder() -> Path | None:
    """Return the folder of what may be forgotten; none for a user without a home directory."""
    return _absolute(platformdirs.user_cache_dir)


def _absolute(find: Callable[[str], str]) -> Path | None:
    """Ask for a folder; without a home directory there is an error, or a path that begins in ~."""
    try:
        folder = Path(find(_NAME))
    except RuntimeError:
        return None
    return folder if folder.is_absolute() else None
