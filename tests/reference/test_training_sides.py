"""The fast ways to train that the benchmark shows are the same mathematics as the module."""

import torch
from torch import nn

from benchmarks.training_sides import Flat


def test_the_written_gradient_is_autograds():
    """The flat network's gradient equals that of its module to float32 rounding."""
    torch.manual_seed(0)
    network = Flat(9)
    X, y = torch.randn(33, 9), torch.randn(33)
    network.differentiate(X, y)
    nn.functional.mse_loss(network.model(X).squeeze(1), y).backward()
    expected = nn.utils.parameters_to_vector(p.grad for p in network.model.parameters())
    assert (network.flat.grad - expected).abs().max() < 1e-6 * expected.abs().max()


def test_training_it_follows_the_module():
    """After twenty steps of Adam both have the same weights to rounding."""
    torch.manual_seed(1)
    network = Flat(9)
    X, y = torch.randn(64, 9), torch.randn(64)
    ours = torch.optim.Adam([network.flat], lr=1e-3, fused=True)
    theirs = torch.optim.Adam(network.model.parameters(), lr=1e-3)
    for _ in range(20):
        network.differentiate(X, y)
        ours.step()
        theirs.zero_grad()
        nn.functional.mse_loss(network.model(X).squeeze(1), y).backward()
        theirs.step()
    expected = nn.utils.parameters_to_vector(network.model.parameters())
    assert (network.flat - expected).abs().max() < 1e-4
