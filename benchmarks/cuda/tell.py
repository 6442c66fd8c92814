"""A plug-in of pytest's that tells of every test the moment it ends, in the file of the items."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from benchmarks.cuda.record import Item

if TYPE_CHECKING:
    import pytest

ITEMS = "TORCHMARKS_CUDA_ITEMS"
"""The variable that names the file."""
_LONGEST = 300


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add a line for a test that was called, or that went wrong before or after.

    Where there is a card, one that was skipped has proved nothing.
    """
    if report.when != "call" and not (report.failed or report.skipped):
        return
    proved = not report.failed and not (report.skipped and torch.cuda.is_available())
    item = Item(_name(report.nodeid), passed=proved, said=_said(report))
    with Path(os.environ[ITEMS]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(item)) + "\n")


def _name(node: str) -> str:
    path, _, test = node.partition("::")
    return f"{Path(path).stem} {test}"


def _said(report: pytest.TestReport) -> str:
    if report.failed:
        lines = [line for line in report.longreprtext.splitlines() if line.startswith("E ")]
        return " ".join(line[2:].strip() for line in lines)[:_LONGEST]
    if report.skipped:
        return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    return f"{report.duration:.1f} s"
