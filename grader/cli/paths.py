"""Paths among the words of a command: an empty word is none, and does not mean the folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from os import PathLike


class PathWord(click.Path):
    """A path, as click reads it; what is empty is most often a variable that nobody has set."""

    def __init__(self, **kinds: bool) -> None:
        super().__init__(path_type=Path, **kinds)

    def convert(
        self,
        value: str | PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - as click's own
        """Return the path, or complain."""
        if value == "":
            self.fail("the path is empty: is a variable not set?", param, ctx)
        return super().convert(value, param, ctx)
