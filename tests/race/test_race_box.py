"""Real racers: workers in boxes, timed from outside, held still while it is not their turn."""

import os
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from grader.assignment.rubric import Speed
from grader.grade.result import Decision
from grader.race import RaceError, Rules, Workload, WrongAnswerError
from grader.race import core as cores
from grader.race.climb import Climb
from grader.race.clock import CpuClock
from grader.race.contest import Contest
from grader.race.core import Core, pin
from grader.race.errors import MachineBusyError, TimeUpError
from grader.race.freeze import is_frozen
from grader.race.growth import growth
from grader.race.racer import BoxRacer, Track
from grader.race.run import clock_for, rules_for
from grader.race.zygote_pool import ZygotePool
from grader.sandbox import (
    Died,
    ExportMissingError,
    Raised,
    StartTimeoutError,
    SubmissionRaisedError,
    TimedOut,
    WorkerLostError,
)
from grader.sandbox.deadline import Moment
from grader.sandbox.outcome import OutcomeError
from tests.race.conftest import DISTANCES, UNSHAKEN

OUR_CORE = Core(min(os.sched_getaffinity(0)), alone=True)
HONEST = (
    "import torch\ndef distances(X):\n    return torch.stack([(X - x).norm(dim=1) for x in X])\n"
)


def track_of(workload=DISTANCES):
    """Lay out a track for single racers, with a minute's time."""
    return Track(workload, OUR_CORE, "cpu", Moment(60, "race"))


def room(yard):
    """Say where a racer is to live."""
    return lambda: yard.pool.wait_for(0)


@pytest.fixture
def racer(yard):
    """Make one racer of an honest submission, not yet started."""
    export = yard.write(HONEST).distances
    track = track_of()
    made = BoxRacer(export.client, "distances", room(yard), track)
    yield made
    made.close()


def questions(count=2, seed=5):
    """Draw some questions."""
    return DISTANCES.batch(np.random.default_rng(seed), count)


def test_a_run_has_answers_and_both_times(racer):
    """A racer's answers come back in order, with CPU time and wall time for all of them."""
    batch = questions(3)
    run = racer.run(batch)
    assert len(run.answers) == 3
    for (X,), answer in zip(batch, run.answers, strict=True):
        assert float((answer[1, 2] - (X[1] - X[2]).norm()).abs()) < 1e-12
    assert run.spent.cpu > 0
    assert run.spent.wall > 0


def test_a_submission_is_frozen_between_its_turns(racer):
    """After its answer the worker is stopped, and uses no time until it is asked again."""
    racer.run(questions())
    worker = racer.worker
    assert is_frozen(worker.pid)
    clock = CpuClock(worker.pid)
    before = clock.read()
    assert clock.read().since(before).cpu == 0
    racer.run(questions(1))
    assert clock.read().since(before).cpu > 0


def test_the_reference_is_frozen_alike(yard):
    """What is done to one side is done to the other, or it would be a part of the slowdown."""
    racer = BoxRacer(yard.reference.distances.client, "distances", room(yard), track_of())
    racer.run(questions())
    assert is_frozen(racer.worker.pid)
    racer.close()


SPIN = 0.03  # seconds of a thread's own CPU time


@pytest.mark.parametrize(("asked", "spins"), [("alone", 2), ("before", 3), ("after", 3)])
def test_all_that_is_done_in_a_turn_counts(yard, asked, spins):
    """Work in the collector, in what is asked before and after, and after the answer is charged.

    What is counted from outside is held to what the worker spends by its own clock, which says
    the same however busy the machine is: a collection spins as it begins and as it ends.
    """
    busy = yard.write(
        "import gc, time\n"
        "def spin(*_):\n"
        f"    end = time.thread_time() + {SPIN}\n"
        "    while time.thread_time() < end: pass\n"
        "gc.callbacks.append(spin)\n"
        "def distances(X):\n    return X\n"
        "def fit(X, y):\n    spin()\n    return X\n"
        "def predict(w, X):\n    spin()\n    return X\n"
    )
    changes = {"alone": {}, "before": {"before": ask_fit}, "after": {"after": ask_predict}}[asked]
    track = track_of(replace(DISTANCES, **changes))
    racer = BoxRacer(busy.distances.client, "distances", room(yard), track)
    racer.run(questions(1))
    assert racer.run(questions(1)).spent.cpu >= spins * SPIN
    assert CpuClock(racer.worker.pid).read().cpu == racer._stopped_at.cpu
    racer.close()


