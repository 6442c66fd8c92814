"""The ways to a full Hessian that are measured side by side, each as a function of one case."""

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional

from reference.curvature import network_of
from reference.mlp_hessian import mlp_hessian

Side = Callable[[], object]

WIDTHS = {
    29: (2, 7, 1),
    295: (4, 14, 14, 1),
    385: (1, 128, 1),
    963: (8, 26, 26, 1),
    2929: (10, 48, 48, 1),
    9769: (20, 88, 88, 1),
}


@dataclass(frozen=True, eq=False)
class Case:
    """One tanh network with squared error: its parts in view, and as an nn.Module."""

    widths: tuple[int, ...]
    activation: str
    X: Tensor
    y: Tensor

    def __call__(self, theta: Tensor) -> Tensor:
        """Return the loss at theta (n,)."""
        a, start = self.X, 0
        for index, (fan_in, fan_out) in enumerate(pairwise(self.widths)):
            middle = start + fan_in * fan_out
            W, b = theta[start:middle].view(fan_out, fan_in), theta[middle : middle + fan_out]
            a, start = a @ W.T + b, middle + fan_out
            a = torch.tanh(a) if index < len(self.widths) - 2 else a
        return functional.mse_loss(a, self.y)

    def module(self, theta: Tensor) -> torch.nn.Sequential:
        """Return the same network as a module with the weights of theta."""
        layers: list[torch.nn.Module] = []
        for fan_in, fan_out in pairwise(self.widths):
            layers += [torch.nn.Linear(fan_in, fan_out, dtype=torch.float64), torch.nn.Tanh()]
        model = torch.nn.Sequential(*layers[:-1])
        torch.nn.utils.vector_to_parameters(theta.clone(), model.parameters())
        return model


def draw(n: int, samples: int) -> tuple[Case, Tensor]:
    """Draw the case of n weights, the same for every process."""
    generator, widths = torch.Generator().manual_seed(n), WIDTHS[n]

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    theta = torch.cat([normal((a + 1) * b) / a**0.5 for a, b in pairwise(widths)])
    return Case(widths, "tanh", normal(samples, widths[0]), normal(samples, widths[-1])), theta


def ours(case: Case, theta: Tensor) -> Side:
    """Propagate layer by layer; the network is recognised beforehand."""
    network = network_of(case, theta)
    if network is None:
        raise RuntimeError("the network was not recognised")
    return lambda: mlp_hessian(network).hessian


def ours_lower(case: Case, theta: Tensor) -> Side:
    """Propagate layer by layer, for the lower triangle alone, as a classification needs it."""
    network = network_of(case, theta)
    if network is None:
        raise RuntimeError("the network was not recognised")
    return lambda: mlp_hessian(network, lower_only=True).hessian


def ours_checked(case: Case, theta: Tensor) -> Side:
    """Call hw2's export: it recognises the network and checks itself against autograd."""
    from reference.critical_points import hessian  # noqa: PLC0415 - this side's own import

    return lambda: hessian(case, theta)


def ours_generic(case: Case, theta: Tensor) -> Side:
    """Batch double backward, as for a callable that shows no parts."""
    from reference.critical_points import hessian  # noqa: PLC0415 - this side's own import

    return lambda: hessian(case.__call__, theta)


def student_loop(case: Case, theta: Tensor) -> Side:
    """Loop over the gradient's entries, as students write it."""

    def run() -> Tensor:
        at = theta.clone().requires_grad_()
        (g,) = torch.autograd.grad(case(at), at, create_graph=True)
        rows = [torch.autograd.grad(g[i], at, retain_graph=True)[0] for i in range(len(g))]
        return torch.stack(rows)

    return run


def torch_func(case: Case, theta: Tensor) -> Side:
    """Use torch.func.hessian."""
    function = torch.func.hessian(case)
    return lambda: function(theta)


def functional_hessian(case: Case, theta: Tensor) -> Side:
    """Use torch.autograd.functional.hessian, vectorised."""
    return lambda: torch.autograd.functional.hessian(case, theta, vectorize=True)


def curvlinops(case: Case, theta: Tensor) -> Side:
    """Multiply curvlinops' linear operator with the identity."""
    from curvlinops import HessianLinearOperator  # noqa: PLC0415 - a peer that may be missing

    model = case.module(theta)
    operator = HessianLinearOperator(
        model,
        torch.nn.MSELoss(),
        list(model.parameters()),
        [(case.X, case.y)],
        check_deterministic=False,
    )
    eye = torch.eye(len(theta), dtype=theta.dtype)
    return lambda: operator @ eye


def pyhessian(case: Case, theta: Tensor) -> Side:
    """Take one PyHessian product for each unit vector."""
    import pyhessian as package  # noqa: PLC0415 - a peer that may be missing
    from pyhessian.utils import hessian_vector_product  # noqa: PLC0415 - likewise

    model = case.module(theta)
    shapes = [p.shape for p in model.parameters()]
    sizes = [p.numel() for p in model.parameters()]
    eye = torch.eye(len(theta), dtype=theta.dtype)

    def run() -> Tensor:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            at = package.hessian(model, torch.nn.MSELoss(), data=(case.X, case.y), cuda=False)
        rows = []
        for unit in eye:
            v = [part.view(s) for part, s in zip(unit.split(sizes), shapes, strict=True)]
            product = hessian_vector_product(at.gradsH, at.params, v)
            rows.append(torch.cat([part.reshape(-1) for part in product]))
        return torch.stack(rows)

    return run


def eigenthings(case: Case, theta: Tensor) -> Side:
    """Take one hessian-eigenthings product for each unit vector."""
    from hessian_eigenthings import HessianOperator  # noqa: PLC0415 - a peer that may be missing

    def loss(model: torch.nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        return functional.mse_loss(model(batch[0]), batch[1])

    operator = HessianOperator(case.module(theta), [(case.X, case.y)], loss)
    eye = torch.eye(len(theta), dtype=theta.dtype)
    return lambda: torch.stack([operator.matvec(unit) for unit in eye])


def jax_hessian(case: Case, theta: Tensor) -> Side:
    """Use jax.hessian, compiled beforehand."""
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    import jax  # noqa: PLC0415 - a peer that may be missing
    import jax.numpy as jnp  # noqa: PLC0415 - likewise

    jax.config.update("jax_enable_x64", val=True)
    X, y = jnp.array(case.X.numpy()), jnp.array(case.y.numpy())

    def loss(t):  # noqa: ANN001, ANN202 - jax's arrays, whose package may be missing
        a, start = X, 0
        for index, (fan_in, fan_out) in enumerate(pairwise(case.widths)):
            middle = start + fan_in * fan_out
            W, b = t[start:middle].reshape(fan_out, fan_in), t[middle : middle + fan_out]
            a, start = a @ W.T + b, middle + fan_out
            a = jnp.tanh(a) if index < len(case.widths) - 2 else a
        return jnp.mean((a - y) ** 2)

    at = jnp.array(theta.numpy())
    compiled = jax.jit(jax.hessian(loss)).lower(at).compile()
    return lambda: compiled(at).block_until_ready()


SIDES: dict[str, Callable[[Case, Tensor], Side]] = {
    "ours": ours,
    "ours, lower triangle": ours_lower,
    "ours, recognised and checked": ours_checked,
    "ours, any callable": ours_generic,
    "student's loop": student_loop,
    "torch.func.hessian": torch_func,
    "autograd.functional.hessian": functional_hessian,
    "curvlinops": curvlinops,
    "PyHessian": pyhessian,
    "hessian-eigenthings": eigenthings,
    "JAX, compiled": jax_hessian,
}
