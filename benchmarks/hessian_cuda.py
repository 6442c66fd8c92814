"""The layerwise Hessian on a CUDA device, beside torch.func, timed by device events.

python -m benchmarks.hessian_cuda [--sizes 963 2929] [--samples 128] [--laps 20] [--write]
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

import torch

from benchmarks.hessian_sides import WIDTHS, Case, draw
from benchmarks.machine import describe_machine
from reference.mlp_hessian_torch import mlp_hessian_torch
from reference.network import build

RESULT = Path(__file__).parent / "results" / "hessian_cuda.md"


def milliseconds(run: Callable[[], object], laps: int) -> list[float]:
    """Time each lap between two events on the device's stream, after three that do not count."""
    for _ in range(3):
        run()
    found = []
    for _ in range(laps):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        run()
        end.record()
        end.synchronize()
        found.append(start.elapsed_time(end))
    return found


def row(n: int, samples: int, laps: int) -> str:
    """Measure one size: ours and torch.func.hessian, and how far apart their answers are."""
    case, theta = draw(n, samples)
    case = Case(case.widths, case.activation, case.X.cuda(), case.y.cuda())
    theta = theta.cuda()
    network = build(theta, case.widths, case.activation, case.X, case.y)
    function = torch.func.hessian(case)
    ours = span(milliseconds(lambda: mlp_hessian_torch(network).hessian, laps))
    try:
        expected, got = function(theta), mlp_hessian_torch(network).hessian
        error = f"{float((got - expected).abs().max() / expected.abs().max()):.0e}"
        peer = span(milliseconds(lambda: function(theta), laps))
    except torch.OutOfMemoryError:
        error, peer = "-", "out of memory"
    return f"| {n} | {samples} | {ours} | {peer} | {error} |"


def span(times: list[float]) -> str:
    """Write the median and both ends."""
    return f"{statistics.median(times):.3g} ({min(times):.3g} .. {max(times):.3g})"


def main() -> None:
    """Print the table; with --write, keep it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(WIDTHS), choices=WIDTHS)
    parser.add_argument("--samples", type=int, nargs="+", default=[128, 2700])
    parser.add_argument("--laps", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("no CUDA device on this machine: nothing measured")
    lines = ["# The exact Hessian on a CUDA device", ""]
    lines += [f"{describe_machine()}, {torch.cuda.get_device_name()}, CUDA {torch.version.cuda}."]
    lines += ["", "Milliseconds between device events: median (min .. max).", ""]
    lines += [
        "| n | N | ours | torch.func.hessian | relative difference |",
        "|---|---|---|---|---|",
    ]
    for n in arguments.sizes:
        lines += [row(n, samples, arguments.laps) for samples in arguments.samples]
    page = "\n".join([*lines, ""])
    print(page)
    if arguments.write:
        RESULT.write_text(page)


if __name__ == "__main__":
    main()
