"""How times grow: exponents that hold what they say, and a climb on racers of every kind."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from grader.race import Workload
from grader.race.climb import Climb
from grader.race.clock import Instant
from grader.race.errors import MachineBusyError, RaceError, TimeUpError
from grader.race.exponents import ALPHA, LEAST_ROUNDS, ROUNDS, Round, fit_growth
from grader.race.interval import LAYOUT_SD, outer_rank
from grader.race.lap import Run
from grader.race.rules import Rules
from grader.race.sizes import LEAST_CALL, LEAST_SIZES, require_sizes
from grader.sandbox import Died, TimedOut, WorkerLostError
from tests.race.simulated_racers import NOISES, SimulatedDeadline, heavy_tailed

SIZES = (100, 200, 400, 800)
LAWS = {
    "n": lambda n: n,
    "n log n": lambda n: n * math.log(n),
    "n^2": lambda n: n**2,
    "n^3": lambda n: n**3,
}


def exponent_of(law, sizes=SIZES):
    """Return what a law grows like over some sizes: the slope of the line through it."""
    return np.polyfit(np.log(sizes), np.log([law(n) for n in sizes]), 1)[0]


def rounds_of(mine, other=LAWS["n^2"], *, noise=None, rng=None, rounds=ROUNDS, layout=0.0):
    """Make rounds of times by two laws, with noise of laps and of the memory's layout."""
    rng = rng or np.random.default_rng(0)
    streams = [noise(rng) if noise else None for _ in range(2)]
    layouts = rng.normal(0, layout / math.sqrt(2), (2, len(SIZES)))

    def times(side, law):
        return tuple(
            1e-5 * law(n) * math.exp(layouts[side][i] + (next(streams[side]) if noise else 0.0))
            for i, n in enumerate(SIZES)
        )

    return [Round(times(0, mine), times(1, other)) for _ in range(rounds)]


@pytest.mark.parametrize("name", LAWS)
def test_an_honest_power_is_found(name):
    """Without noise the exponent is the law's own, and the difference that to the reference."""
    found = fit_growth("f", SIZES, rounds_of(LAWS[name]))
    true = exponent_of(LAWS[name])
    assert found.submission == pytest.approx(true)
    assert found.reference == pytest.approx(2)
    assert float(found) == found.difference == pytest.approx(true - 2)
    assert found.submission_interval[0] < true < found.submission_interval[1]


def test_who_is_quick_for_small_sizes_only_grows_the_faster():
    """A slow way from some size on is a steeper growth, wherever it begins, and never hidden."""
    honest = exponent_of(LAWS["n^2"])
    for first_slow in SIZES[1:]:
        found = fit_growth(
            "f", SIZES, rounds_of(lambda n, first=first_slow: n**2 * (25 if n >= first else 1))
        )
        assert found.submission > honest + 1


def test_the_interval_has_the_level_that_it_says():
    """The ranks of a whole measurement miss with less than the chance that is stated."""
    for rounds in range(LEAST_ROUNDS, ROUNDS + 1):
        rank = outer_rank(rounds, ALPHA)
        assert rank
        assert 2 * binom.cdf(rank - 1, rounds, 0.5) <= ALPHA
    assert not outer_rank(LEAST_ROUNDS - 1, ALPHA)


@pytest.mark.parametrize("layout", [0.0, LAYOUT_SD])
@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.__name__)
def test_the_interval_covers_under_every_noise(noise, layout):
    """Noise without a variance, that drifts or remembers, and layouts: 95 of 100 still hold."""
    rng, tries = np.random.default_rng(7), 400
    true = exponent_of(LAWS["n^3"])
    missed = [0, 0]
    for _ in range(tries):
        found = fit_growth("f", SIZES, rounds_of(LAWS["n^3"], noise=noise, rng=rng, layout=layout))
        missed[0] += not found.submission_interval[0] <= true <= found.submission_interval[1]
        missed[1] += not found.interval[0] <= true - 2 <= found.interval[1]
    assert max(missed) <= binom.ppf(0.999, tries, ALPHA)


@pytest.mark.slow
@pytest.mark.parametrize("rounds", range(LEAST_ROUNDS, ROUNDS + 1))
@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.__name__)
def test_the_interval_covers_without_its_margin(noise, rounds, monkeypatch):
    """The sign test alone holds its level, with however many rounds there was time for."""
    monkeypatch.setattr("grader.race.exponents.layout_margin", lambda _generations: 0.0)
    rng, tries = np.random.default_rng(rounds), 4000
    missed = 0
    for _ in range(tries):
        found = fit_growth("f", SIZES, rounds_of(LAWS["n^2"], noise=noise, rng=rng, rounds=rounds))
        missed += not found.interval[0] <= 0 <= found.interval[1]
    assert missed <= binom.ppf(0.999, tries, ALPHA)


