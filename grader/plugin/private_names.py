"""Names that pytest and Hypothesis keep to themselves, and that grading cannot do without."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def require_names(library: str, owner: object, *names: str) -> None:
    """Raise ImportError unless the installed library still has the names, in ``owner``.

    Without one a check would be drawn or told otherwise than it should, and nobody would see it.
    """
    for name in names:
        if not hasattr(owner, name):
            raise ImportError(
                f"this {library}, {version(library)}, has no {name}, which grading replaces or "
                "reads: install a version that has it"
            )


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Have ``owner`` give ``value`` by that name until the end of the block."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
