"""The median's interval: exact where laps are independent, honest where they are not."""

import itertools
import math
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from grader.grade.credit_line import SLACK, CreditLine
from grader.race.interval import (
    LAYOUT_SD,
    TELLING,
    UNTOLD,
    autocorrelation_time,
    layout_margin,
    outer_rank,
    sign_interval,
)
from grader.race.rules import Rules
from tests.race.simulated_racers import NOISES


@given(n=st.integers(0, 200), alpha=st.floats(1e-6, 0.5))
def test_the_rank_is_the_largest_that_keeps_its_promise(n, alpha):
    """The k-th smallest and k-th largest miss with probability at most alpha, the next do not."""
    k = outer_rank(n, alpha)
    assert 0 <= k <= n // 2
    if k:
        assert 2 * binom.cdf(k - 1, n, 0.5) <= alpha * (1 + 1e-9)
    if k < n // 2:
        assert 2 * binom.cdf(k, n, 0.5) > alpha * (1 - 1e-9)


@pytest.mark.parametrize(
    ("n", "alpha", "rank"), [(7, 0.01, 0), (8, 0.01, 1), (10, 0.01, 1), (20, 0.01, 4)]
)
def test_the_rank_agrees_with_the_table(n, alpha, rank):
    """Known ranks of the sign test come out."""
    assert outer_rank(n, alpha) == rank


def test_the_first_look_is_the_first_that_can_be():
    """At one look's level the interval exists there, and with a lap less it does not."""
    rules = Rules()
    ranks = [outer_rank(rules.looks[0] - less, rules.alpha_per_look) for less in (0, 1)]
    assert ranks == [1, 0]


def test_too_few_values_give_no_bounds():
    """Seven laps cannot bound a median at one percent."""
    assert sign_interval([1.0] * 7, 0.01) == (-math.inf, math.inf)
    assert sign_interval([], 0.01) == (-math.inf, math.inf)


def test_the_interval_is_made_of_the_values():
    """Without a margin both ends are values that were measured, where these are not too few."""
    values = [float(v) for v in np.random.default_rng(1).permutation(40)]
    low, high = sign_interval(values, 0.01)
    assert {low, high} <= set(values)
    assert low < 19.5 < high


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=60), st.floats(0, 1))
def test_a_margin_only_widens(values, margin):
    """The interval with a margin holds the one without."""
    low, high = sign_interval(values, 0.01)
    wide_low, wide_high = sign_interval(values, 0.01, margin)
    assert wide_low <= low <= high <= wide_high


@given(st.lists(st.floats(-10, 10), max_size=60))
def test_laps_are_never_worth_more_than_one(values):
    """The autocorrelation time lies between 1 and the number of laps."""
    assert 1 <= autocorrelation_time(values) <= max(1, len(values))


def test_laps_that_follow_one_another_are_worth_less():
    """Long runs on one side of the median raise the autocorrelation time, alternation does not."""
    runs = [float(v) for v in ([1] * 20 + [-1] * 20) * 2]
    turns = [float(v) for v in [1, -1] * 40]
    assert autocorrelation_time(runs) > 8
    assert autocorrelation_time(turns) == 1


def test_the_layout_margin_is_three_standard_errors():
    """Four generations leave half of one generation's deviation, three times over."""
    assert layout_margin(4) == pytest.approx(1.5 * LAYOUT_SD)
    assert layout_margin(0) == layout_margin(1) == pytest.approx(3 * LAYOUT_SD)


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("n", Rules().looks)
def test_the_interval_covers_the_truth(noise, n):
    """Whatever the noise, the interval at one percent, with its margin, misses no more often."""
    rng = np.random.default_rng(n)
    races = 400
    generations = Rules().generations
    missed = 0
    for _ in range(races):
        values = list(itertools.islice(noise(rng), n))
        layouts = rng.normal(0, LAYOUT_SD, generations)
        values = [v + layouts[i % generations] for i, v in enumerate(values)]
        low, high = sign_interval(values, 0.01, layout_margin(generations))
        missed += not low <= 0 <= high
    assert missed <= 0.01 * races + 3 * math.sqrt(0.01 * 0.99 * races)


@pytest.mark.parametrize("noise", NOISES)
def test_all_looks_together_miss_no_more_than_alpha(noise):
    """Noise of ten percent, far above the margin: in one race of twenty some look misses."""
    rng, rules, races = np.random.default_rng(1), Rules(), 300
    missed = 0
    for _ in range(races):
        layouts = rng.normal(0, LAYOUT_SD, rules.generations)
        laps = itertools.islice(noise(rng, sd=0.1), rules.looks[-1])
        values = [v + layouts[i % rules.generations] for i, v in enumerate(laps)]
        margin = layout_margin(rules.generations)
        intervals = [sign_interval(values[:n], rules.alpha_per_look, margin) for n in rules.looks]
        missed += not all(low <= 0 <= high for low, high in intervals)
    assert missed <= rules.alpha * races + 3 * math.sqrt(rules.alpha * (1 - rules.alpha) * races)


def test_independent_errors_add_by_their_squares_once_laps_tell_how_alike_they_are():
    """With a lap less the margin is added whole, and what does not tell is widened."""
    for n, half in ((TELLING, math.hypot(1.0, 0.75)), (TELLING - 1, 1.75 + UNTOLD)):
        values = [1.0, -1.0] * (n // 2) + [0.0] * (n % 2)
        assert sign_interval(values, 0.01, 0.75) == pytest.approx((-half, half))


@pytest.mark.parametrize("noise", NOISES)
def test_a_race_that_stops_is_seldom_far_off(noise):
    """Where the interval is worth a share of hw2's points, the median is off by no more."""
    line, rng, rules, races = CreditLine(2.3, 110), np.random.default_rng(2), Rules(), 300
    truth, off = 20.0, 0
    for _ in range(races):
        layouts = rng.normal(0, LAYOUT_SD, rules.generations)
        laps = itertools.islice(noise(rng, sd=0.08), rules.looks[-1])
        ratios = [v + layouts[i % rules.generations] for i, v in enumerate(laps)]
        for n in rules.looks:
            interval = sign_interval(ratios[:n], 0.01, layout_margin(rules.generations))
            middle = truth * math.exp(median(ratios[:n]))
            low, high = (truth * math.exp(end) for end in interval)
            if line.is_settled(middle, (low, high)):
                off += abs(line.credit(middle) - line.credit(truth)) > SLACK
                break
    assert off <= rules.alpha * races


def test_independent_noise_is_covered_without_any_margin():
    """Where the theory holds exactly, no margin is needed."""
    rng = np.random.default_rng(5)
    missed = sum(
        not low <= 0 <= high
        for low, high in (sign_interval(list(rng.normal(size=40)), 0.05) for _ in range(2000))
    )
    assert missed <= 0.05 * 2000
