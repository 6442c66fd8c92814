"""A table of results that is made row by row, by commands that run on different days."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from grader.selftest.findings import Family


def tell_row(row: str, family: Family, results: tuple[Path, str], *, write: bool) -> None:
    """Print what a family of a self-test found, and its row; `write` it to a file with a head."""
    print(*family.problems, *family.advice, sep="\n")
    print(row, flush=True)
    if write:
        _write_row(*results, row)


def _write_row(path: Path, head: str, row: str) -> None:
    """Put a row into a table, in place of what it has with the same first cell.

    `head` is all that stands above the rows, the same each time.
    """
    known = (
        path.read_text(encoding="utf-8").removeprefix(head).splitlines() if path.exists() else []
    )
    kept = [one for one in known if one and _first(one) != _first(row)]
    path.write_text(head + "\n".join(sorted([*kept, row])) + "\n", encoding="utf-8")


def _first(row: str) -> str:
    return row.split("|")[1]