@given(rounds=st.integers(1, LEAST_ROUNDS - 1))
def test_few_rounds_have_no_interval(rounds):
    """A number from few rounds is told as such, and without bounds."""
    found = fit_growth("f", SIZES, rounds_of(LAWS["n^3"], rounds=rounds))
    assert found.interval == (-math.inf, math.inf)
    assert f"from {rounds} of {ROUNDS} rounds only" in found.sentence
    assert "inf" not in found.sentence


def test_the_sentence_has_the_numbers():
    """Both exponents, the difference, their intervals and the sizes stand in one line."""
    found = fit_growth("hessian", SIZES, rounds_of(LAWS["n^3"]))
    assert found.sentence == (
        "hessian grows like n^3.00 (2.97 to 3.03), the reference like n^2.00 (1.97 to 2.03); the "
        "difference is 1.00 (0.97 to 1.03), for n from 100 to 800"
    )
    same = fit_growth("f", SIZES, rounds_of(LAWS["n^2"]))
    assert "the difference is 0.00 (-0.03 to 0.03)" in same.sentence


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((), "0 sizes are too few; name at least 3"),
        ((10, 100), "2 sizes are too few; name at least 3"),
        ((10, 20, 20, 40), "size 20 is named twice"),
        ((10, 20, 39), "from 10 to 39 lie too close together.* at least 4 times"),
        ((0, 10, 100), "a whole number above 0, not 0"),
        ((-1, 10, 100), "a whole number above 0, not -1"),
        ((1.5, 10, 100), "a whole number above 0, not 1.5"),
        ((True, 10, 100), "a whole number above 0, not True"),
        (("10", "20", "80"), "a whole number above 0, not '10'"),
    ],
)
def test_sizes_over_which_nothing_can_be_seen_are_refused(sizes, said):
    """What is wrong with the sizes is one sentence that says what to name."""
    with pytest.raises(RaceError, match=said):
        require_sizes(sizes)


def test_sizes_come_in_rising_order():
    """They may be named in any order, and be numpy's."""
    assert require_sizes([400, 100, 200]) == (100, 200, 400)
    assert require_sizes(np.array([100, 200, 400])) == (100, 200, 400)
    assert LEAST_SIZES == 3


def right(arguments, got, _expected):
    """Hold an answer to the truth."""
    assert got == sum(arguments), f"f{arguments} is {sum(arguments)}, not {got}"


SUMS = Workload(draw=lambda rng, size: (size, int(rng.integers(1 << 40))), check=right)


class Runner:
    """Takes the time of a law, counts what it is asked, and may do worse at a size."""

    def __init__(self, law, clock, *, noise=None, at=None, answer=sum, wait=0.0, deadline=None):
        self.law, self.clock, self.noise, self.at, self.answer = law, clock, noise, at or {}, answer
        self.wait, self.deadline, self.asked = wait, deadline, []

    def run(self, batch):
        """Answer a batch; time goes by on the shared clock."""
        size = batch[0][0]
        self.asked.append((size, len(batch)))
        if size in self.at:
            raise self.at[size]
        spent = 1e-7 * self.law(size) * len(batch)
        spent *= math.exp(next(self.noise)) if self.noise else 1
        self.clock[0] += spent + self.wait
        if self.deadline and self.clock[0] > self.deadline:
            raise TimeUpError
        answers = tuple(map(self.answer, batch))
        return Run(answers, Instant(spent + self.wait, spent, 0.0))


def climb(law, *, reference=None, workload=SUMS, sizes=SIZES, seconds=1000.0, **submission):
    """Lay out a climb among simulated racers."""
    clock = [0.0]
    noise = submission.pop("noise", None)
    rng = np.random.default_rng(3)
    mine = Runner(law, clock, noise=noise(rng) if noise else None, deadline=seconds, **submission)
    other = reference or Runner(LAWS["n^2"], clock, deadline=seconds)
    other.clock = clock
    deadline = SimulatedDeadline(seconds, clock)
    return Climb(other, mine, workload, sizes, Rules(seconds=seconds), rng, deadline)


@pytest.mark.parametrize("name", LAWS)
def test_a_climb_finds_the_power(name):
    """From the laps of a climb the law comes out, through noise with heavy tails."""
    one = climb(lambda n: 50 * LAWS[name](n), noise=heavy_tailed, seconds=1e6)
    found = fit_growth("f", SIZES, one.hold())
    assert found.rounds == ROUNDS
    assert found.submission == pytest.approx(exponent_of(LAWS[name]), abs=0.1)
    assert found.reference == pytest.approx(2)


