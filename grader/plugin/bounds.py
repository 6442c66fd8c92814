"""What may be collected: of an assignment's folder its suite alone.

What a student hands in may lie below that folder, and pytest imports whatever looks like
a test or is called conftest.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class Bounds:
    """Keeps pytest to the modules of a suite."""

    def __init__(self, folder: Path, paths: Collection[Path]) -> None:
        self.folder, self.paths = folder, frozenset(paths)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave out all that lies in the folder and is not of the suite."""
        if collection_path == self.folder or not collection_path.is_relative_to(self.folder):
            return None
        return None if collection_path in self.paths else True
