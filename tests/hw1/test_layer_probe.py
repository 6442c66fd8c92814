"""What the bends of a network give away, on networks whose layers are known."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from assignments.hw1.layer_probe import dissect
from assignments.hw1.regime import one_thread

INPUTS = 96


def oracle(model):
    """Make a model a function from arrays to arrays."""

    def ask(X):
        with torch.no_grad():
            return model(torch.from_numpy(X).float()).squeeze(1).double().numpy()

    return ask


def network(*widths, activation=nn.ReLU):
    """Make a network with these hidden widths."""
    sizes = [INPUTS, *widths]
    layers = [part for a, b in pairwise(sizes) for part in (nn.Linear(a, b), activation())]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1))


def dissected(model, seed=0):
    """Take a model apart."""
    return dissect(oracle(model), INPUTS, seed)


@pytest.fixture(autouse=True)
def seeded():
    """Draw the same networks each time, and keep torch to one thread."""
    with torch.random.fork_rng(devices=[]), one_thread():
        torch.manual_seed(20)
        yield


@pytest.mark.parametrize("widths", [(64, 32), (32, 16), (64, 16), (32, 64)], ids=str)
def test_the_widths_of_two_hidden_layers_are_found(widths):
    """The first exactly, the second within a tenth or two."""
    found = dissected(network(*widths))
    assert abs(found.first - widths[0]) <= 1
    assert abs(found.second - widths[1]) <= 2 + widths[1] // 10
    assert found.lone < 0.12


@pytest.mark.parametrize(
    "init", [nn.init.xavier_uniform_, nn.init.kaiming_normal_, nn.init.orthogonal_]
)
def test_the_initialisation_does_not_matter(init):
    """Other weights, and biases of zero, bend at other places as often."""
    model = network(64, 32)
    for parameter in model.parameters():
        init(parameter) if parameter.ndim == 2 else nn.init.zeros_(parameter)
    found = dissected(model)
    assert abs(found.first - 64) <= 1
    assert 28 <= found.second <= 38
    assert found.flat


def test_a_third_hidden_layer_shows_in_bends_without_a_unit():
    """A deeper layer's bends have a direction of their own at every place."""
    assert dissected(network(64, 32, 16)).lone > 0.2


def test_leaky_units_are_never_at_rest():
    """Where all first units are off, a network of ReLU is constant and a leaky one is not."""
    assert dissected(network(64, 32)).flat
    assert not dissected(network(64, 32, activation=nn.LeakyReLU)).flat


@pytest.mark.parametrize(
    "activation", [nn.Tanh, nn.Sigmoid, nn.GELU, nn.ELU], ids=lambda a: a.__name__
)
def test_smooth_activations_have_no_bends(activation):
    """A smooth network is neither affine nor bent."""
    found = dissected(network(64, 32, activation=activation))
    assert not found.affine
    assert found.bends < 5


def test_linear_layers_are_one():
    """Without activations the whole is affine."""
    assert dissected(network(64, 32, activation=nn.Identity)).affine
