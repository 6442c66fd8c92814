"""The race on simulated racers: when it stops, how often it errs, and each bad case's words."""

import itertools
import math
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pytest

from grader.grade.credit_line import SLACK, CreditLine
from grader.grade.result import Decision
from grader.race import messages
from grader.race.calibrate import Calibration, count_calls
from grader.race.errors import MachineBusyError, RaceError, TimeUpError
from grader.race.interval import LAYOUT_SD
from grader.race.rules import Rules
from grader.race.workload import Workload
from grader.sandbox import TimedOut, WorkerLostError
from tests.race.simulated_racers import NOISES, SQUARES, answer, contest, independent, right

LINE = CreditLine(2, 512)
SHORT = CreditLine(2, 20)
NARROW = CreditLine(3.9, 4.1)  # so short that no number of laps settles the credit of a pace of 4


def test_a_plain_race_is_decided_early():
    """A few laps are enough, and the credit is that of the slowdown."""
    result = contest(2.9, noise=independent).hold()
    assert result.timing.decision is Decision.decided
    assert result.timing.laps in (8, 12)
    assert result.timing.slowdown == pytest.approx(2.9, rel=0.05)
    assert result.credit == LINE.credit(result.timing.slowdown)
    assert "2.9" in result.message


@pytest.mark.parametrize("pace", [0.9, 40])
def test_beyond_an_end_the_first_look_decides(pace):
    """However wide an interval is, all of it earns everything, or nothing."""
    result = contest(pace, line=SHORT, noise=lambda rng: independent(rng, 0.2)).hold()
    assert (result.timing.laps, result.credit) == (8, float(pace < 1))


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize(("line", "least"), [(CreditLine(2.5, 120), 95), (SHORT, 0)])
def test_a_settled_credit_is_rarely_off(noise, line, least):
    """Under every noise one race in twenty may be off; on hw2's line nearly all are settled."""
    luck = LAYOUT_SD / math.sqrt(2)
    races = (contest(4.4, noise=noise, seed=n, line=line, layout_sd=luck) for n in range(100))
    results = [race.hold() for race in races]
    decided = [r for r in results if r.timing.decision is Decision.decided]
    off = [r for r in decided if abs(r.credit - line.credit(4.4)) > SLACK]
    assert len(decided) >= least
    assert len(off) <= 5


@pytest.mark.parametrize("noise", NOISES)
def test_when_the_time_is_up_the_median_counts(noise):
    """A machine that cannot tell more closely gives no better end and no worse one."""
    for seed in range(10):
        result = contest(4 * 1.003, noise=noise, seed=seed, line=NARROW).hold()
        assert result.timing.decision is Decision.inconclusive
        assert result.credit == NARROW.credit(result.timing.slowdown)
        assert result.timing.laps == 80
        assert "The median counts" in result.timing.note


def test_a_submission_that_scatters_gets_the_worse_end():
    """Laps that swing where the reference's do not are the submission's own doing."""
    race = contest(4, line=SHORT, noise=lambda rng: independent(rng, 0.4))
    for generation in race.generations:
        generation.twin.noise = None
    result = race.hold()
    assert result.timing.decision is Decision.inconclusive
    assert result.credit == SHORT.credit(result.timing.interval[1]) < SHORT.credit(4)
    assert "The slower end counts" in result.timing.note
    assert "laps differ by" in result.timing.note


def test_a_machine_that_scatters_costs_nobody_the_worse_end():
    """The same swings on both sides are the machine's, and the median counts."""
    race = contest(4, line=SHORT, noise=lambda rng: independent(rng, 0.4))
    for number, generation in enumerate(race.generations):
        generation.twin.noise = None
        calibrating = 0 if number else 15
        noise = independent(np.random.default_rng(number), 0.4)
        generation.reference.noise = itertools.chain(itertools.repeat(0.0, calibrating), noise)
    result = race.hold()
    assert result.timing.decision is Decision.inconclusive
    assert result.credit == SHORT.credit(result.timing.slowdown)


