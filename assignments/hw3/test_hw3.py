"""Homework 3: fewer and shared parameters.  The public checks.

One test is one line of the rubric: its name is its key in assignment.toml, its docstring is the
sentence that the student reads beside the verdict. What is convolved has digits and an answer that
is exact; a network is read off by its numbers, and never leaves the worker.
"""

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader import as_tensor, assert_close, assert_unchanged

from .curves import tables
from .mistakes import assert_causes, assert_count, of_conv2d, of_matrix, of_pool2d
from .networks import FORMS, Task, classes, fit, memorised, predict, state_of, tensors
from .public.forms import BUDGET, read
from .strategies import (
    UNIT,
    Sliding,
    dense,
    descriptions,
    moves,
    pairs,
    poolings,
    slide,
    slide_back,
    slidings,
    tensor,
    turned,
    with_room,
)

IMAGE, CLASSES = (1, 16, 16), 3


def assert_convolution(conv2d, case, what="conv2d"):
    """Hold conv2d to the exact answer, and return it as a tensor."""
    got = conv2d(*case.arguments)
    assert_close(got, case.answer, rtol=0, atol=case.slack, what=what, mistakes=of_conv2d(case))
    return as_tensor(got)


@pytest.mark.parametrize("place", [(1, 1), (2, 2), (0, 1)])
def test_conv2d_of_one_point(submission, place):
    """conv2d of a point is the filter, turned by 180°; by a filter that is a point, the image."""
    (i, j), w = place, UNIT * np.arange(1, 7).reshape(1, 1, 3, 2)
    point, seen = np.zeros((1, 1, 5, 5), int), torch.zeros(1, 1, 7, 6)
    point[0, 0, i, j] = UNIT
    seen[:, :, i : i + 3, j : j + 2] = tensor(w).flip(2, 3)
    image = UNIT * np.arange(1, 31).reshape(1, 1, 5, 6)
    moved = tensor(image[:, :, i : i + 3, j : j + 4])
    cases = Sliding(point, w), Sliding(image, point[:, :, :3, :3])
    for case, expected in zip(cases, (seen[:, :, 2:5, 1:5], moved), strict=True):
        got, mistakes = submission.conv2d(*case.arguments), of_conv2d(case)
        assert_close(got, expected, rtol=0, atol=1e-12, what="conv2d", mistakes=mistakes)


@given(case=slidings())
def test_conv2d_is_exact(submission, case):
    """conv2d(x, w) is the definition's sum, over all channels, for each image and each filter."""
    assert_convolution(submission.conv2d, case)


@settings(max_examples=40)
@given(places=moves(), factors=st.tuples(*[st.sampled_from((-2, -1, 2, 3))] * 2))
def test_conv2d_moves_with_the_image_and_is_linear(submission, places, factors):
    """conv2d(x, w) of what lies elsewhere is the same elsewhere, and of a sum it is the sum."""
    (here, there), (a, b) = places, factors
    parts = [assert_convolution(submission.conv2d, case) for case in places]
    both = Sliding(a * here.x + b * there.x, here.w)
    whole = assert_convolution(submission.conv2d, both, "conv2d of a sum")
    assert_close(whole, a * parts[0] + b * parts[1], rtol=0, atol=9 * both.slack, what="the sum")


@settings(max_examples=30)
@given(case=pairs())
def test_conv2d_twice_is_conv2d_once(submission, case):
    """conv2d(conv2d(x, w), v) is conv2d(x, u), where the filters u are composed of w and v."""
    first, second = case
    expected = tensor(slide(slide(first.x, first.w), second), 3)
    size = 1e-11 * float(expected.abs().max() + 1)
    got = submission.conv2d(as_tensor(submission.conv2d(*first.arguments)), tensor(second))
    assert_close(got, expected, rtol=0, atol=size, what="conv2d twice")
    composed = tensor(slide_back(second, first.w), 2)
    got = submission.conv2d(first.arguments[0], composed)
    assert_close(got, expected, rtol=0, atol=size, what="conv2d once")


@settings(max_examples=40)
@example(case=Sliding(np.zeros((1, 1, 3, 4), int), UNIT * np.arange(1, 5).reshape(1, 1, 2, 2)))
@given(case=slidings(images=1))
def test_conv2d_matrix_shares_and_leaves_out(submission, case):
    """conv2d_matrix(w, shape) holds each weight once for each place, and zeros everywhere else."""
    w = case.arguments[1]
    placed, turned = (put(weights, case) for weights in (w, w.flip(2, 3)))
    expected, mistakes = placed.flatten(0, 2).flatten(1), of_matrix(placed, turned)
    got = submission.conv2d_matrix(w, case.shape)
    assert_close(got, expected, rtol=0, atol=0, what="matrix", mistakes=mistakes)


