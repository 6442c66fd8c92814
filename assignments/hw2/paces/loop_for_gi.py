"""Pace: the loop that walks over the gradient itself, whose entries share a backward pass."""

import torch


def hessian(loss, theta):
    theta = theta.clone().requires_grad_()
    (g,) = torch.autograd.grad(loss(theta), theta, create_graph=True)
    return torch.stack([torch.autograd.grad(gi, theta, retain_graph=True)[0] for gi in g])