@pytest.mark.parametrize("share", [0.1, 0.6])
def test_who_spends_the_time_outside_laps_gets_the_worse_end(share):
    """Few laps are no advantage to who slept in the first call; who was slow has the median."""
    race = contest(4, line=SHORT, rules=Rules(seconds=2), noise=independent)
    pace = race.generations[0].submission.seconds
    first = math.log(share * 2 / pace)
    race.generations[0].submission.noise = iter([first, *itertools.repeat(0.01, 5), *[-0.01] * 99])
    race.rules = replace(race.rules, looks=(99, 100))
    result = race.hold()
    end = result.timing.interval[1] if share > 0.5 else result.timing.slowdown
    assert result.timing.decision is Decision.inconclusive
    assert result.credit == SHORT.credit(end)
    assert ("kept the race waiting" in result.timing.note) is (share > 0.5)


def test_both_sides_drifting_together_cancel():
    """A machine that becomes 40 % slower during the race changes no credit."""
    result = contest(2.9, noise=independent, drift=0.1).hold()
    assert result.credit == pytest.approx(LINE.credit(2.9), abs=SLACK)
    assert result.timing.slowdown == pytest.approx(2.9, rel=0.05)


def test_every_question_is_new_but_for_the_replays():
    """Each of the submission's questions is drawn once; about one lap in eight comes again."""
    race = contest(4 * 1.003, noise=independent, line=NARROW)
    race.hold()
    asked = [batch for g in race.generations for batch in g.submission.asked]
    warm_ups = 2 * len(race.generations)
    assert len(set(asked)) == 80 + warm_ups
    assert len(asked) - len(set(asked)) == 11


def test_a_replay_goes_to_the_worker_that_was_asked_before():
    """A cache lives in one worker, so the question comes again to that one."""
    race = contest(4 * 1.003, noise=independent, line=NARROW)
    race.hold()
    for one, other in itertools.combinations(race.generations, 2):
        assert not set(one.submission.asked) & set(other.submission.asked)


def test_both_sides_get_the_same_questions():
    """The submission is asked what the reference is asked, or the first part of it."""
    race = contest(9, noise=independent, workload=Workload(SQUARES.draw, right, calls=8))
    race.hold()
    for generation in race.generations:
        known = set(generation.reference.asked)
        assert all(
            any(batch == long[: len(batch)] for long in known)
            for batch in generation.submission.asked
        )


def test_a_slow_submission_answers_fewer_calls_a_lap():
    """One call is timed as well as eight when it takes eight times as long."""
    race = contest(30, workload=Workload(SQUARES.draw, right, calls=8))
    result = race.hold()
    assert result.timing.slowdown == pytest.approx(30)
    assert {len(b) for g in race.generations for b in g.submission.asked} == {1}


def test_the_order_within_a_lap_is_random():
    """Neither side goes first always."""
    order = []
    race = contest(4 * 1.003, noise=independent, line=NARROW)
    for generation in race.generations:
        for name in ("reference", "submission"):
            racer = getattr(generation, name)
            racer.run = _noting(racer.run, order, name)
    race.hold()
    firsts = order[-160::2]
    assert 0.3 < firsts.count("reference") / len(firsts) < 0.7


def _noting(run, order, name):
    def noted(batch):
        order.append(name)
        return run(batch)

    return noted


def test_every_lap_asks_all_kinds_alike():
    """Where questions are of several kinds each lap asks all of them equally often, mixed."""
    kinds = tuple(lambda rng, k=k: (3 * int(rng.integers(1 << 40)) + k,) for k in range(3))
    race = contest(9, noise=independent, workload=Workload(kinds, right, calls=7))
    race.hold()
    laps = [[q % 3 for (q,) in batch] for g in race.generations for batch in g.submission.asked]
    laps = [lap for lap in laps if len(lap) > 2]
    assert {len(lap) for lap in laps} == {3}
    assert all(sorted(lap) == [0, 1, 2] for lap in laps)
    assert len({tuple(lap) for lap in laps}) > 1
    assert {len(batch) for batch in race.generations[0].twin.asked} == {3, 9}