def ask_fit(ask, arguments):
    """Ask for a fit before the raced call."""
    ask("fit", arguments[0], arguments[0])
    return arguments


def ask_predict(ask, arguments, answer):
    """Ask for predictions after the raced call."""
    ask("predict", arguments[0], arguments[0])
    return answer


def test_a_race_has_one_deadline(yard):
    """Loading and calls end with the race's time, whatever they may take by themselves."""
    sleepy = "import time\n{}\ndef distances(X):\n    time.sleep(99)\n    return X\n"
    room(yard)()  # a zygote is ready before a race begins
    for text in (sleepy.format(""), sleepy.format("time.sleep(99)")):
        track = Track(DISTANCES, OUR_CORE, "cpu", Moment(1, "race"))
        racer = BoxRacer(yard.write(text).distances.client, "distances", room(yard), track)
        began = time.monotonic()
        with pytest.raises(TimeUpError):
            racer.run(questions(1))
        assert time.monotonic() - began < 60  # and not the 99 that it sleeps
        racer.close()


def test_freezing_that_fails_is_said_once(racer, monkeypatch):
    """Where a worker may not be stopped the race goes on, and says so."""

    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("grader.race.racer.freeze", refuse)
    racer.run(questions())
    racer.run(questions())
    assert racer.track.notes == [
        "The submission could not be frozen during the reference's turn (Operation not permitted)."
    ]


def test_an_export_that_raises_loses_the_race(yard):
    """What the submission raises in a lap is raised as in any call."""
    with pytest.raises(SubmissionRaisedError) as caught:
        yard.race(yard.write("def distances(X):\n    return X.no_such_thing\n"), rules=UNSHAKEN)
    assert isinstance(caught.value.outcome, Raised)


def test_an_export_that_is_missing_is_missing(yard):
    """A submission without the raced export is told so."""
    with pytest.raises(ExportMissingError, match="distances"):
        yard.race(yard.write("def other(X):\n    return X\n"), rules=UNSHAKEN)


def test_a_racer_that_dies_loses_the_race(yard):
    """A worker that ends itself in a lap ends the check."""
    dying = yard.write("import os\ndef distances(X):\n    os._exit(0)\n")
    with pytest.raises(WorkerLostError):
        yard.race(dying, rules=UNSHAKEN)


def test_a_call_without_end_is_cut_off(yard):
    """The first call has the limit of every call, where the machine is not to blame."""
    endless = yard.write("def distances(X):\n    while True: pass\n")
    with pytest.raises(WorkerLostError) as caught:
        yard.race(endless, rules=UNSHAKEN)
    assert isinstance(caught.value.outcome, TimedOut)


@pytest.mark.parametrize("sizes", [(), (1, 2, 4)], ids=["race", "growth"])
def test_an_answer_that_breaks_what_comes_after_it_is_wrong(yard, sizes):
    """A workload that takes an answer apart is no fault of ours where that is no answer."""
    submission = yard.write("def distances(X):\n    return 1.0\n")
    workload = replace(
        DISTANCES,
        draw=lambda rng, *_size: DISTANCES.draw(rng),
        after=lambda _ask, _arguments, answer: answer[: len(answer)],
    )
    wrong = pytest.raises((WrongAnswerError, AssertionError), match="could not use the answer")
    with wrong as caught:
        if sizes:
            sides = submission.distances, yard.reference.distances
            growth(*sides, sizes=sizes, workload=workload)
        else:
            yard.race(submission, workload=workload, rules=UNSHAKEN)
    last = submission.distances.client.calls.last if sizes else caught.value.call
    assert last.outcome.value == 1.0


def test_a_workload_that_cannot_use_the_reference_refuses_the_race(yard):
    """What comes after the call is the assignment's own, and no submission's loss."""

    def after(_ask, _arguments, answer):
        assert answer is None, "no use"

    with pytest.raises(RaceError, match="the reference fails the workload's own check: no use"):
        yard.race(yard.write(HONEST), workload=replace(DISTANCES, after=after), rules=UNSHAKEN)


