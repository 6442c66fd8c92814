"""What it costs to name the kind once the Hessian is there, and without one."""

import statistics
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np
import torch

from benchmarks.hessian_sides import Case, draw
from reference.curvature import network_of
from reference.inertia import ratio_and_kind
from reference.inspection import inspect_point
from reference.mlp_hessian import mlp_hessian

ONCE_ABOVE = 3000
LARGE = (64, 900, 900, 100, 1)


def classification(sizes: list[int]) -> list[str]:
    """Compare counting signs with all eigenvalues; then certify a saddle of a million weights."""
    lines = ["", "## Naming the kind, CPU ms (median of 5; above n = 3,000 one run)", ""]
    lines += [
        "| n | ratio and kind by LDL | numpy eigvalsh | torch eigvalsh |",
        "|---|---|---|---|",
    ]
    for n in sizes:
        network = network_of(*draw(n, 128))
        if network is None:
            raise RuntimeError("the network was not recognised")
        H = mlp_hessian(network).hessian
        times = [
            cpu(partial(ratio_and_kind, H, 1e-8), n),
            cpu(partial(np.linalg.eigvalsh, H), n),
            cpu(partial(torch.linalg.eigvalsh, torch.from_numpy(H)), n),
        ]
        lines.append(f"| {n} | " + " | ".join(f"{t:.3g}" for t in times) + " |")
    return [*lines, "", certificate()]


def cpu(run: Callable[[], object], n: int) -> float:
    """Median CPU time of five runs in ms, after one that is not counted; of one if n is large."""
    laps = 5 if n <= ONCE_ABOVE else 1
    if laps > 1:
        run()
    found = []
    for _ in range(laps):
        start = time.process_time()
        run()
        found.append((time.process_time() - start) * 1e3)
    return statistics.median(found)


def certificate() -> str:
    """Certify a strict saddle of a large network: its last two layers are zero."""
    generator = torch.Generator().manual_seed(0)
    n = sum((a + 1) * b for a, b in pairwise(LARGE))
    X = torch.randn(128, LARGE[0], generator=generator, dtype=torch.float64)
    y = torch.randn(128, 1, generator=generator, dtype=torch.float64)
    theta = torch.randn(n, generator=generator, dtype=torch.float64) / 30
    last = LARGE[-2] + 1 + (LARGE[-3] + 1) * LARGE[-2]
    theta[-last:] = 0.0
    theta[-1] = y.mean()
    loss = Case(LARGE, "tanh", X, y)
    start, wall = time.process_time(), time.perf_counter()
    found = inspect_point(loss, theta)
    spent = f"{time.process_time() - start:.1f} s CPU, {time.perf_counter() - wall:.1f} s wall"
    return f"n = {n}: {found.kind}, {found.products} products, {spent}."
