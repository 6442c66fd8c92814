"""Named paces: how fast some correct submissions of an assignment are, for comparison.

They are measured by whoever calibrates the assignment and lie in its ``paces/paces.toml``, one
table for each raced export: ``[analyze]`` with lines like ``loop = 38.2``.
"""

from __future__ import annotations

import math
import tomllib
from typing import TYPE_CHECKING

from grader.assignment.folder import AssignmentError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["load_baselines"]


def load_baselines(folder: Path, export: str) -> dict[str, float]:
    """Return slowdown by name for one export of the assignment in ``folder``; {} without a file.

    Raises AssignmentError, with the file's name, for what is no slowdown.
    """
    path = folder / "paces" / "paces.toml"
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get(export, {})
    except ValueError as error:
        raise AssignmentError(f"{path}: {error}") from error
    if not isinstance(table, dict):
        raise AssignmentError(f"{path}: {export} must be a table, with a line for each pace")
    for name, pace in table.items():
        if not isinstance(pace, (int, float)) or not 0 < pace < math.inf:
            raise AssignmentError(
                f"{path}: {export}.{name} must be a slowdown above 0, not {pace!r}"
            )
    return {name: float(pace) for name, pace in table.items()}