def put(w, case):
    """Put filters into zeros: `(F, H', W', C, H, W)`."""
    _, F, rows, columns = case.answer.shape
    placed = torch.zeros(F, rows, columns, *case.shape, dtype=torch.float64)
    for i in range(rows):
        for j in range(columns):
            placed[:, i, j, :, i : i + w.shape[2], j : j + w.shape[3]] = w
    return placed


@settings(max_examples=40)
@given(case=slidings(images=1), number=st.integers(0, 2**32))
def test_conv2d_matrix_leads_there_and_back(submission, case, number):
    """conv2d_matrix(w, shape) times x is conv2d(x, w); transposed, it slides turned filters."""
    x, w = case.arguments
    y = np.random.default_rng(number).integers(1, UNIT, case.answer.shape)
    back = slide_back(y, case.w)
    size = 1e-11 * (float(np.abs(back).max()) / UNIT**2 + 1)
    M = as_tensor(submission.conv2d_matrix(w, case.shape), (y.size, x.numel()))
    there = case.answer.flatten()
    assert_close(M @ x.flatten(), there, rtol=0, atol=case.slack, what="M x")
    again = M.T @ tensor(y).flatten()
    assert_close(again, tensor(back, 2).flatten(), rtol=0, atol=size, what="Mᵀ y")
    got = submission.conv2d(tensor(with_room(y, case.w)), tensor(turned(case.w)))
    assert_close(got, tensor(back, 2), rtol=0, atol=size, what="conv2d of y with turned filters")
    product = (as_tensor(submission.conv2d(x, w), y.shape) * tensor(y)).sum()
    total, slack = (case.x * back).sum() / UNIT**3, size * float(x.abs().sum() + 1)
    assert_close(product, total, rtol=0, atol=slack, what="⟨conv2d(x, w), y⟩, which is ⟨x, Mᵀ y⟩")


IMAGE_OF_28, UNITS = {"layer": "input", "shape": (1, 28, 28)}, {"layer": "linear", "units": 10}
FILTERS, POOL = {"layer": "conv", "filters": 6, "size": 5}, {"layer": "pool", "size": 2}
UNSHARED, POOL_5 = {**FILTERS, "shared": False}, {**POOL, "size": 5}
LENET = [IMAGE_OF_28, FILTERS, POOL, {**FILTERS, "filters": 16, "bias": False}, POOL, UNITS]


@example(case=(LENET, 156 + 2400 + 2570))
@example(case=([IMAGE_OF_28, FILTERS, POOL_5, UNITS, UNITS], 156 + 970 + 110))
@given(case=descriptions())
def test_count_parameters_adds_up_layers(submission, case):
    """count_parameters(layers) counts weights and biases, a shared filter's once."""
    assert_count(submission.count_parameters, *case)


@example(case=([IMAGE_OF_28, UNSHARED, POOL_5, UNITS, UNITS], 6 * 24**2 * 26 + 970 + 110))
@given(case=descriptions(shared=False))
def test_count_parameters_without_sharing(submission, case):
    """count_parameters(layers) counts a filter that is not shared at each of its places."""
    assert_count(submission.count_parameters, *case)


@given(case=poolings())
def test_pool2d_keeps_the_largest(submission, case):
    """pool2d(x, k) is the largest value of each k by k window, wherever in it that lies."""
    k, answer, images = case
    for image in images:
        mistakes, got = of_pool2d(image, k), submission.pool2d(image, k)
        assert_close(got, answer, rtol=0, atol=0, what="pool2d", mistakes=mistakes)


@settings(max_examples=15)
@given(table=tables())
def test_compare_names_the_cause(submission, table):
    """Compare names the cause that the last errors of both networks were drawn to have."""
    assert_causes(submission.compare, table)


@settings(max_examples=10)
@given(table=tables(tie=True))
def test_compare_counts_the_target_as_small(submission, table):
    """Compare counts an error as large where it is above the target, and not where it is at it."""
    assert_causes(submission.compare, table)


