"""Step 1: the driver, torch, the card, each isolation level, and what a worker answers there."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from benchmarks.cuda.record import Item
from grader.assignment.limits import Limits
from grader.sandbox import IsolationError, Returned, Zygote, open_zygote
from grader.sandbox.levels import levels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cuda.steps import Wish

SOURCE = """
import torch

def place(X):
    return X.device.type

def work(X):
    values = torch.linalg.eigvalsh(X @ X.T)
    torch.nn.functional.conv2d(torch.ones(1, 1, 8, 8).to(X), torch.ones(1, 1, 3, 3).to(X))
    weights = X.clone().requires_grad_()
    (weights**2).sum().backward()
    return values, weights.grad, torch.fft.fft(X).abs(), X.float() @ X.float()
"""


def look(wish: Wish) -> Iterator[Item]:
    """Say what the machine has, and try every level on it."""
    yield Item("driver", passed=True, said=_driver())
    yield Item("torch", passed=True, said=f"{torch.__version__}, CUDA {torch.version.cuda}")
    held = []
    names = [level.name for level in levels(device=wish.device) if level.name != "L0"]
    for name in names[: 1 if wish.short else None]:
        item = try_level(name, wish.device)
        held += [name] if item.passed else []
        yield replace(item, passed=item.passed or not item.numbers)  # a refusal is an answer
    said = f"the strongest is {held[0]}" if held else "no level holds"
    yield Item("some level of isolation holds", passed=bool(held), said=said)


def try_level(name: str, device: str) -> Item:
    """Prove one level, and have a worker behind it compute."""
    began = time.monotonic()
    try:
        zygote = open_zygote("L2", level=name, device=device, notebooks=False, packages=("torch",))
    except IsolationError as refused:
        return Item(name, passed=False, said=f"does not hold: {refused}")
    opened = time.monotonic() - began
    try:
        return _work(zygote, name, device, opened)
    finally:
        zygote.close()


def _work(zygote: Zygote, name: str, device: str, opened: float) -> Item:
    began = time.monotonic()
    worker = zygote.fork(Limits())
    forked = time.monotonic() - began
    try:
        request = {"name": "work.py", "kind": "py", "cells": [[0, SOURCE, []]], "mode": "all"}
        request |= {"statement_seconds": 10, "all_seconds": 10, "also": [], "files": []}
        request |= {"path": [], "packages": [], "modules": [], "linked": {}}
        request |= {"skip": [], "exports": []}
        worker.load(request, 10)
        X = torch.randn(64, 64, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
        place, work = worker.call("place", [X], {}), worker.call("work", [X], {})
        again = time.monotonic()
        worker.call("place", [X], {})
        numbers = {"opened": opened, "forked": forked, "called": time.monotonic() - again}
        right = place == Returned(device) and isinstance(work, Returned) and _is_right(X, work)
        said = f"opened in {opened:.1f} s, a worker in {1e3 * forked:.0f} ms"
        wrong = f"holds, and its worker does not answer rightly: {place}, {work}"
        return Item(name, passed=right, said=said if right else wrong[:600], numbers=numbers)
    finally:
        worker.close()


def _is_right(X: torch.Tensor, work: Returned) -> bool:
    values = work.value[0] if isinstance(work.value, tuple) else None
    expected = torch.linalg.eigvalsh(X @ X.T)
    return isinstance(values, torch.Tensor) and torch.allclose(values, expected, rtol=1e-9)


def _driver() -> str:
    if shutil.which("nvidia-smi") is None:
        return "no nvidia-smi"
    query = ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout.strip()
