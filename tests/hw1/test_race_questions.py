"""What hw1's race asks is answered by the steps of the recipe, and by nothing that costs less."""

import copy
import importlib.util

import numpy as np
import pytest
import torch

from assignments.hw1 import workload_hidden
from assignments.hw1.workload_hidden import EPOCHS, RATE, ROWS, WIDTHS, check, draw
from benchmarks.race_yard import TASKS
from reference import loss_diagnosis as reference

TRAIN = TASKS["hw1"]


def load(name):
    """Import a pace."""
    spec = importlib.util.spec_from_file_location(name, TRAIN.pace(name))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Ask:
    """A worker in this process: what a workload may want of it."""

    def __init__(self, module):
        self.module = module

    def __call__(self, export, *args):
        """Call an export."""
        return getattr(self.module, export)(*args)

    def fill(self, model, values):
        """Give a model weights by their shapes."""
        parts = {tuple(part.shape): part for part in model.parameters()}
        with torch.no_grad():
            for part in values:
                parts[tuple(part.shape)].copy_(part)


def answer(module, question, **changes):
    """Answer a question as a racer does; ``changes`` are other settings of the training."""
    ask = Ask(module)
    model, X, y, epochs, batch, rate, seed = workload_hidden.build(ask, question)
    epochs, rate = changes.get("epochs", epochs), changes.get("rate", rate)
    rows = slice(changes.get("rows", ROWS))
    trained = module.train(model, X[rows], y[rows], epochs, batch, rate, seed)
    return workload_hidden.predict(ask, question, trained)


@pytest.fixture(scope="module")
def asked():
    """Draw some questions, and have the reference answer them."""
    rng = np.random.default_rng(3)
    questions = [draw(rng) for _ in range(3)]
    return [(question, answer(reference, question)) for question in questions]


@pytest.mark.parametrize("name", TRAIN.names())
def test_each_honest_pace_is_right(asked, name):
    """By hand, with a loader or with the fused Adam: all end at the same predictions."""
    for question, expected in asked:
        check(question, answer(load(name), question), expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": EPOCHS - 1},
        {"epochs": EPOCHS // 2, "rate": 2 * RATE},
        {"epochs": EPOCHS - 3, "rate": RATE * EPOCHS / (EPOCHS - 3)},
        {"rows": ROWS // 2},
        {"rows": ROWS - 4},
        {"epochs": 0},
    ],
)
def test_less_work_is_wrong(asked, changes):
    """Fewer steps, larger ones, fewer rows: the predictions give it away."""
    for question, expected in asked:
        with pytest.raises(AssertionError, match="a prediction is off by"):
            check(question, answer(reference, question, **changes), expected)


@pytest.mark.parametrize("seed", [469, 2327])
def test_a_rounding_at_a_bend_costs_nobody_a_race(seed):
    """Weights moved by roundings lead far off here, and are right; fewer steps are not."""
    question = draw(np.random.default_rng(seed))
    expected = answer(reference, question)
    weights, *rest = question
    generator = torch.Generator().manual_seed(1)
    roundings = [1 + 1e-6 * torch.randn(16, generator=generator) for _ in range(8)]
    answers = [
        answer(reference, ([w * r[i] for i, w in enumerate(weights)], *rest)) for r in roundings
    ]
    assert max((a - expected).abs().max() / expected.std() for a in answers) > workload_hidden.NEAR
    for one in answers:
        check(question, one, expected)
    with pytest.raises(AssertionError, match="a prediction is off by"):
        check(question, answer(reference, question, epochs=EPOCHS // 2), expected)


def test_the_best_linear_function_is_wrong(asked):
    """What is solved at once is not where the steps lead."""
    for question, expected in asked:
        _, X, y, X_new = question
        w = torch.linalg.lstsq(X, y[:, None]).solution[:, 0]
        with pytest.raises(AssertionError, match="a prediction is off by"):
            check(question, torch.cat([X_new, X]) @ w, expected)


def test_a_network_that_learns_nothing_is_no_reference(asked):
    """Two answers that agree are not enough: the reference's must have learnt something."""
    question, expected = asked[0]
    with pytest.raises(AssertionError, match="variance of the targets is left"):
        check(question, torch.zeros_like(expected), torch.zeros_like(expected))


def test_the_reference_trains_as_torch_does():
    """The steps by hand are those of the fused Adam, in batches too, to rounding."""
    torch.manual_seed(5)
    X, y = torch.randn(100, WIDTHS[0]), torch.randn(100)
    model = reference.build(WIDTHS[0])
    twin = copy.deepcopy(model)
    reference.train(model, X, y, epochs=3, batch_size=16, seed=2)
    adam = torch.optim.Adam(twin.parameters(), lr=1e-3, fused=True)
    for _ in reference.passes(twin, adam, X, y, 3, 16, 2):
        pass
    for mine, torchs in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(mine, torchs, rtol=1e-4, atol=1e-6)