def assert_form(submission, build, shape, outputs, seed):
    """Hold a new network to the form that its own numbers give, and return these."""
    model = getattr(submission, build)(shape, outputs)
    x = torch.randn((5, *shape), generator=torch.Generator().manual_seed(seed % 2**63))
    x[0], x[1] = 3.0, -3.0  # flat: some filters answer less than 0 everywhere
    weights = read(state_of(model))
    expected = FORMS[build](weights, x)
    assert expected.shape == (5, outputs), f"expected {outputs} outputs, got {expected.shape[1]}"
    assert_close(as_tensor(model(x)), expected, rtol=1e-4, atol=1e-4, what=f"{build}(…)(x)")
    return weights


@pytest.mark.parametrize(("shape", "outputs"), [(IMAGE, CLASSES), ((2, 10, 13), 2)])
def test_build_cnn_shares_its_filters(submission, check_seed, shape, outputs):
    """build_cnn is filters, ReLU, their largest values, a linear layer: 300 numbers a channel."""
    weights = assert_form(submission, "build_cnn", shape, outputs, check_seed)
    numbers, most = sum(part.numel() for part in weights), BUDGET * shape[0]
    assert numbers <= most, f"it holds {numbers:,} numbers, more than {most}"


@pytest.mark.parametrize(("shape", "outputs"), [(IMAGE, CLASSES), ((2, 10, 13), 2)])
def test_build_mlp_has_a_weight_for_each_pixel(submission, check_seed, shape, outputs):
    """build_mlp is all pixels in a row, 64 units with ReLU, and a linear layer."""
    assert_form(submission, "build_mlp", shape, outputs, check_seed)


@pytest.mark.parametrize("build", ["build_cnn", "build_mlp"])
def test_train_fits_both_networks(shared, seed_for, parameters, build):
    """Train brings either network to few errors on the images that it is trained on."""
    task, most = Task("which", seed_for("the images")), parameters["own_error"]
    wrong = np.mean(classes(build, shared(fit, build, task), task.own) != task.own.y)
    assert wrong <= most, f"{build}: {wrong:.1%} of its own images are wrong, expected {most:.0%}"


def test_train_repeats_itself(submission, check_seed):
    """Train makes of one network, with one seed, the same again; it leaves the images alone."""
    model, images = memorised(submission, check_seed)
    first = state_of(model)
    again = state_of(memorised(submission, check_seed, 2, seed=0)[0])
    for name, part in first.items():
        assert_close(again[name], part, rtol=1e-3, atol=1e-3, what=f"trained again, {name}")
    assert_unchanged(submission.train, model, *tensors(images))


def test_predict_answers_each_image(submission, check_seed):
    """predict(model, x) is one class an image, of that image alone, and changes nothing."""
    model, images = memorised(submission, check_seed)
    x = torch.from_numpy(images.x)
    outputs, before = model(x), state_of(model)
    whole = predict(submission, model, images.x)
    order = np.random.default_rng(check_seed).permutation(len(whole))
    told = "an answer is not the class of the largest output"
    assert (whole == classes("build_mlp", before, images)).all(), told
    for rows in (order, order[:7], *order[:8, None]):
        answers = predict(submission, model, images.x[rows])
        assert (answers == whole[rows]).all(), "an image's answer changes with those beside it"
    for name, part in state_of(model).items():
        assert_close(part, before[name], rtol=0, atol=0, what=f"after predict, {name}")
    after = model(x)
    assert_close(after, as_tensor(outputs), rtol=0, atol=0, what="after predict, model(x)")
    told = "after predict the network cannot be trained any more: its numbers ask for no gradient"
    assert getattr(after, "requires_grad", False) == getattr(outputs, "requires_grad", False), told
    assert_unchanged(submission.predict, model, x)
    x = np.random.default_rng(check_seed).standard_normal((20, 2, 10, 13), np.float32)
    cnn = submission.build_cnn(x.shape[1:], CLASSES)
    top = as_tensor(cnn(torch.from_numpy(x))).topk(2)
    sure = top.values[:, 0] > top.values[:, 1] + 1e-3
    assert (predict(submission, cnn, x)[sure] == top.indices[sure, 0].numpy()).all(), told


@settings(max_examples=10)
@given(image=dense((1, 2, 4, 5)), filters=dense((2, 2, 2, 3)), table=tables())
def test_arguments_are_left_alone(submission, image, filters, table):
    """No function changes its arguments, but for the model that is trained."""
    case = Sliding(image, filters)
    assert_convolution(submission.conv2d, case)
    x, w = case.arguments
    assert_unchanged(submission.conv2d, x, w)
    assert_unchanged(submission.conv2d_matrix, w, case.shape)
    assert_unchanged(submission.pool2d, x, 2)
    assert_unchanged(submission.count_parameters, LENET)
    assert_unchanged(submission.compare, table[-1][0])