def test_a_lap_is_as_long_as_can_be_timed():
    """Small sizes are asked often enough to be timed, and a slow side is asked less of a lap."""
    one = climb(lambda n: 50 * n**2)
    one.hold()
    counts = dict(one.reference.asked[-len(SIZES) :])
    assert all(1e-7 * size**2 * n >= one.rules.least_lap for size, n in counts.items())
    assert counts[100] > counts[800] == 1
    assert {n for _, n in one.submission.asked[-len(SIZES) :]} == {1}


def test_rounds_ask_in_an_order_of_their_own():
    """No size always comes first."""
    one = climb(LAWS["n^2"])
    one.hold()
    laps = [size for size, _ in one.submission.asked[-len(SIZES) * ROUNDS :]]
    orders = {tuple(laps[i : i + len(SIZES)]) for i in range(0, len(laps), len(SIZES))}
    assert len(orders) > 1
    assert all(sorted(order) == list(SIZES) for order in orders)


def test_time_that_is_up_leaves_the_rounds_that_were_run():
    """A slow submission has a number of fewer rounds."""
    one = climb(lambda n: 10 * n**3, seconds=2500.0)
    found = one.hold()
    assert 1 <= len(found) < LEAST_ROUNDS


def test_who_leaves_no_time_for_a_round_has_timed_out():
    """Its own time, and the size at which it was."""
    one = climb(lambda n: 10 * n**3, seconds=600.0)
    with pytest.raises(WorkerLostError) as lost:
        one.hold()
    assert lost.value.outcome == TimedOut(600.0, "wall", "size 800", "check")


def test_a_machine_that_leaves_no_time_is_no_submissions_fault():
    """Where the reference took the time, nobody has timed out."""
    slow = Runner(lambda n: 10 * n**3, [0.0], deadline=100.0)
    with pytest.raises(MachineBusyError, match="not one lap fitted into 100 s"):
        climb(LAWS["n"], reference=slow, seconds=100.0).hold()


@pytest.mark.parametrize(
    "end", [WorkerLostError(Died("was killed")), WorkerLostError(TimedOut(10, "cpu", "f.py:3"))]
)
def test_who_is_lost_at_a_size_is_lost_there(end):
    """An end at one size ends the climb, which knows the size."""
    one = climb(LAWS["n^2"], at={400: end})
    with pytest.raises(WorkerLostError) as lost:
        one.hold()
    assert lost.value is end
    assert one.size == 400


def test_an_answer_that_is_wrong_at_one_size_is_seen_there():
    """Every answer of every size is checked."""
    one = climb(LAWS["n"], answer=lambda asked: sum(asked) + (asked[0] == 800))
    with pytest.raises(AssertionError, match=r"f\(800, "):
        one.hold()
    assert one.size == one.referee.last[0][0] == 800


def test_a_reference_that_is_wrong_is_no_submissions_fault():
    """It is the assignment's."""
    with pytest.raises(RaceError, match="fails the workload's own check"):
        climb(LAWS["n"], reference=Runner(LAWS["n"], [0.0], answer=lambda _: None)).hold()


@pytest.mark.parametrize(
    ("law", "said"),
    [
        (lambda n: 0.1 * n, "at size 100 the workload is too small to time"),
        (lambda n: 8 * n, "size 100 is too small to measure: a call takes the reference 80 us"),
    ],
)
def test_sizes_too_small_to_measure_are_said(law, said):
    """Where even a lap of many calls is short, and where a call is hardly longer than its way."""
    with pytest.raises(RaceError, match=said):
        climb(LAWS["n^2"], reference=Runner(law, [0.0])).hold()
    assert LEAST_CALL > 80e-6


def test_kinds_of_questions_are_asked_alike():
    """A workload of several kinds draws each at every size."""
    kinds = tuple((lambda _, size, kind=kind: (size, kind)) for kind in (1, 2))
    one = climb(LAWS["n^2"], workload=Workload(draw=kinds, check=right))
    one.hold()
    assert all(n % 2 == 0 for _, n in one.reference.asked)


def test_a_lap_that_does_not_count_costs_its_round():
    """A round with a spoiled lap is run again."""

    class Spoiled(Runner):
        def run(self, batch):
            run = super().run(batch)
            return Run(run.answers, run.spent, "throttled" if len(self.asked) == 30 else "")

    whole = climb(LAWS["n^2"])
    assert len(whole.hold()) == ROUNDS
    one = climb(LAWS["n^2"], reference=Spoiled(LAWS["n^2"], [0.0]))
    assert len(one.hold()) == ROUNDS
    assert len(one.submission.asked) == len(whole.submission.asked) + len(SIZES)
