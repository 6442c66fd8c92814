"""The large libraries that a submission names: a zygote imports them once, not each worker.

The text is looked at and no more. It can choose among the few names here, which are
imported where they are installed; what a submission really imports is its own affair.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.inside.preload import LIBRARIES
from grader.source.watchdog import TooSlowError, within

if TYPE_CHECKING:
    from grader.source.handin import Source

_NAMED = re.compile(rf"^[ \t\f]*+(?:import|from)[ \t]+({'|'.join(LIBRARIES)})\b", re.MULTILINE)


def libraries_of(source: Source) -> tuple[str, ...]:
    """Name the libraries of `LIBRARIES` that some line of a source begins to import."""
    try:
        with within():
            found = {name for cell in source.cells for name in _NAMED.findall(cell.text)}
    except TooSlowError:
        return ()
    return tuple(sorted(found))
