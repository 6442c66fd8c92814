"""Pace: double backward, the rows of the Hessian in batches of 32."""

import torch

ROWS = 32


def hessian(loss, theta):
    theta = theta.clone().requires_grad_()
    (g,) = torch.autograd.grad(loss(theta), theta, create_graph=True)
    units = torch.eye(len(theta), dtype=theta.dtype, device=theta.device)
    parts = [
        torch.autograd.grad(g, theta, batch, retain_graph=True, is_grads_batched=True)[0]
        for batch in units.split(ROWS)
    ]
    return torch.cat(parts)
