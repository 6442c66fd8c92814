"""The pictures show what they say: true directions, true losses, the band of zero."""

import io

import numpy as np
import pytest
import torch

from benchmarks.hessian_pictures import FIGURES, FOLDER
from reference import landscape

F64 = torch.float64
A = torch.tensor([[1.0, 2.0, 0.0], [2.0, 1.0, 0.0], [0.0, 0.0, 0.5]], dtype=F64)
ORIGIN = torch.zeros(3, dtype=F64)


def loss(t):
    return t @ A @ t / 2


def test_directions_are_the_extreme_eigenvectors():
    """The two directions are eigenvectors of the smallest and the largest eigenvalue."""
    values, directions = landscape.extreme_directions(A)
    assert values == pytest.approx([-1, 3])
    for value, v in zip(values, directions, strict=True):
        assert torch.allclose(A @ v, float(value) * v, atol=1e-14)


def test_losses_over_the_plane_are_the_losses():
    """Entry [b, a] is the loss a steps along the first direction and b along the second."""
    _, plane = landscape.extreme_directions(A)
    steps = np.array([-1.0, 0.0, 2.0])
    grid = landscape.losses_over(loss, ORIGIN, plane, steps)
    expected = -(steps[None, :] ** 2) / 2 + 3 * steps[:, None] ** 2 / 2
    assert grid == pytest.approx(expected, abs=1e-13)


def test_slices_of_a_quadratic_lie_on_their_parabolas():
    """For a quadratic each curve and its dotted expansion are the same."""
    lines = landscape.slice_figure(loss, ORIGIN, A).axes[0].get_lines()
    assert len(lines) == 4
    for curve, parabola in (lines[:2], lines[2:]):
        assert curve.get_ydata() == pytest.approx(parabola.get_ydata(), abs=1e-13)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_away_from_a_critical_point_the_slope_is_drawn_too(n):
    """The dotted line of a quadratic is the quadratic anywhere; a line for each direction."""
    bend = torch.diag(torch.arange(1.0, n + 1).double())
    slanted = lambda theta: theta @ bend @ theta / 2 + 3 * theta.sum() + 1  # noqa: E731 - a loss
    here = torch.full((n,), 0.7, dtype=torch.float64)
    lines = landscape.slice_figure(slanted, here, bend).axes[0].get_lines()
    assert len(lines) == 2 * min(n, 2)
    for curve, dotted in zip(lines[::2], lines[1::2], strict=True):
        assert curve.get_ydata() == pytest.approx(dotted.get_ydata(), abs=1e-12)


def test_the_way_of_a_taylor_expansion_is_drawn():
    """From theta0 to theta: the loss, its expansion with the slope, and both ends."""
    cube = lambda theta: (theta**3).sum()  # noqa: E731 - a loss
    start, end = torch.tensor([1.0]).double(), torch.tensor([2.0]).double()
    figure = landscape.path_figure(cube, start, end, torch.tensor([[6.0]]).double())
    curve, dotted, ends = figure.axes[0].get_lines()
    assert curve.get_ydata()[[0, -1]] == pytest.approx([1, 8])
    assert dotted.get_ydata()[[0, -1]] == pytest.approx([1, 1 + 3 + 3])
    assert ends.get_ydata() == pytest.approx([1, 7])


def test_the_spectrum_is_on_a_symmetric_log_axis():
    """All eigenvalues are drawn, in order, on a symlog axis."""
    axes = landscape.spectrum_figure(A).axes[0]
    assert axes.get_yscale() == "symlog"
    assert axes.get_lines()[0].get_ydata() == pytest.approx([-1, 0.5, 3])


def test_figures_can_be_written():
    """Every figure renders to bytes, a Hessian of zeros included."""
    for figure in (
        landscape.contour_figure(loss, ORIGIN, A, points=5),
        landscape.spectrum_figure(torch.zeros(3, 3)),
    ):
        target = io.BytesIO()
        figure.savefig(target, format="svg")
        assert target.tell() > 1000


def test_the_handout_shows_every_picture():
    """Each picture that is drawn lies beside the handout, which shows it, as the report does."""
    report = (FOLDER.parents[1] / "benchmarks/results/hessian_named_points.md").read_text(
        encoding="utf-8"
    )
    handout = (FOLDER / "handout.md").read_text(encoding="utf-8")
    assert {path.stem for path in FOLDER.glob("*.png")} == set(FIGURES)
    for name in FIGURES:
        assert f"({name}.png)" in handout
        assert f"{name}.png)" in report
