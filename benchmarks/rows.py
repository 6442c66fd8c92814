"""A table of results that is made row by row, by commands that run on different days."""

from pathlib import Path


def write_row(path: Path, head: str, row: str) -> None:
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
