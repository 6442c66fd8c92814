"""The depth study trains what it says, and draws it."""

import pytest
import torch

from reference.depth_study import (
    Ensemble,
    Recipe,
    Rows,
    Story,
    draw_depths,
    draw_stories,
    learn,
    losses_by_depth,
)


@pytest.fixture(scope="module")
def rows():
    """Draw a line with a little noise, and rows to validate on."""
    rng = torch.Generator().manual_seed(0)
    X = torch.randn(400, 3, generator=rng)
    y = 2 * X[:, 0] + 1 + 0.1 * torch.randn(400, generator=rng)
    return Rows({"train": (X[:300], y[:300]), "validation": (X[300:], y[300:])})


def test_a_linear_recipe_finds_the_line(rows):
    """No hidden layer and Adam: the loss comes down to the noise, on all rows."""
    curves = learn(rows, Recipe((), "none", lr=0.05, epochs=30, seeds=3))
    assert curves["validation"].shape == (30, 3)
    assert (curves["train"][-1] < 0.02).all()
    assert (curves["validation"][-1] < 0.03).all()


def test_members_do_not_see_each_other(rows):
    """Changing one member's weights changes no other member's curve."""
    X, y = rows.parts["train"]
    first, second = (Ensemble(3, Recipe((8,), seeds=2), X.device) for _ in range(2))
    with torch.no_grad():
        second.layers[0][0][1] += 1
    gradients = []
    for ensemble in (first, second):
        ensemble.losses(X, y).sum().backward()
        gradients.append([parameter.grad for parameter in ensemble.parameters()])
    for one, other in zip(*gradients, strict=True):
        assert torch.equal(one[0], other[0])


def test_deep_sigmoids_stay_at_the_variance(rows):
    """Six layers of sigmoids under gradient descent learn nothing, one layer does."""
    recipe = Recipe((), "sigmoid", "sgd", lr=1e-2, epochs=40, seeds=3)
    shallow, deep = losses_by_depth(rows, recipe, (1, 6))
    variance = rows.parts["train"][1].var()
    assert (shallow < 0.5 * variance).all()
    assert (deep > 0.9 * variance).all()


def test_the_pictures_show_every_recipe_and_story():
    """A line for each recipe; a panel for each story, with its target."""
    figure = draw_depths((1, 2), {"a": torch.ones(2, 3), "b": torch.ones(2, 3) * 2})
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["a", "b"]
    figure = draw_stories(
        [Story("x", 1.0, {"train": torch.ones(4, 2)}), Story("y", 2.0, {"train": torch.ones(4, 2)})]
    )
    assert [axes.get_title() for axes in figure.axes] == ["x", "y"]
