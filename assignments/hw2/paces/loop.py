"""Pace: the plain loop, one backward pass for each row of the Hessian."""

import torch


def hessian(loss, theta):
    theta = theta.clone().requires_grad_()
    (g,) = torch.autograd.grad(loss(theta), theta, create_graph=True)
    rows = [torch.autograd.grad(g[i], theta, retain_graph=True)[0] for i in range(len(theta))]
    return torch.stack(rows)
