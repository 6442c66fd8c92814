"""What hw3's race asks cannot be answered with less than the whole matrix."""

import importlib.util

import numpy as np
import pytest
import torch

from assignments.hw3.workload_hidden import check, draw, entries
from benchmarks.race_yard import TASKS
from reference.convolution import conv2d_matrix

MATRIX = TASKS["hw3"]


def load(name):
    """Import a pace."""
    spec = importlib.util.spec_from_file_location(name, MATRIX.pace(name))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def asked():
    """Draw a question, and have the reference answer it."""
    question = draw(np.random.default_rng(1))
    return question, conv2d_matrix(*question)


@pytest.mark.parametrize("name", MATRIX.names())
def test_each_pace_is_right(asked, name):
    """However it is written, it passes."""
    question, expected = asked
    check(question, load(name).conv2d_matrix(*question), expected)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda M: M.float(), "off by"),
        (lambda M: M * (1 + 1e-15), "off by"),
        (lambda M: M.flip(0), "off by"),
        (torch.zeros_like, "off by"),
        (lambda M: M.T, "shape"),
        (lambda M: M.to_sparse(), "expected an array"),
        (lambda _: None, "expected an array"),
    ],
)
def test_less_than_the_whole_answer_is_wrong(asked, change, said):
    """Single precision, a bit that is off, another order: every lap would see it."""
    question, expected = asked
    with pytest.raises(AssertionError, match=said):
        check(question, change(expected), expected)


def test_a_reference_that_is_wrong_is_noticed(asked):
    """Its answers are held to torch's convolution, and not to themselves alone."""
    question, expected = asked
    turned = expected.flip(1)
    with pytest.raises(AssertionError, match="M x"):
        check(question, turned, turned)


def test_questions_differ_in_shape_and_in_weights():
    """No answer to one is of use for the next."""
    rng = np.random.default_rng(2)
    drawn = [draw(rng) for _ in range(60)]
    assert len({(w.shape, shape) for w, shape in drawn}) > 25
    assert len({float(w.sum()) for w, _ in drawn}) == 60


def test_a_matrix_is_as_large_as_another():
    """So a lap of few questions costs what another costs."""
    rng = np.random.default_rng(3)
    sizes = [
        len(w) * w.shape[1] * entries(w.shape[2:], *shape[1:])
        for w, shape in (draw(rng) for _ in range(200))
    ]
    assert max(sizes) < 1.4 * min(sizes)
