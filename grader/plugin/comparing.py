"""A failing comparison is kept, and explained later by us: never by pytest.

pytest would explain it at once, and where ``CI`` is set in full: the difference of two long texts
took it minutes. Both sides may be a submission's, so they are compared and rendered by ours alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from _pytest.assertion import util

from grader.plugin.private_names import replaced, require_names

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

_HOOK = "_reprcompare"  # what a rewritten assert calls; pytest has no public name for it
require_names("pytest", util, _HOOK)


def comparing(keep: Callable[[str, object, object], str]) -> AbstractContextManager[None]:
    """Have ``keep(operator, left, right)`` say what a failing comparison was, meanwhile."""
    return replaced(util, _HOOK, keep)