def test_the_call_with_the_wrong_answer_is_kept(yard):
    """After a wrong answer the question and the answer can be shown."""
    submission = yard.write("def distances(X):\n    return X @ X.T\n")
    with pytest.raises(WrongAnswerError, match="distances") as wrong:
        yard.race(submission, rules=UNSHAKEN)
    call = wrong.value.call
    assert isinstance(wrong.value.error, AssertionError)
    assert call.export == "distances"
    assert call.outcome.value.shape == (160, 160)


@pytest.mark.parametrize("sizes", [(), (1, 2, 4)], ids=["race", "growth"])
@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"profile": "workers"}, '"workers".* put profile = "plain"'),
        ({"profile": "compile"}, '"compile".* put profile = "plain"'),
        ({"threads": 2}, "one core, where 2 threads .* put threads = 1"),
    ],
)
def test_where_more_than_one_may_work_no_speed_is_graded(yard, monkeypatch, limits, told, sizes):
    """A child's time is on no account of ours, and it is not stopped; and there is one core."""
    monkeypatch.setattr(ZygotePool, "launch", lambda *_: pytest.fail("a zygote was started"))
    submission = yard.write(HONEST)
    assignment = submission.distances.client.assignment
    roomy = replace(assignment, limits=replace(assignment.limits, **limits))
    monkeypatch.setattr(submission.distances.client, "assignment", roomy)
    refused = pytest.raises(RaceError, match=told)
    with refused:
        if sizes:
            sides = submission.distances, yard.reference.distances
            growth(*sides, sizes=sizes, workload=DISTANCES)
        else:
            yard.race(submission)


@pytest.mark.parametrize("sizes", [(), (1, 2, 4)], ids=["race", "growth"])
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (KeyError("size"), pytest.raises(KeyError, match="size")),
        (AssertionError("no size"), pytest.raises(RaceError, match="draw fails: no size")),
    ],
)
def test_a_workload_that_cannot_be_drawn_starts_nothing(yard, monkeypatch, fault, told, sizes):
    """Its author is told at once, and no zygote has to import anything first."""

    def draw(_rng, *_size):
        raise fault

    monkeypatch.setattr(ZygotePool, "launch", lambda *_: pytest.fail("a zygote was started"))
    submission, workload = yard.write(HONEST), replace(DISTANCES, draw=draw)
    with told:
        if sizes:
            sides = submission.distances, yard.reference.distances
            growth(*sides, sizes=sizes, workload=workload)
        else:
            yard.race(submission, workload=workload)


def test_a_reference_that_raises_refuses_the_race(yard):
    """A broken reference is nobody's loss."""
    export = yard.reference.distances
    track = track_of()
    racer = BoxRacer(export.client, "distances", room(yard), track)
    with pytest.raises(RaceError, match="reference fails"):
        racer.run([("no tensor",)])
    racer.close()


@pytest.mark.parametrize(
    ("outcome", "kind", "said"),
    [
        (
            TimedOut(5, "wall", ""),
            MachineBusyError,
            "did not answer within 5 s.*no points are lost",
        ),
        (TimedOut(60, "cpu", ""), RaceError, "used up the 60 s of processor time"),
        (Died("was ended by SIGKILL"), RaceError, "reference fails in the race: was ended by"),
        (
            Died("others hold the card", by_others=True),
            MachineBusyError,
            "too busy to grade speed: others hold the card.*no points are lost",
        ),
    ],
)
def test_each_end_of_a_reference_has_its_words(yard, monkeypatch, outcome, kind, said):
    """A reference that is late is the machine's doing; one that ends is the assignment's."""
    track = track_of()
    export = yard.reference.distances
    racer = BoxRacer(export.client, "distances", room(yard), track)

    def lose(_batch):
        raise OutcomeError(outcome)

    monkeypatch.setattr(racer, "_run", lose)
    with pytest.raises(kind, match=said):
        racer.run(questions())


def test_a_fork_that_comes_late_is_the_machines(racer, monkeypatch):
    """A worker that does not start in time says nothing about the submission."""

    def wait(_room, _deadline):
        raise StartTimeoutError(
            "L3: the zygote does not fork (no answer about worker 3 within 20 s)"
        )

    monkeypatch.setattr(racer.client, "spawn", wait)
    with pytest.raises(
        MachineBusyError, match=r"too busy to grade speed: L3: .* no points are lost"
    ):
        racer.run(questions())


