"""The layerwise Hessian on a CUDA device, beside torch.func, timed by device events.

python -m benchmarks.hessian_cuda [--sizes 963 2929] [--samples 128] [--laps 20] [--write]
"""

import argparse
import itertools
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

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


def milliseconds(run: Callable[[], object], device: str) -> float:
    """Time one lap between two events on the device's stream; on the CPU, by the clock."""
    if device == "cpu":
        began = time.perf_counter()
        run()
        return 1e3 * (time.perf_counter() - began)
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    run()
    end.record()
    end.synchronize()
    return start.elapsed_time(end)


def in_turns(runs: Sequence[Callable[[], object]], laps: int, device: str) -> list[list[float]]:
    """Time several by turns, after three laps that do not count; return the laps of each."""
    found: list[list[float]] = [[] for _ in runs]
    for _ in range(3 + laps):
        for run, times in zip(runs, found, strict=True):
            times.append(milliseconds(run, device))
    return [times[3:] for times in found]


def measure_size(n: int, samples: int, laps: int, device: str = "cuda") -> Size:
    """Measure one size: ours and torch.func.hessian, and how far apart their answers are."""
    case, theta = draw(n, samples)
    case = Case(case.widths, case.activation, case.X.to(device), case.y.to(device))
    theta = theta.to(device)
    network = build(theta, case.widths, case.activation, case.X, case.y)
    function = torch.func.hessian(case)

    def ours() -> Tensor:
        return mlp_hessian_torch(network).hessian

    try:
        expected, got = function(theta), ours()
        error = float((got - expected).abs().max() / expected.abs().max())
        ours_took, peer_took = in_turns((ours, lambda: function(theta)), laps, device)
    except torch.OutOfMemoryError:
        return Size(n, samples, tuple(in_turns((ours,), laps, device)[0]), (), math.nan)
    return Size(n, samples, tuple(ours_took), tuple(peer_took), error)


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
