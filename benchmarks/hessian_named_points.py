"""Three popular shortcuts, and named points where each gives the wrong answer.

    python -m benchmarks.hessian_named_points [--write]

Gauss-Newton in the Hessian's place has no negative eigenvalue by construction; HW2-2 of the
course counts the rounding noise of a float32 Gauss-Newton block; and "more than half of the
eigenvalues are positive, so it is a minimum" calls most saddles minima, however exact the Hessian.
"""

import argparse
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from reference.critical_points import analyze, hessian
from reference.curvature import curvature
from reference.inertia import inertia

RESULT = Path(__file__).parent / "results" / "hessian_named_points.md"
HEAD = """# Shortcuts at named points

Counts are (positive, zero, negative) eigenvalues in float64, zero meaning 1e-8 of
the largest. `python -m benchmarks.hessian_named_points` prints this page, and
`python -m benchmarks.hessian_pictures --write` draws its pictures.
"""
PICTURES = ("plane", "slices", "spectrum")
"""Drawn by `benchmarks.hessian_pictures`: the first stuck network, and the first HW2-2 network."""
F64 = torch.float64


@dataclass(frozen=True, eq=False)
class Network:
    """Mean squared error of a fully connected network, with its parts in view."""

    widths: tuple[int, ...]
    activation: str
    X: Tensor
    y: Tensor

    def outputs(self, theta: Tensor) -> Tensor:
        """Return the answers (N, K) at theta (n,)."""
        a, start = self.X.to(theta), 0
        for index, (fan_in, fan_out) in enumerate(pairwise(self.widths)):
            middle = start + fan_in * fan_out
            W, b = theta[start:middle].view(fan_out, fan_in), theta[middle : middle + fan_out]
            a, start = a @ W.T + b, middle + fan_out
            if index < len(self.widths) - 2:
                a = torch.tanh(a) if self.activation == "tanh" else torch.relu(a)
        return a

    def __call__(self, theta: Tensor) -> Tensor:
        """Return the loss at theta (n,)."""
        return (self.outputs(theta) - self.y.to(theta)).square().mean()


def gauss_newton(loss: Network, theta: Tensor) -> np.ndarray:
    """Return 2 / (N K) J^T J (n, n): the Hessian without the residuals' curvature."""
    J = torch.autograd.functional.jacobian(lambda t: loss.outputs(t).reshape(-1), theta)
    return (2.0 / len(J) * J.T @ J).numpy()


def counts(H: np.ndarray) -> str:
    """Write (positive, zero, negative) of H, zero meaning 1e-8 of the largest."""
    found = inertia(np.ascontiguousarray(H), 1e-8)
    return f"({found.positive}, {found.zero}, {found.negative})"


def lecture() -> list[str]:
    """(y - w1 w2 x)^2 with x = y = 1, at the origin."""
    exact = hessian(lambda t: (1 - t[0] * t[1]) ** 2, torch.zeros(2, dtype=F64)).numpy()
    J = np.zeros((1, 2))
    return [f"| lecture's example at (0, 0) | {counts(exact)} saddle | {counts(2 * J.T @ J)} |"]


def stuck(widths: tuple[int, ...], samples: int) -> tuple[Network, Tensor]:
    """Draw a network whose last two layers are zero and whose last bias is the mean of y."""
    loss, theta = draw(widths, samples, seed=0)
    last = widths[-2] + 1 + (widths[-3] + 1) * widths[-2]
    theta[-last:] = 0.0
    theta[-1] = loss.y.mean()
    return loss, theta


def stuck_networks() -> list[str]:
    """Count at such points: the gradient is zero, and the exact Hessian shows ways down."""
    rows = []
    for widths, samples in (((2, 6, 4, 1), 40), ((3, 10, 6, 1), 60), ((4, 14, 14, 1), 128)):
        loss, theta = stuck(widths, samples)
        norm, _, kind = analyze(loss, theta, 1e-6)
        H = np.array(curvature(loss, theta).hessian)
        name = "-".join(map(str, widths))
        found = f"{counts(H)} {kind}, gradient {norm:.0e}"
        rows.append(f"| stuck {name} tanh | {found} | {counts(gauss_newton(loss, theta))} |")
    return rows


def draw(widths: tuple[int, ...], samples: int, seed: int) -> tuple[Network, Tensor]:
    """Draw data and weights."""
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(samples, widths[0], generator=generator, dtype=F64)
    y = torch.randn(samples, widths[-1], generator=generator, dtype=F64)
    parts = [
        torch.randn((a + 1) * b, generator=generator, dtype=F64) / a**0.5
        for a, b in pairwise(widths)
    ]
    return Network(widths, "tanh", X, y), torch.cat(parts)


def course_network(seed: int, steps: int = 3000) -> tuple[Network, Tensor]:
    """Train the course's 1-128-1 ReLU network on six samples of its sinc, in float32."""
    torch.manual_seed(seed)
    X = torch.rand(6, 1) * 2 - 1
    loss = Network((1, 128, 1), "relu", X, torch.sinc(5 * X))
    model = torch.nn.Sequential(torch.nn.Linear(1, 128), torch.nn.ReLU(), torch.nn.Linear(128, 1))
    theta = torch.nn.utils.parameters_to_vector(model.parameters()).detach().requires_grad_()
    adam = torch.optim.Adam([theta], lr=1e-3, fused=True)
    for _ in range(steps):
        adam.zero_grad()
        loss(theta).backward()
        adam.step()
    return loss, theta.detach()


