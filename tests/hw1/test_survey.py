"""The survey's exact facts, held against what is measured on drawn rows."""

import numpy as np
import pytest

from assignments.hw1.public.survey import FEATURES, STATES, YESTERDAY, Survey

ROWS = 40_000
WORLDS = [Survey(), Survey(world=2**130 + 7, beta=-0.44, curve=0.3, noise=2.0)]


@pytest.fixture(scope="module", params=WORLDS, ids=["default", "another"])
def survey(request):
    """Name a world."""
    return request.param


@pytest.fixture(scope="module")
def rows(survey):
    """So many rows of it that means are known to about a percent."""
    return survey.draw(ROWS, seed=2**140 + 1)


def loss(predictions, rows):
    """Mean squared error."""
    return float(np.mean((predictions - rows.y) ** 2))


def test_the_best_possible_loss_is_the_noise(survey, rows):
    """E[y | X] misses by the noise, and by nothing that the features explain."""
    assert loss(rows.expected, rows) == pytest.approx(survey.facts().bayes, rel=0.03)
    residual = rows.y - rows.expected
    explained = [np.corrcoef(residual, column)[0, 1] for column in rows.X.T if column.std() > 0]
    assert np.abs(explained).max() < 5 / ROWS**0.5


def test_the_best_linear_loss_is_what_least_squares_reaches(survey, rows):
    """Least squares on many rows comes to the best linear loss on new ones."""
    weights = np.linalg.lstsq(rows.X, rows.y, rcond=None)[0]
    new = survey.draw(ROWS, seed=2)
    assert loss(new.X @ weights, new) == pytest.approx(survey.facts().best_linear, rel=0.03)


def test_persistence_is_answering_yesterdays_rate(survey, rows):
    """The column named YESTERDAY misses by the persistence loss."""
    assert loss(rows.X[:, YESTERDAY], rows) == pytest.approx(survey.facts().persistence, rel=0.03)


def test_the_mean_misses_by_the_variance(survey, rows):
    """The mean predictor's loss is the variance of y."""
    assert float(rows.y.var()) == pytest.approx(survey.facts().mean, rel=0.03)


def test_the_default_world_has_the_losses_of_the_handout():
    """0.800, 0.845, 1.039 and about 60."""
    facts = Survey().facts()
    assert (facts.bayes, facts.best_linear) == pytest.approx((0.8, 0.845))
    assert facts.persistence == pytest.approx(1.0386)
    assert 58 < facts.mean < 62


def test_rows_are_shaped_like_the_course_file(survey):
    """One state a row, 93 columns; a seed repeats its rows and another does not."""
    first, again, other = (survey.draw(2_700, seed) for seed in (1, 1, 2))
    assert first.X.shape == (2_700, FEATURES)
    assert np.array_equal(first.X[:, :STATES].sum(1), np.ones(2_700))
    assert np.array_equal(first.X, again.X)
    assert np.array_equal(first.y, again.y)
    assert not np.isclose(first.y, other.y).any()


def test_other_worlds_have_other_states():
    """A model of one world is no model of another: its states differ."""
    here, there = (Survey(world=world).draw(4_000, 1) for world in (0, 1))
    means = [
        np.array([rows.X[rows.X[:, s] == 1, STATES:].mean(0) for s in range(STATES)])
        for rows in (here, there)
    ]
    assert np.abs(means[0] - means[1]).mean() > 1