def test_answers_of_the_reference_are_not_kept():
    """Beside a slow submission it gives up to 256 a lap, and each may be megabytes."""
    race = contest(4 * 1.003, noise=independent, line=NARROW)
    race.hold()
    laps = [*race._evidence.laps, *race._evidence.replays]
    assert {answer for lap in laps for answer in lap.reference.answers} == {None}
    assert all(lap.reference.seconds("cpu") == pytest.approx(0.01) for lap in laps)


def test_a_wrong_answer_ends_the_race():
    """The check of the lap speaks, before the lap's time counts."""
    with pytest.raises(AssertionError, match=r"f\(\d+\) is"):
        contest(1.0, answers=lambda question: answer(question) + 1).hold()


def test_skipping_the_work_after_some_calls_is_wrong():
    """Lap 30 is checked like lap 1."""
    calls = itertools.count()
    lazy = contest(4.01, line=NARROW, answers=lambda q: answer(q) if next(calls) < 60 else 0)
    with pytest.raises(AssertionError, match="not 0"):
        lazy.hold()


def test_two_answers_to_one_question_are_wrong():
    """A repeated question must get the answer that it got before, not only a tolerable one."""

    def close(_arguments, got, expected):
        assert abs(got - expected) <= 2, f"{got} is not {expected}"

    swings = itertools.cycle([-2, 2])
    race = contest(
        4 * 1.003,
        noise=independent,
        line=NARROW,
        workload=Workload(SQUARES.draw, close, calls=1),
        answers=lambda question: answer(question) + next(swings),
    )
    with pytest.raises(AssertionError, match="asked the same question again, it gave another"):
        race.hold()


def test_a_reference_that_fails_its_own_check_refuses_the_race():
    """It is the assignment's fault, said so, and no submission's."""
    race = contest(1.0)
    race.generations[0].twin.answers = lambda _question: -1
    with pytest.raises(RaceError, match="the reference fails the workload's own check"):
        race.hold()


def test_a_workload_too_small_refuses_the_race():
    """If 256 calls do not fill a lap the assignment is told so, with the time that they took."""
    tiny = Workload(SQUARES.draw, right)
    with pytest.raises(RaceError, match="too small to time: 256 calls take the reference 256 us"):
        contest(1.0, workload=tiny, pace=1e-6).hold()


def test_the_number_of_calls_is_found():
    """A reference of 1 ms a call gets some five calls a lap."""
    race = contest(2.9, workload=Workload(SQUARES.draw, right), pace=1e-3)
    race.hold()
    longest = max(len(batch) for batch in race.generations[0].reference.asked)
    assert 5 <= longest <= 7


def test_a_noisy_machine_grades_no_speed():
    """If the reference against itself is not at 1 the race is not run, and says so in numbers."""
    race = contest(2.9, twin=1.3)
    result = race.hold()
    assert result.timing.decision is Decision.too_noisy
    assert result.credit is None
    assert (
        "too noisy to grade speed: the reference against itself came out at 1.300" in result.message
    )
    assert not any(g.submission.asked for g in race.generations)


def test_a_reference_slowed_during_the_race_means_run_again():
    """A submission cannot gain by making the reference slow."""
    race = contest(2.0)
    for generation in race.generations:
        slow_down(generation)
    result = race.hold()
    assert result.timing.decision is Decision.too_noisy
    assert result.credit is None
    assert "before the race" in result.message


def slow_down(generation):
    """Make the reference twice as slow once the submission has been called."""
    first = generation.submission.run

    def run(batch):
        generation.reference.seconds = generation.twin.seconds * 2
        return first(batch)

    generation.submission.run = run


def test_a_cache_is_referred():
    """Old questions answered much faster than new ones need a person."""
    result = contest(9.5, noise=independent, known_factor=3).hold()
    assert result.timing.decision is Decision.referred
    assert result.credit is None
    assert "times faster than new ones" in result.message
    assert "person" in result.message


