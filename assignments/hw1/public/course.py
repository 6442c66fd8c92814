"""Read the course's own `covid.train.csv`, and say plainly what is wrong with any other file.

It is not shipped with the kit. Copies differ in their line ends, and other years' data has the
same name, so its shape and its values are looked at, not its hash.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FEATURES = 93
STATES = 40
ROWS = {"covid.train.csv": 2700, "covid.test.csv": 893}
TRAIN = "covid.train.csv"
ELSEWHERE = "it is the 2021 homework 1 of Hung-yi Lee's course that is meant"


class CourseDataError(ValueError):
    """The course's data cannot be used; the message says why and what to do."""


def load_course(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Read the labelled rows, `X (2700, 93)`, `y (2700,)`; `path` is the file or its folder."""
    table = load_table(path / TRAIN if path.is_dir() else path, ROWS[TRAIN], FEATURES + 2)
    return table[:, 1:-1], table[:, -1]


def load_test(path: Path) -> NDArray[np.float64]:
    """Read the 893 rows without labels, `X (893, 93)`."""
    name = "covid.test.csv"
    return load_table(path / name if path.is_dir() else path, ROWS[name], FEATURES + 1)[:, 1:]


def load_table(path: Path, rows: int, columns: int) -> NDArray[np.float64]:
    """Read numbers under a line of names; check their shape, row numbers, states and rates."""
    lines = _read(path)
    header, *body = lines or [[]]
    if (columns, len(header)) == (FEATURES + 2, FEATURES + 1):
        raise CourseDataError(f"{path} has no labels, {columns - 1} columns: is it covid.test.csv?")
    if len(header) != columns:
        raise CourseDataError(
            f"{path} has {len(header)} columns, not {columns}: is it another year's? {ELSEWHERE}"
        )
    if len(body) != rows:
        raise CourseDataError(
            f"{path} has {len(body)} rows, not {rows}: it is cut short or another file"
        )
    table = np.array([_numbers(path, number, line, columns) for number, line in enumerate(body, 2)])
    _check_values(path, table)
    return table


def _read(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CourseDataError(
            f"{path} does not exist: put the course's file there, or give no data"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CourseDataError(f"{path} cannot be read as text: {error}") from error
    return [line for line in csv.reader(text.splitlines()) if line]


def _numbers(path: Path, number: int, line: list[str], columns: int) -> list[float]:
    if len(line) != columns:
        raise CourseDataError(f"{path}, line {number}: {len(line)} entries, not {columns}")
    try:
        return [float(entry) for entry in line]
    except ValueError as error:
        raise CourseDataError(f"{path}, line {number}: {error}") from error


def _check_values(path: Path, table: NDArray[np.float64]) -> None:
    states, rest = table[:, 1 : 1 + STATES], table[:, 1 + STATES :]
    if not np.isfinite(table).all():
        raise CourseDataError(f"{path} holds entries that are not finite numbers")
    if not np.array_equal(table[:, 0], np.arange(len(table))):
        raise CourseDataError(f"{path}: the first column does not count rows from 0")
    if not (np.isin(states, (0, 1)).all() and (states.sum(1) == 1).all()):
        raise CourseDataError(f"{path}: columns 2 to {1 + STATES} do not name one state a row")
    if rest.min() < 0 or rest.max() > 100:
        row, column = np.argwhere((rest < 0) | (rest > 100))[0]
        raise CourseDataError(
            f"{path}, line {row + 2}, column {column + 2 + STATES}: "
            f"{rest[row, column]:g} is no percentage"
        )