def test_a_racer_that_ends_after_its_answer_is_lost(racer):
    """A clock that cannot be read any more is the end of its process, not a fault of the kit."""
    racer.run(questions())

    class Gone:
        def read(self):
            raise ProcessLookupError(3, "No such process")

    racer._clock = Gone()
    with pytest.raises(WorkerLostError, match="after it had answered"):
        racer.run(questions())


def test_other_exports_can_be_asked_untimed(yard):
    """Before and after a call a workload may use other exports of the same worker."""
    seen = []

    def before(ask, arguments):
        seen.append(float(ask("fit", arguments[0][:, :2], arguments[0][:, 2]).norm()))
        return arguments

    workload = Workload(
        DISTANCES.draw,
        DISTANCES.check,
        1,
        before=before,
        after=lambda _ask, _arguments, answer: answer,
    )
    track = track_of(workload)
    export = yard.reference.distances
    racer = BoxRacer(export.client, "distances", room(yard), track)
    racer.run(questions(2))
    racer.close()
    assert len(seen) == 2


MODEL = """
import torch
def fit(n):
    return torch.nn.ModuleDict({"b": torch.nn.Linear(n, 1), "a": torch.nn.Linear(4, n)})
def distances(model):
    return [model["a"].weight, model["a"].bias, model["b"].weight, model["b"].bias]
"""


def filled(shapes):
    """Make a workload that fills a model with numbers of these shapes before the raced call."""
    values = [torch.full(shape, float(number)) for number, shape in enumerate(shapes)]

    def before(ask, _arguments):
        model = ask("fit", 3)
        ask.fill(model, values)
        return [model]

    return Workload(DISTANCES.draw, DISTANCES.check, before=before), values


def test_a_model_is_given_weights_by_their_shapes(yard):
    """Whatever its parts are called and in whichever order they were made."""
    workload, values = filled([(3, 4), (3,), (1, 3), (1,)])
    racer = BoxRacer(
        yard.write(MODEL).distances.client, "distances", room(yard), track_of(workload)
    )
    (answer,) = racer.run(questions(1)).answers
    racer.close()
    assert all(torch.equal(got, value) for got, value in zip(answer, values, strict=True))


def test_a_model_of_other_shapes_is_told_so(yard):
    """The race cannot begin from the weights that it draws: the shapes are named."""
    workload, _ = filled([(3, 5), (3,), (1, 3), (1,)])
    racer = BoxRacer(
        yard.write(MODEL).distances.client, "distances", room(yard), track_of(workload)
    )
    with pytest.raises(SubmissionRaisedError, match=r"weights of shapes .*expected \[\(3, 5\)"):
        racer.run(questions(1))
    racer.close()


def test_one_core_and_the_wall_have_words(yard, monkeypatch):
    """A race on one core, or by the wall clock, says so in its note."""
    shared = cores.Core(OUR_CORE.number, alone=False)
    monkeypatch.setattr("grader.race.run.take_core", lambda: shared)
    monkeypatch.setattr("grader.race.run.why_no_cpu", lambda _pid: "no such clock here")
    result = yard.race(yard.write(HONEST), rules=UNSHAKEN)
    assert "Only one core" in result.timing.note
    assert "wall clock: no such clock here" in result.timing.note
    assert result.timing.clock == "wall"


def test_pinning_that_is_not_allowed_is_said(yard, monkeypatch):
    """A race whose workers may not be pinned goes on, and says so."""

    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("grader.race.racer.pin", refuse)
    export = yard.reference.distances
    track = track_of()
    racer = BoxRacer(export.client, "distances", room(yard), track)
    racer.run(questions(1))
    racer.close()
    assert "could not be kept on one core" in track.notes[0]


def test_a_racer_is_pinned_while_it_stands_still(yard, monkeypatch):
    """Threads that start others without end neither escape the core nor hold the grader up."""
    frozen = []

    def watch(pid, number):
        frozen.append(is_frozen(pid))
        pin(pid, number)

    monkeypatch.setattr("grader.race.racer.pin", watch)
    path = Path(__file__).parents[1] / "hostile" / "race" / "succeeds_its_threads.py"
    racer = BoxRacer(yard.enter(path).distances.client, "distances", room(yard), track_of())
    racer.run(questions(1))
    tasks = [int(task.name) for task in Path(f"/proc/{racer.worker.pid}/task").iterdir()]
    cores_of_all = [os.sched_getaffinity(task) for task in tasks]
    racer.close()
    assert frozen == [True]
    assert cores_of_all == [{OUR_CORE.number}] * len(tasks) != []