def test_a_cache_gains_nothing_even_unreferred():
    """The time of a repeated question is in no slowdown."""
    result = contest(9.5, known_factor=1.2).hold()
    assert result.timing.slowdown == pytest.approx(9.5)


def test_waiting_is_referred():
    """A submission whose own process neither computes nor queues has help, or sleeps."""
    result = contest(0.9, noise=independent, wall_factor=5).hold()
    assert result.timing.decision is Decision.referred
    assert "80 % of its time" in result.message


def test_queueing_for_a_busy_core_is_not_waiting():
    """An honest submission on a machine full of other work is graded all the same."""
    result = contest(2.9, noise=independent, wall_factor=5, queued=0.8).hold()
    assert result.timing.decision is Decision.decided


def test_too_good_to_be_true_is_referred():
    """Much faster than the reference is no automatic grade."""
    result = contest(0.3, noise=independent).hold()
    assert result.timing.decision is Decision.referred
    assert "Too good to be true: 3." in result.message
    assert contest(0.8, noise=independent).hold().credit == 1


def test_discarded_laps_do_not_count():
    """Some spoiled laps are left out; too many mean that it must be run again."""
    some = contest(2.9, spoils=lambda n: "probe slow" if n == 5 else "").hold()
    assert (some.timing.decision, some.timing.laps) == (Decision.decided, 8)
    many = contest(2.9, spoils=lambda n: "probe slow" if n % 2 else "").hold()
    assert many.timing.decision is Decision.too_noisy
    assert "probe slow" in many.message


def test_the_budget_ends_a_race():
    """When the time is up early, the few laps count as they are and it is said how few."""
    result = contest(450, rules=Rules(seconds=30)).hold()
    assert result.timing.decision is Decision.inconclusive
    assert result.timing.laps < 8
    assert result.credit == pytest.approx(LINE.credit(450))
    assert "laps fitted" in result.timing.note


def test_who_leaves_no_time_for_a_lap_has_timed_out():
    """A first call that uses the race's time up is a call that outlived its limit."""
    with pytest.raises(WorkerLostError, match="the 1 s of the race are used up"):
        contest(300, rules=Rules(seconds=1)).hold()


def hang_after(race, turns):
    """Let the submission answer so often, and then use up the race's time in one turn."""
    for generation in race.generations:
        first, left = generation.submission.run, [turns]

        def run(batch, first=first, left=left):
            left[0] -= 1
            if left[0] >= 0:
                return first(batch)
            race.deadline.clock[0] = race.deadline.seconds
            raise TimeUpError

        generation.submission.run = run


@pytest.mark.parametrize("turns", [1, 2])
def test_who_hangs_before_a_lap_is_whole_has_timed_out(turns):
    """Neither a lap for practice nor the first that counts denies the race by having no end."""
    race = contest(2.9, noise=independent)
    hang_after(race, turns)
    with pytest.raises(WorkerLostError, match="the 45 s of the race are used up"):
        race.hold()


def test_who_hangs_after_some_laps_gets_the_worse_end():
    """Few laps are no advantage to who stopped at the luckiest of them."""
    race = contest(4, line=SHORT, noise=independent)
    hang_after(race, 5)
    result = race.hold()
    assert 0 < result.timing.laps < 8
    assert result.credit == SHORT.credit(result.timing.interval[1]) < SHORT.credit(4)
    assert "a call without an end" in result.timing.note


def test_who_is_cut_off_in_a_lap_like_the_others_has_the_median():
    """A slow submission's last turn ends with the time, however large a share of it that is."""
    race = contest(400, rules=Rules(seconds=30))
    generation = race.generations[0]
    first = generation.submission.run

    def run(batch):
        if race.deadline.left() < 400 * 0.02:
            race.deadline.clock[0] = race.deadline.seconds
            raise TimeUpError
        return first(batch)

    generation.submission.run = run
    result = race.hold()
    assert 0 < result.timing.laps < 8
    assert result.credit == LINE.credit(result.timing.slowdown)


