"""The layerwise Hessian on a CUDA device, beside torch.func, timed by device events.

python -m benchmarks.hessian_cuda [--sizes 963 2929] [--samples 128] [--laps 20] [--write]
"""

import argparse
import itertools
import math
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.hessian_sides import WIDTHS, Case, draw
from benchmarks.machine import describe_machine
from reference.mlp_hessian_torch import mlp_hessian_torch
from reference.network import build

RESULT = Path(__file__).parent / "results" / "hessian_cuda.md"


@dataclass(frozen=True)
class Size:
    """One size: milliseconds of each lap, ours and torch.func's, and how far apart the answers are.

    Where the peer ran out of memory it has no laps, and the error is not known: nan.
    """

    n: int
    samples: int
    ours: tuple[float, ...]
    peer: tuple[float, ...]
    error: float

    def told(self) -> str:
        """One line about it."""
        if not self.peer:
            return f"{span(self.ours)} ms; torch.func ran out of memory"
        ratio = statistics.median(self.peer) / statistics.median(self.ours)
        return (
            f"{span(self.ours)} ms against torch.func's {span(self.peer)} ms: {ratio:.1f} times; "
            f"they differ by {self.error:.0e}"
        )

    def numbers(self) -> dict[str, float]:
        """The medians and the difference."""
        peer = statistics.median(self.peer) if self.peer else math.nan
        return {"ours": statistics.median(self.ours), "peer": peer, "error": self.error}


def milliseconds(run: Callable[[], object], laps: int, device: str = "cuda") -> tuple[float, ...]:
    """Time each lap between two events on the device's stream, after three that do not count.

    On the CPU, where there are no events, by the clock.
    """
    for _ in range(3):
        run()
    found = []
    for _ in range(laps):
        if device == "cpu":
            began = time.perf_counter()
            run()
            found.append(1e3 * (time.perf_counter() - began))
            continue
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        run()
        end.record()
        end.synchronize()
        found.append(start.elapsed_time(end))
    return tuple(found)


def measure_size(n: int, samples: int, laps: int, device: str = "cuda") -> Size:
    """Measure one size: ours and torch.func.hessian, and how far apart their answers are."""
    case, theta = draw(n, samples)
    case = Case(case.widths, case.activation, case.X.to(device), case.y.to(device))
    theta = theta.to(device)
    network = build(theta, case.widths, case.activation, case.X, case.y)
    function = torch.func.hessian(case)
    ours = milliseconds(lambda: mlp_hessian_torch(network).hessian, laps, device)
    try:
        expected, got = function(theta), mlp_hessian_torch(network).hessian
        error = float((got - expected).abs().max() / expected.abs().max())
        return Size(n, samples, ours, milliseconds(lambda: function(theta), laps, device), error)
    except torch.OutOfMemoryError:
        return Size(n, samples, ours, (), math.nan)


def span(times: tuple[float, ...]) -> str:
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
    lines += ["| n | N | ours |", "|---|---|---|"]
    for n, samples in itertools.product(arguments.sizes, arguments.samples):
        size = measure_size(n, samples, arguments.laps)
        lines.append(f"| {n} | {samples} | {size.told()} |")
    page = "\n".join([*lines, ""])
    print(page)
    if arguments.write:
        RESULT.write_text(page)


if __name__ == "__main__":
    main()