def official_ratio(loss: Network, theta: Tensor, order: Tensor) -> float:
    """Share of eigenvalues > 0, in float32, of the first layer's block with units relabelled."""
    W, b, v, c = theta[:128], theta[128:256], theta[256:384], theta[384:]
    relabelled = torch.cat([W[order], b[order], v[order], c]).float()
    J = torch.autograd.functional.jacobian(lambda t: loss.outputs(t).reshape(-1), relabelled)
    block = J[:, :128]
    return float((torch.linalg.eigvalsh(block.T @ block) > 0).float().mean())


def relabellings(networks: int = 5, orders: int = 20) -> list[str]:
    """Relabel the hidden units, which changes nothing about the function."""
    rows = []
    for seed in range(networks):
        loss, theta = course_network(seed)
        generator = torch.Generator().manual_seed(seed)
        ratios = [
            official_ratio(loss, theta, torch.randperm(128, generator=generator))
            for _ in range(orders)
        ]
        norm, ratio, kind = analyze(loss, theta.double(), 1e-3)
        H = np.array(curvature(loss, theta.double()).hessian)
        exact = f"{counts(H)}, gradient {norm:.0e}: {kind}, ratio {ratio:.3f}"
        rows.append(f"| {seed} | {min(ratios):.3f} to {max(ratios):.3f} | {exact} |")
    return rows


def minimum_of(hidden: int, samples: int, seed: int) -> tuple[Network, Tensor] | None:
    """Find a strict minimum of a 1-hidden-1 network by damped Newton; None if it stops short."""
    loss, theta = draw((1, hidden, 1), samples, seed)
    damping, at, height = 1.0, curvature(loss, theta), float(loss(theta))
    for _ in range(300):
        if float(abs(at.gradient).max()) < 1e-12:
            return (loss, theta) if analyze(loss, theta, 1e-6)[2] == "minimum" else None
        values, vectors = np.linalg.eigh(at.hessian)
        step = vectors @ ((vectors.T @ -at.gradient) / (abs(values) + damping))
        there = theta + torch.from_numpy(step)
        if float(loss(there)) <= height:
            theta, height, damping = there, float(loss(there)), damping / 4
            at = curvature(loss, theta)
        else:
            damping = max(damping, 1e-12) * 4
    return None


def twinned(loss: Network, theta: Tensor, share: float) -> tuple[Network, Tensor]:
    """Give the first hidden unit a twin; they share its outgoing weight. The gradient stays 0."""
    hidden = loss.widths[1]
    W, b, v, c = theta.split([hidden, hidden, hidden, 1])
    split = torch.cat([share * v[:1], v[1:], (1 - share) * v[:1]])
    larger = Network((1, hidden + 1, 1), loss.activation, loss.X, loss.y)
    return larger, torch.cat([W, W[:1], b, b[:1], split, c])


def twins(starts: int = 40) -> list[str]:
    """Count the saddles among twinned minima, and those with a ratio above one half."""
    rows = []
    for hidden in (2, 3):
        minima = [found for seed in range(starts) if (found := minimum_of(hidden, 30, seed))]
        saddles, ratios = 0, []
        for share in (0.5, 1.5):
            for loss, theta in minima:
                norm, ratio, kind = analyze(*twinned(loss, theta, share), 1e-9)
                saddles += kind == "saddle" and norm < 1e-9
                ratios += [ratio] if kind == "saddle" else []
        called = sum(ratio > 0.5 for ratio in ratios)
        span = f"{min(ratios):.2f} to {max(ratios):.2f}" if ratios else "-"
        rows.append(f"| 1-{hidden + 1}-1 | {len(minima)} | {saddles} | {span} | {called} |")
    return rows


def report() -> str:
    """Measure everything and lay it out."""
    return "\n".join(
        [
            HEAD,
            "## Gauss-Newton in the Hessian's place: it cannot see a saddle",
            "",
            "| point | exact Hessian | Gauss-Newton |",
            "|---|---|---|",
            *lecture(),
            *stuck_networks(),
            "",
            *(f"![{name}](../../assignments/hw2/{name}.png)" for name in PICTURES),
            "",
            "## HW2-2: share of float32 Gauss-Newton eigenvalues > 0, hidden units relabelled",
            "",
            "1-128-1 ReLU on six samples, trained by Adam; 20 relabellings of the same function;",
            "the block has rank at most 6 of 128. Float32 training ends a little elsewhere on",
            "other processors, and so do these counts.",
            "",
            "| seed | HW2-2's minimum ratio | exact Hessian of all 385 weights |",
            "|---|---|---|",
            *relabellings(),
            "",
            '## "A ratio above one half means minimum", with the exact Hessian',
            "",
            "Strict minima of a tanh network with one hidden unit fewer, on 30 samples; one unit",
            "is then given a twin, with shares 1/2 and 1/2, or 3/2 and -1/2, of its outgoing",
            "weight. Function and zero gradient stay the same (Fukumizu and Amari 2000).",
            "",
            "| network | minima | saddles made of them | their ratios | called minima |",
            "|---|---|---|---|---|",
            *twins(),
            "",
        ]
    )


def main() -> None:
    """Print the page; with --write, keep it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    torch.set_num_threads(1)
    arguments, page = parser.parse_args(), report()
    print(page)
    if arguments.write:
        RESULT.write_text(page)


if __name__ == "__main__":
    main()