def test_a_machine_that_leaves_no_time_for_a_lap_is_too_busy():
    """Where the reference's start uses the race's time up, nobody loses a point."""
    race = contest(2, rules=Rules(seconds=1))
    race.generations[0].twin.noise = iter([math.log(200), *itertools.repeat(0.0, 99)])
    result = race.hold()
    assert (result.timing.decision, result.credit) == (Decision.too_noisy, None)
    assert "not one lap fitted into 1 s" in result.message


def test_no_budget_has_its_own_words():
    """A budget of zero seconds is the assignment's mistake."""
    with pytest.raises(ValueError, match=r"budget is 0 s"):
        Rules(seconds=0)


def test_the_first_call_is_reported_and_not_counted():
    """A slow first call is in the report and not in the slowdown."""
    race = contest(2.9)
    for generation in race.generations:
        generation.submission.noise = iter(itertools.chain([math.log(50)], itertools.repeat(0.0)))
    result = race.hold()
    assert result.timing.first_call_seconds == pytest.approx(50 * 2.9 * 0.01)
    assert result.timing.slowdown == pytest.approx(2.9)


def test_the_same_seed_asks_the_same_questions():
    """A race is repeated with the questions that it had."""
    races = [contest(4 * 1.003, noise=independent, line=NARROW, seed=7) for _ in range(2)]
    for race in races:
        race.hold()
    assert [g.submission.asked for g in races[0].generations] == [
        g.submission.asked for g in races[1].generations
    ]


def test_repeats_agree():
    """Over submissions of every pace, two races of one submission earn nearly the same."""
    rng = np.random.default_rng(0)
    apart = []
    for number in range(60):
        pace = float(np.exp(rng.uniform(math.log(2), math.log(512))))
        one, other = (
            contest(pace, noise=independent, seed=number * 2 + i).hold().credit for i in range(2)
        )
        apart.append(abs(one - other))
    assert max(apart) <= 2 * SLACK
    assert np.median(apart) < SLACK / 4


def late(seconds=10.0, clock="wall"):
    """Answer nothing in time."""

    def run(_batch):
        raise WorkerLostError(TimedOut(seconds, clock, ""))

    return run


def test_a_late_answer_on_a_busy_machine_is_not_the_submissions():
    """Where the reference gets a tenth of the core the race is to be run again, at any lap."""
    for laps_before in (0, 5):
        race = contest(4 * 1.003, noise=independent, queued=1.0)
        for generation in race.generations:
            generation.reference.wall_factor, generation.reference.queued = 10, 0.9
            run_then_be_late(generation.submission, laps_before)
        result = race.hold()
        assert (result.timing.decision, result.credit) == (Decision.too_noisy, None)
        assert "did not answer within 10 s" in result.message
        assert "10 % of a core" in result.message
        assert "no points are lost" in result.message


def run_then_be_late(racer, runs):
    """Let a racer run so often, and then never answer."""
    first, left = racer.run, [runs]

    def run(batch):
        left[0] -= 1
        return first(batch) if left[0] >= 0 else late()(batch)

    racer.run = run


@pytest.mark.parametrize(("clock", "busy"), [("wall", 1.0), ("cpu", 10.0)])
def test_a_late_answer_is_the_submissions_where_it_had_the_core(clock, busy):
    """A call without end on a quiet machine costs its points, and so does processor time."""
    race = contest(2.0)
    for generation in race.generations:
        generation.reference.wall_factor = busy
        generation.submission.run = late(clock=clock)
    with pytest.raises(WorkerLostError):
        race.hold()


def test_a_long_way_of_the_answers_is_no_busy_machine():
    """Beside a short call its way is most of the time, and nobody hangs for want of that."""
    race = contest(2.0)
    for generation in race.generations:
        generation.reference.wall_factor = 10
        generation.submission.run = late()
    with pytest.raises(WorkerLostError):
        race.hold()


