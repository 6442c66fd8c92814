"""What a model's layers do, seen from its answers: on networks whose layers are known."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from assignments.hw1.layers import assert_layers, assert_rectified

SEEDS = (1, 2**200 + 3)


def network(*widths, activation=nn.ReLU, last=nn.Identity, bias=True):
    """Stand for a submission whose models have these hidden widths."""

    def build(inputs):
        layers = []
        for fan_in, fan_out in pairwise((inputs, *widths)):
            layers += [nn.Linear(fan_in, fan_out, bias), activation()]
        return nn.Sequential(*layers, nn.Linear(widths[-1], 1, bias), last(), nn.Flatten(0))

    return SimpleNamespace(build=build, predict=lambda model, X: model(X).detach())


RIGHT = network(64, 32)


def mended(**other):
    """Stand for a submission with the layers that are asked for, but for one function."""
    return SimpleNamespace(**{**vars(RIGHT), **other})


def answering(change):
    """Stand for a submission whose predictions are changed, by rows and answers."""
    return mended(predict=lambda model, X: change(X, RIGHT.predict(model, X)))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "begin",
    [
        nn.init.xavier_uniform_,
        nn.init.orthogonal_,
        nn.init.zeros_,
        lambda part: nn.init.uniform_(part, -1e3, 1e3),
    ],
)
def test_the_network_that_is_asked_for_is_known_whatever_it_begins_with(begin, seed):
    """Weights are drawn for it, so its own play no part."""

    def build(inputs):
        model = RIGHT.build(inputs)
        for part in model.parameters():
            begin(part) if part.ndim == 2 else nn.init.zeros_(part)
        return model

    submission = mended(build=build)
    assert_rectified(submission, seed)
    assert_layers(submission, seed)


class Backwards(nn.Module):
    """Names, order and class as nobody else has them; and a buffer that is no weight."""

    def __init__(self, inputs):
        super().__init__()
        self.z, self.b, self.a = nn.Linear(32, 1), nn.Linear(64, 32), nn.Linear(inputs, 64)
        self.register_buffer("asked", torch.tensor(0))

    def forward(self, X):
        """Answer rows."""
        return self.z(self.b(self.a(X).clamp(min=0)).clamp(min=0))[:, 0]


def test_names_and_their_order_play_no_part():
    """Weights find their places by their shapes."""
    submission = mended(build=Backwards)
    assert_rectified(submission, 1)
    assert_layers(submission, 1)


def test_lazy_layers_have_weights_when_they_are_needed():
    """A model may find out how many inputs it has when it is first asked."""

    def build(_):
        hidden = nn.LazyLinear(64), nn.ReLU(), nn.LazyLinear(32), nn.ReLU()
        return nn.Sequential(*hidden, nn.LazyLinear(1), nn.Flatten(0))

    assert_rectified(mended(build=build), 1)
    assert_layers(mended(build=build), 1)


@pytest.mark.parametrize("widths", [(64,), (32, 64), (64, 64), (64, 32, 16), (5, 4)], ids=str)
def test_a_network_of_other_widths_is_rectified_all_the_same(widths):
    """How many units there are is another question."""
    assert_rectified(network(*widths), 1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("submission", "words"),
    [
        (network(64, 32, activation=nn.Identity), "one straight line: it has no activations"),
        (network(64, 32, activation=nn.LeakyReLU), "where all its units are off: they leak"),
        (network(64, 32, activation=nn.PReLU), "where all its units are off: they leak"),
        (network(64, 32, bias=False), "or have no biases"),
        (network(64, 32, activation=nn.Tanh), "its activation is not ReLU"),
        (network(64, 32, activation=nn.Sigmoid), "its activation is not ReLU"),
        (network(64, 32, activation=nn.GELU), "its activation is not ReLU"),
        (network(64, 32, activation=nn.ELU), "its activation is not ReLU"),
        (network(64, 32, activation=nn.SiLU), "its activation is not ReLU"),
        (network(64, 32, activation=nn.Softplus), "its activation is not ReLU"),
        (network(64, 32, activation=nn.ReLU6), "its activation is not ReLU"),
        (network(64, 32, last=nn.ReLU), "is its output activated?"),
        (network(64, 32, last=nn.Softplus), "its activation is not ReLU"),
        (answering(lambda _, y: y.half()), "predict rounds"),
        (answering(lambda _, y: y.round(decimals=3)), "predict rounds"),
    ],
)
def test_another_activation_is_named(submission, words, seed):
    """By what it does where biases are zero, and where they are below it."""
    with pytest.raises(AssertionError, match=words):
        assert_rectified(submission, seed)


def second_straight():
    """Stand for a submission that has forgotten the second activation."""

    def build(inputs):
        hidden = nn.Linear(inputs, 64), nn.ReLU(), nn.Linear(64, 32)
        return nn.Sequential(*hidden, nn.Linear(32, 1), nn.Flatten(0))

    return mended(build=build)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("submission", "words"),
    [
        (network(64), "has 64 hidden units; two hidden layers are asked for, of 64 and 32"),
        (network(32, 64), "has 32 and 64 hidden units"),
        (network(64, 31), "has 64 and 31 hidden units"),
        (network(63, 32), "has 63 and 32 hidden units"),
        (network(64, 32, 16), "has 64 and 32 and 16 hidden units"),
        (network(64, 32, bias=False), "each with its biases"),
        (mended(build=lambda n: nn.Sequential(nn.Linear(n, 1), nn.Flatten(0))), "no hidden units"),
        (second_straight(), "its bends show 0 units behind the first, expected 32"),
        (network(64, 32, activation=nn.Identity), "0 units in the first layer, expected 64"),
        (answering(lambda X, y: y + (X[:, 0] - 10).relu()), "bends where none of its units does"),
        (answering(lambda _, y: y.half()), "units in the first layer, expected 64"),
    ],
)
def test_other_layers_are_told(submission, words, seed):
    """Which there are, and how many units show where there seem to be those asked for."""
    with pytest.raises(AssertionError, match=words):
        assert_layers(submission, seed)


@pytest.mark.parametrize("activation", [nn.LeakyReLU, nn.ReLU], ids=lambda each: each.__name__)
def test_leaking_units_are_counted(activation):
    """They bend at the same places; that they leak is another check's."""
    assert_layers(network(64, 32, activation=activation), 1)
