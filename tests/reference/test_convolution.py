"""hw3's reference against torch, by properties, and by what the pages say of it."""

import pytest
import torch
from torch import nn

from assignments.hw3.public.forms import BUDGET, cnn, mlp, read
from reference.convolution import (
    build_cnn,
    build_mlp,
    compare,
    conv2d,
    conv2d_matrix,
    count_parameters,
    pool2d,
    predict,
    train,
)

SHAPES = [((2, 3, 6, 7), (4, 3, 2, 3)), ((1, 1, 5, 5), (1, 1, 5, 5)), ((3, 2, 4, 9), (2, 2, 1, 1))]


def normal(*shape, dtype=torch.float64):
    """Draw numbers, always the same."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=dtype)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize(("image", "filters"), SHAPES)
def test_a_convolution_is_torch_s_and_the_matrix_s(image, filters, dtype):
    """All three ways are one."""
    x, w = normal(*image, dtype=dtype), normal(*filters, dtype=dtype)
    y, M = conv2d(x, w), conv2d_matrix(w, image[1:])
    assert y.dtype == M.dtype == dtype
    torch.testing.assert_close(y, nn.functional.conv2d(x, w))
    torch.testing.assert_close(x.flatten(1) @ M.T, y.flatten(1))


@pytest.mark.parametrize(("image", "filters"), SHAPES)
def test_a_matrix_has_each_weight_once_for_each_place(image, filters):
    """And zeros for all else; its transpose is torch's transposed convolution."""
    w = normal(*filters)
    M = conv2d_matrix(w, image[1:])
    places = (image[2] - filters[2] + 1) * (image[3] - filters[3] + 1)
    assert int((M != 0).sum()) == w.numel() * places
    for weight in w.flatten():
        assert int((weight == M).sum()) == places
    y = conv2d(normal(*image), w)[:1]
    back = nn.functional.conv_transpose2d(y, w)
    torch.testing.assert_close(M.T @ y.flatten(), back.flatten())


@pytest.mark.parametrize("k", [1, 2, 3])
def test_pooling_is_torch_s(k):
    """What is left over is left out."""
    x = normal(2, 3, 7, 8)
    assert torch.equal(pool2d(x, k), nn.functional.max_pool2d(x, k))


def test_numbers_are_counted_as_torch_has_them():
    """The networks of the homework, and a filter that is not shared."""
    image = {"layer": "input", "shape": (1, 16, 16)}
    filters = {"layer": "conv", "filters": 8, "size": 4}
    last = {"layer": "linear", "units": 3}
    held = [
        sum(p.numel() for p in build((1, 16, 16), 3).parameters())
        for build in (build_cnn, build_mlp)
    ]
    pooled = [image, filters, {"layer": "pool", "size": 13}, last]
    assert held[0] == count_parameters(pooled) == 163 <= BUDGET
    assert held[1] == count_parameters([image, {"layer": "linear", "units": 64}, last]) == 16_643
    assert count_parameters([image, {**filters, "shared": False, "bias": False}]) == 8 * 169 * 16


@pytest.mark.parametrize(("build", "form"), [(build_cnn, cnn), (build_mlp, mlp)])
def test_the_forms_are_the_networks(build, form):
    """From the numbers alone comes what the model gives, whatever the parts are called."""
    x = normal(5, 2, 9, 11, dtype=torch.float32)
    model = build((2, 9, 11), 4)
    state = model.state_dict()
    for parts in (state, dict(reversed(state.items())), {k: v.numpy() for k, v in state.items()}):
        torch.testing.assert_close(form(read(parts), x).float(), model(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("form", "model", "said"),
    [
        (cnn, build_mlp((1, 8, 8), 3), "the filters"),
        (mlp, build_cnn((1, 8, 8), 3), "2 linear layers, got 1"),
        (cnn, nn.Sequential(nn.Conv2d(1, 4, 3), nn.Linear(5, 3)), "each of 4 filters, got 5"),
        (cnn, nn.Sequential(nn.Conv2d(1, 4, 3, bias=False), nn.Linear(4, 3)), "biases of 4 and 3"),
        (mlp, nn.Sequential(nn.Linear(64, 32), nn.Linear(32, 3)), "biases of 64 and"),
    ],
)
def test_what_has_another_form_is_told(form, model, said):
    """A student reads what was expected, and what came."""
    with pytest.raises(AssertionError, match=said):
        form(read(model.state_dict()), normal(2, 1, 8, 8))


def test_training_obeys_its_seed_and_predicting_changes_nothing():
    """The same seed gives the same numbers, another gives others; a mode stays as it was."""
    x, y = normal(40, 1, 8, 8, dtype=torch.float32), torch.arange(40) % 3
    found = []
    for seed in (1, 1, 2):
        torch.manual_seed(0)
        model = train(build_mlp((1, 8, 8), 3), x, y, seed)
        before = {name: part.clone() for name, part in model.state_dict().items()}
        model.eval()
        assert (predict(model, x) == y).all()
        assert not model.training
        assert all(torch.equal(before[name], part) for name, part in model.state_dict().items())
        found.append(torch.cat([part.flatten() for part in before.values()]))
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


@pytest.mark.parametrize(
    ("large", "cause"),
    [
        ("", "fine"),
        ("mlp test", "overfitting"),
        ("cnn test", "overfitting"),
        ("mlp test, cnn test", "mismatch"),
        ("mlp train, mlp test", "optimization issue"),
        ("cnn train", "place matters"),
        ("mlp train, cnn train", "model bias"),
    ],
)
def test_a_gap_has_its_cause(large, cause):
    """As the handout's table says; an error at the target is small."""
    curves = {
        network: {
            part: [9.0, 0.2 if f"{network} {part}" in large else 0.1] for part in ("train", "test")
        }
        for network in ("mlp", "cnn")
    }
    assert compare({**curves, "target": 0.1}) == cause
