"""Trains a model for an hour before it has defined anything.

Earns: nothing
Verdict: timed_out, missing
"""

import time

import torch

model = torch.nn.Linear(64, 64)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
end = time.monotonic() + 3600
while time.monotonic() < end:
    optimizer.zero_grad()
    model(torch.randn(64, 64)).square().mean().backward()
    optimizer.step()


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
