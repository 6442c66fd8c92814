"""Pictures of convolutions show the numbers that they are of."""

import numpy as np
import pytest
import torch

from assignments.hw3.pictures_hidden import draw
from reference.convolution import build_cnn, conv2d, conv2d_matrix, pool2d
from reference.filter_pictures import curves_figure, looks, panels

X = torch.arange(30.0).reshape(1, 1, 5, 6) - 9
W = torch.tensor([[[[1.0, 2.0], [3.0, -4.0]]]])


@pytest.mark.parametrize(
    ("export", "arguments", "shown"),
    [
        ("conv2d", (X, W), [X[0, 0], W[0, 0], conv2d(X, W)[0, 0]]),
        ("conv2d_matrix", (W, (1, 5, 6)), [conv2d_matrix(W, (1, 5, 6))]),
        ("pool2d", (X, 2), [X[0, 0], pool2d(X, 2)[0, 0]]),
        ("compare", ({},), None),
    ],
)
def test_a_lost_call_is_drawn_with_its_answer(export, arguments, shown):
    """Each panel holds its array."""
    drawn = list(draw(export, arguments))
    assert len(drawn) == (shown is not None)
    for _, figure in drawn:
        panels = [np.asarray(axes.images[0].get_array()) for axes in figure.axes]
        for panel, expected in zip(panels, shown, strict=True):
            assert np.array_equal(panel, expected.numpy())


def test_panels_may_be_on_one_scale():
    """Then what is small looks small; what has no title leaves its place empty."""
    parts, titles = [X[0, 0], X[0, 0] / 100, X[0, 0]], ["a", "b", ""]
    scales = []
    for together in (False, True):
        figure = panels(parts, titles, columns=2, together=together)
        assert [bool(axes.images) for axes in figure.axes] == [True, True, False, False]
        scales.append([axes.images[0].get_clim()[1] for axes in figure.axes[:2]])
    assert np.allclose(scales, [[20, 0.2], [20, 20]])


def test_curves_are_medians_in_percent():
    """Training is dashed, testing is not."""
    errors = {"fully connected, training": [[0.5, 0.0], [0.3, 0.1], [0.4, 0.2]]}
    figure = curves_figure({"a story": errors}, {"a story": 0.01})
    line = figure.axes[0].lines[0]
    assert line.get_linestyle() == "--"
    assert np.allclose(line.get_ydata(), [40, 10])


def test_a_convolutional_network_looks_at_windows():
    """What moves its answer lies within one window for each of its filters."""
    torch.manual_seed(0)
    seen = looks(build_cnn((1, 16, 16), 3), torch.randn(1, 1, 16, 16))
    assert seen.shape == (1, 16, 16)
    assert 0 < int((seen != 0).sum()) <= 8 * 16