@pytest.mark.parametrize("side", ["reference", "twin", "submission"])
def test_a_racer_that_starts_late_means_run_again(side):
    """A fork or a reference that comes late is the machine's doing, in its own words."""

    def run(_batch):
        raise MachineBusyError(messages.too_busy("L3: no answer about worker 7 within 20 s"))

    race = contest(2.0)
    getattr(race.generations[0], side).run = run
    result = race.hold()
    assert (result.timing.decision, result.credit) == (Decision.too_noisy, None)
    assert "worker 7" in result.message


def test_a_reference_that_is_late_as_well_answers_for_the_submission():
    """Both late: it is the machine."""
    race = contest(2.0)

    def busy(_batch):
        raise MachineBusyError(messages.late_reference(10))

    def run(batch):
        race.generations[0].reference.run = busy
        return late()(batch)

    race.generations[0].submission.run = run
    assert "the reference did not answer within 10 s" in race.hold().message


def test_a_first_call_that_cost_nothing_is_no_fault():
    """On a busy machine a request for nothing may take longer than the first call did."""
    race = contest(2.9, wall_factor=0.0)
    assert race.hold().timing.decision is Decision.decided


def test_waiting_with_the_reference_is_the_machines():
    """Where the grader is kept from its core both sides seem to wait: nobody is referred."""
    race = contest(2.9, noise=independent, wall_factor=5)
    for generation in race.generations:
        generation.reference.wall_factor = 4
    result = race.hold()
    assert (result.timing.decision, result.credit) == (Decision.too_noisy, None)
    assert "% of its time and the reference for 75 %" in result.message


def test_a_workload_whose_time_swings_is_not_too_small():
    """Calls that were slow when they were counted do not make the workload too small to time."""
    race = contest(2.9, workload=Workload(SQUARES.draw, right), pace=1e-3)
    slow = iter([4, 2, 1.2, 0.5])
    reference = race.generations[0].reference
    reference.noise = (math.log(next(slow, 1)) for _ in itertools.count())
    calls = count_calls(reference, race._draw, race.rules, "cpu")
    assert 2 <= calls < race.rules.most_calls


@dataclass
class Kept:
    """A memory of one page."""

    calibration: Calibration | None = None

    def recall(self):
        """Return what is on the page."""
        return self.calibration

    def keep(self, calibration):
        """Write it anew."""
        self.calibration = calibration


def held_with(memory, **changes):
    """Hold a race with a memory; return how often the twin ran."""
    race = contest(2.9, noise=independent, memory=memory, **changes)
    race.hold()
    return len(race.generations[0].twin.asked)


def test_a_calibration_is_kept_and_tried_by_one_pair():
    """The first race on a core runs all twin laps, the next one pair after two to warm up."""
    memory = Kept()
    assert held_with(memory) == 1 + Rules().twin_laps
    known = memory.calibration
    assert held_with(memory, seed=1) == 3
    assert memory.calibration is known


@pytest.mark.parametrize("change", [{"twin": 1.2}, {"workload": replace(SQUARES, calls=3)}])
def test_a_calibration_that_is_off_is_made_anew(change):
    """A pair that is not at 1, or whose pace is another, is not what was calibrated."""
    memory = Kept()
    held_with(memory)
    assert held_with(memory, **change) >= 3 + Rules().twin_laps


def test_a_noisy_core_is_not_kept():
    """What no speed is graded by says nothing about the next race."""
    memory = Kept()
    contest(2.9, twin=1.3, memory=memory).hold()
    assert memory.calibration is None


def test_laps_are_as_long_as_the_decision_needs():
    """Where the shortest laps scatter too much to settle the credit, longer ones are run."""
    tiny = Workload(SQUARES.draw, right)
    calls = []
    for sd in (0.001, 0.1):
        memory = Kept()
        noise = partial(independent, sd=sd)
        contest(2.9, noise=noise, workload=tiny, pace=1e-3, memory=memory).hold()
        calls.append(memory.calibration.calls)
    assert calls[0] < 8 < calls[1] <= 20
