"""Pace: torch.autograd.functional.hessian as it comes, which is a loop over rows."""

import torch


def hessian(loss, theta):
    return torch.autograd.functional.hessian(loss, theta)
