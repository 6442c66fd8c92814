"""Pace: the batched double backward in single precision, which is fast and wrong."""

import torch

ROWS = 32


def hessian(loss, theta):
    theta = theta.to(torch.float32).requires_grad_()
    (g,) = torch.autograd.grad(loss(theta), theta, create_graph=True)
    units = torch.eye(len(theta), dtype=theta.dtype, device=theta.device)
    parts = [
        torch.autograd.grad(g, theta, batch, retain_graph=True, is_grads_batched=True)[0]
        for batch in units.split(ROWS)
    ]
    return torch.cat(parts).double()
