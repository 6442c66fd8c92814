"""What hw3 draws: answers that are exact, with digits, from questions right up to the margins."""

import numpy as np
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assignments.hw3.curves import CAUSES, tables
from assignments.hw3.strategies import (
    descriptions,
    moves,
    pairs,
    poolings,
    slide,
    slide_back,
    slidings,
    tensor,
)
from reference.convolution import compare, conv2d, count_parameters, pool2d

EACH = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def drawn(strategy, count=80):
    """What a strategy draws, as a list."""
    found = []

    @settings(EACH, max_examples=count, phases=[Phase.generate])
    @given(strategy)
    def keep(value):
        found.append(value)

    keep()
    return found


@EACH
@given(case=slidings())
def test_a_convolution_s_answer_is_torch_s(case):
    """Computed in float64 it is within a quarter of what the checks allow."""
    got = torch.nn.functional.conv2d(*case.arguments)
    assert float((got - case.answer).abs().max()) <= case.slack / 4


@EACH
@given(case=slidings(), number=st.integers(0, 2**32))
def test_leading_back_is_the_adjoint(case, number):
    """In whole numbers, exactly."""
    y = np.random.default_rng(number).integers(-9, 9, slide(case.x, case.w).shape)
    assert (slide(case.x, case.w) * y).sum() == (case.x * slide_back(y, case.w)).sum()


@EACH
@given(case=pairs())
def test_composed_filters_do_both_at_once(case):
    """In whole numbers, exactly."""
    first, second = case
    twice = slide(slide(first.x, first.w), second)
    assert (twice == slide(first.x, slide_back(second, first.w))).all()


@EACH
@given(case=moves())
def test_what_has_moved_is_seen_whole(case):
    """The two answers hold the same values, and one is the other moved."""
    here, there = (one.answer for one in case)
    assert here.shape == there.shape
    assert torch.equal(here.flatten().sort().values, there.flatten().sort().values)


def test_single_precision_shows():
    """Most answers do not fit it, and a few are easy to read."""
    answers = [case.answer for case in drawn(slidings()) if case.answer.any()]
    short = [torch.equal(answer.float().double(), answer) for answer in answers]
    assert 0.02 < np.mean(short) < 0.7


@EACH
@given(case=poolings())
def test_both_images_have_the_largest_values_that_were_drawn(case):
    """Wherever they lie."""
    k, answer, images = case
    for image in images:
        assert torch.equal(pool2d(image, k), answer)


@EACH
@given(case=descriptions() | descriptions(shared=False))
def test_a_description_has_as_many_numbers_as_were_added_up(case):
    """The two ways of counting agree."""
    layers, total = case
    assert count_parameters(layers) == total


def test_descriptions_have_layers_of_every_kind():
    """Nothing that a count may get wrong is left out."""
    described = [layer for layers, _ in drawn(descriptions(shared=False)) for layer in layers]
    assert {layer["layer"] for layer in described} == {"input", "conv", "pool", "linear"}
    told = {(layer.get("bias"), layer.get("shared")) for layer in described if "filters" in layer}
    assert len(told) == 9
    assert min(total for _, total in drawn(descriptions())) == 0


@settings(EACH, max_examples=10)
@given(table=tables() | tables(tie=True))
def test_curves_have_the_cause_that_was_drawn(table):
    """The reference names it, in every case that there is."""
    assert len(table) == 16
    assert {cause for _, cause in table} == set(CAUSES)
    for curves, cause in table:
        assert compare(curves) == cause


def test_errors_lie_next_to_the_target():
    """A grain above it is large; at it an error is small."""
    gaps = [
        curves[network][part][-1] - curves["target"]
        for table in drawn(tables(), 10)
        for curves, _ in table
        for network in ("mlp", "cnn")
        for part in ("train", "test")
    ]
    assert 0 in gaps
    assert min(gap for gap in gaps if gap > 0) == 2.0**-40


def test_a_thousandth_is_a_grain():
    """And a product of two is a millionth."""
    assert tensor(np.array([1])).item() == 1e-3
    assert tensor(np.array([1]), 2).item() == 1e-6
    assert torch.equal(
        conv2d(*(tensor(np.ones((1, 1, 1, 1))),) * 2), tensor(np.ones((1, 1, 1, 1)), 2)
    )