def test_the_terms_bound_the_time(yard):
    """A race takes no longer than its terms, nor than its check may."""
    assert rules_for(Speed(2, 8, seconds=25), 60).seconds == 25
    assert rules_for(Speed(2, 8), 10).seconds == 10
    assert rules_for(Speed(2, 8), 600).seconds == Rules().seconds
    assert rules_for(Speed(2, 8), 60, "cuda").warm_seconds > 0
    assert clock_for("cuda", yard.reference.fit.client)[0] == "wall"


@pytest.mark.parametrize("sizes", [(), (1, 2, 4)], ids=["race", "growth"])
def test_no_race_asks_what_another_did(yard, monkeypatch, sizes):
    """Who has noted on the machine what was answered in a race finds none of it in the next."""
    drawn = []

    def note(race):
        drawn.append(race.rng.standard_normal(4).tolist())
        raise MachineBusyError

    monkeypatch.setattr(Climb if sizes else Contest, "hold", note)
    submission = yard.write(HONEST)
    workload = replace(DISTANCES, draw=lambda rng, *_size: DISTANCES.draw(rng))
    for _ in range(2):
        with pytest.raises(MachineBusyError):
            ask_once(yard, submission, workload, sizes)
    assert drawn[0] != drawn[1]


def ask_once(yard, submission, workload, sizes):
    """Measure a growth where there are sizes, or race."""
    if sizes:
        sides = submission.distances, yard.reference.distances
        growth(*sides, sizes=sizes, workload=workload)
    else:
        yard.race(submission, workload=workload)


def test_a_race_ends_all_its_workers(yard, monkeypatch):
    """However a race ends, none of its workers is left, and its core is given back."""
    started, taken, released = [], [], []
    start, release = BoxRacer._start, Core.release
    monkeypatch.setattr(BoxRacer, "_start", lambda self: started.append(start(self)) or started[-1])
    monkeypatch.setattr(
        "grader.race.run.take_core", lambda: taken.append(cores.take_core()) or taken[-1]
    )
    monkeypatch.setattr(Core, "release", lambda self: released.append(self) or release(self))
    # However long a first call takes here, there is time for all generations.
    monkeypatch.setattr(Contest, "_affordable", lambda self: len(self.generations))
    yard.race(yard.write(HONEST), rules=UNSHAKEN)
    assert len(started) == 5  # two generations of two, and one twin
    assert all(worker.end is not None for worker in started)
    assert released == taken != []
    assert all(core.holder is None or core.holder.fileno() == -1 for core in taken)


def test_the_result_says_what_was_raced(yard, monkeypatch):
    """A result names the slowdown, its interval, both medians, the wall, and the first call."""
    held = []
    hold = Contest.hold
    monkeypatch.setattr(Contest, "hold", lambda self: held.append(self) or hold(self))
    result = yard.race(yard.write(HONEST), rules=UNSHAKEN)
    assert held[0].kind == "cpu"
    if result.timing.decision in (Decision.decided, Decision.inconclusive):
        assert "times the reference's time" in result.message
        assert "wall clock" in result.timing.note
        assert result.timing.first_call_seconds > 0
        assert result.timing.interval[0] < result.timing.slowdown < result.timing.interval[1]


def test_a_zygote_that_was_waited_for_when_ctrl_c_came_ends_with_the_others(monkeypatch):
    """A pool closes all that it has started, in whatever it was interrupted."""
    ended = []

    class Starting:
        def ready(self):
            raise KeyboardInterrupt

        def close(self):
            ended.append(self)

    monkeypatch.setattr("grader.race.zygote_pool.Zygote.launch", lambda *_, **__: Starting())
    assignment, zygote = SimpleNamespace(preloads=()), SimpleNamespace(level="L2")
    pool = ZygotePool(SimpleNamespace(zygote=zygote, assignment=assignment)).launch(3)
    with pytest.raises(KeyboardInterrupt):
        pool.wait_for(0)
    pool.close()
    assert len(set(ended)) == len(ended) == 3
