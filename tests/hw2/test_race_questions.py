"""What hw2's race asks cannot be answered with less than the Hessian, in double precision."""

import importlib.util

import numpy as np
import pytest
import torch

from assignments.hw2.workload_hidden import check, on_the_way
from benchmarks.race_yard import TASKS
from reference.critical_points import hessian

HESSIAN = TASKS["hw2"]


def load(name):
    """Import a pace."""
    spec = importlib.util.spec_from_file_location(name, HESSIAN.pace(name))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def asked():
    """Draw a question, and have the reference answer it."""
    question = on_the_way(np.random.default_rng(1))
    return question, hessian(*question)


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")
@pytest.mark.parametrize("name", [n for n in HESSIAN.names() if n != "float32"])
def test_each_honest_pace_is_right(asked, name):
    """However it is written, double precision passes."""
    question, expected = asked
    check(question, load(name).hessian(*question), expected)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda q, _: load("float32").hessian(*q), "off by"),
        (lambda _, H: H.float().double(), "off by"),
        (lambda _, H: H * (1 + 1e-8), "off by"),
        (lambda _, H: torch.tril(H), "off by"),
        (lambda _, H: torch.zeros_like(H), "off by"),
        (lambda _, H: H[:-1], "shape"),
        (lambda _, _H: None, "expected an array|NoneType|None"),
    ],
)
def test_less_than_the_whole_answer_is_wrong(asked, change, said):
    """Single precision, a half, a scale that is off: every lap would see it."""
    question, expected = asked
    with pytest.raises(AssertionError, match=said):
        check(question, change(question, expected), expected)


def test_a_reference_that_is_wrong_is_noticed(asked):
    """Its answers are held to autograd, and not to themselves alone."""
    question, expected = asked
    off = expected + 1e-3 * torch.eye(len(expected)) * expected.abs().max()
    with pytest.raises(AssertionError, match="H @ v"):
        check(question, off, off)


def test_no_question_is_told_by_its_loss():
    """All are of one kind: no network fits its data, and none stands still."""
    rng = np.random.default_rng(2)
    for _ in range(100):
        loss, theta = on_the_way(rng)
        value = loss(theta.requires_grad_())
        assert value.item() > 0.5
        assert torch.autograd.grad(value, theta)[0].norm().item() > 1e-2
