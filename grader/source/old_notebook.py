"""Cells of the formats before 4, in which notebooks were kept until 2015."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def upgrade(code: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cells of format 2 or 3 as nbformat upgrades them."""
    import nbformat  # noqa: PLC0415 - a tenth of a second that only old notebooks need

    convert: Callable[..., Any] = nbformat.convert
    convert_from: Callable[..., Any] = nbformat.from_dict

    old = [
        {"cell_type": "code", "language": "python", "outputs": [], "collapsed": False}
        | {"input": cell["source"], "metadata": cell["metadata"]}
        for cell in code
    ]
    book = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": old}]}
    upgraded = convert(convert_from(book), 4)
    return [dict(cell) for cell in upgraded.cells]
