"""hw3's images: what they are drawn to be, and the smallest error that is possible."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignments.hw3.networks import STRENGTH, Task
from assignments.hw3.public.images import ALIKE, World, likeness

EACH = settings(max_examples=20, deadline=None, derandomize=True, database=None)


@EACH
@given(seed=st.integers(0, 2**128), ask=st.sampled_from(("which", "where")))
def test_a_pattern_lies_where_it_is_said_to(seed, ask):
    """Without its pattern an image is the noise that any seed draws, and its answer is true."""
    world, places = World(seed, ask), ("left", "right", "all")
    for side in places:
        images = world.draw(50, 3, side)
        assert images.x.dtype == np.float32
        assert images.x.shape == (50, *world.shape)
        columns = images.places[:, 1]
        if ask == "where":
            assert (images.y == (columns >= 7)).all()
        assert set(columns.tolist()) <= set(world.columns(side).tolist())
        assert 6 not in columns
        for image, (row, column), y in zip(images.x, images.places, images.y, strict=True):
            kind = y if ask == "which" else 0
            image[0, row : row + 4, column : column + 4] -= world.patterns[kind]
        assert abs(images.x.std() - 1) < 0.05


def test_images_are_drawn_again_by_the_same_seeds_only():
    """The world's seed and the draw's both count."""
    first, again = (World(1).draw(5, 2) for _ in range(2))
    assert (first.x == again.x).all()
    assert (first.y == again.y).all()
    for other in (World(2).draw(5, 2), World(1).draw(5, 3)):
        assert (first.x != other.x).all()


@pytest.mark.parametrize("seed", range(10))
def test_patterns_are_equally_long_and_not_alike(seed):
    """So that no world is much harder than another."""
    patterns = World(seed, strength=STRENGTH).patterns
    assert np.allclose(np.sqrt((patterns**2).sum((1, 2))), STRENGTH)
    assert likeness(np.sign(patterns)) <= ALIKE
    moved = np.roll(patterns[:1], 1, (1, 2))
    assert likeness(np.sign(np.concatenate([patterns[:1], moved]))) > ALIKE


@pytest.mark.parametrize("strength", [1.0, 2.0, 3.0])
def test_one_place_and_two_patterns_are_the_textbook_case(strength):
    """There the smallest error is known in closed form: Φ(-d/2), d the patterns' distance."""
    world = World(4, classes=2, side=4, strength=strength)
    distance = float(np.linalg.norm(world.patterns[0] - world.patterns[1]))
    exact = math.erfc(distance / 2 / math.sqrt(2)) / 2
    images = world.draw(50_000, 1)
    bound = 6 * math.sqrt(exact * (1 - exact) / len(images.y))
    assert abs(world.bayes_error(images) - exact) < bound
    wrong = world.posterior(images.x).argmax(1) != images.y
    assert abs(wrong.mean() - exact) < bound


@pytest.mark.parametrize(
    ("ask", "places"), [("which", "right"), ("which", "all"), ("where", "all")]
)
def test_the_best_answers_are_wrong_as_often_as_they_should(ask, places):
    """The error that is computed is the one that is counted, and what is believed comes true."""
    world = World(7, ask, strength=4.0)
    images = world.draw(6_000, 1, places)
    believed = world.posterior(images.x, places)
    assert np.allclose(believed.sum(1), 1)
    error = world.bayes_error(images, places)
    wrong = believed.argmax(1) != images.y
    assert abs(wrong.mean() - error) < 6 * math.sqrt(error * (1 - error) / len(wrong))
    most = believed.max(1)
    for low, high in ((0.4, 0.7), (0.7, 0.9), (0.9, 1.0)):
        among = (most >= low) & (most < high)
        off = (1 - wrong[among]).mean() - most[among].mean()
        assert abs(off) < 6 * 0.5 / math.sqrt(among.sum())


def test_the_worlds_of_the_checks_are_nearly_certain():
    """Bayes gets about one new image in a hundred wrong, in each of ten worlds."""
    for ask in ("which", "where"):
        errors = [Task(ask, seed).bayes for seed in range(10)]
        assert 0 < min(errors) < max(errors) < 0.02


def test_no_place_of_training_is_a_place_of_testing():
    """Where the place is no matter, what is tested was never shown."""
    task = Task("which", 3)
    shown, asked = ({tuple(p) for p in images.places.tolist()} for images in (task.own, task.new))
    assert not shown & asked
