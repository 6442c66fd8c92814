"""A race from the exports of two submissions to its result: who runs where, by which clock."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from grader.assignment.baselines import load_baselines
from grader.grade.credit_line import CreditLine
from grader.race import messages
from grader.race.calibration_cache import CalibrationCache, key_of, open_cache
from grader.race.clock import Kind, why_no_cpu
from grader.race.contest import Contest
from grader.race.core import take_core
from grader.race.errors import RaceError
from grader.race.gpu import PROBE, GpuWatch
from grader.race.lap import Generation
from grader.race.racer import BoxRacer, Track
from grader.race.rules import Rules
from grader.race.zygote_pool import ZygotePool
from grader.sandbox import Returned
from grader.sandbox.card import find_card
from grader.sandbox.deadline import Moment
from grader.source.handin import Source
from grader.source.notebook import Cell
from grader.submission.call import Call
from grader.submission.loading import Loader
from grader.threads import one_thread_of_torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.assignment.folder import Assignment
    from grader.assignment.rubric import Speed
    from grader.race.core import Core
    from grader.race.result import Result
    from grader.race.workload import Workload
    from grader.sandbox.opened import Sandbox
    from grader.submission.client import Client, Export

__all__ = [
    "WrongAnswerError",
    "clock_for",
    "draw_anew",
    "enter",
    "lay_out",
    "require_raceable",
    "rules_for",
    "run_race",
]

_WARM_SECONDS = 1.0


class WrongAnswerError(Exception):
    """A racing submission gave a wrong answer: what the workload's check said, and the call."""

    def __init__(self, error: AssertionError, call: Call) -> None:
        super().__init__(str(error))
        self.error, self.call = error, call


def run_race(
    submission: Export,
    reference: Export,
    *,
    workload: Workload,
    terms: Speed,
    seed: int,
    device: str = "cpu",
    rules: Rules | None = None,
) -> Result:
    """Race one export against the reference's and say what it is worth.

    Raises WrongAnswerError, SubmissionRaisedError and WorkerLostError as any call
    does, and RaceError when the race cannot be held, which is no student's fault.
    """
    client = submission.client
    require_raceable(client.assignment, workload, seed)
    rules = rules or rules_for(terms, client.assignment.limits.check_seconds, device)
    with ExitStack() as stack:
        pool = client.sandbox.beside(ZygotePool)
        pool.launch(rules.generations).wait_for(0)
        deadline = Moment(rules.seconds, "race")  # what is ours to start stands by now
        track = lay_out(workload, deadline, device, client, pool, stack)
        rooms = [partial(pool.wait_for, number) for number in range(rules.generations)]
        generations = [_generation(room, submission, reference, track, stack) for room in rooms]
        contest = Contest(
            generations,
            workload,
            CreditLine(terms.full, terms.none),
            rules,
            draw_anew(seed),
            deadline,
            track.kind,
            _cache_of(submission, terms, device, track.core),
            track.notes,
            load_baselines(client.assignment.folder, submission.__name__),
        )
        return _hold(contest, submission)


def require_raceable(assignment: Assignment, workload: Workload, seed: int) -> None:
    """Raise, before anything is started, what is wrong with a race of an assignment: RaceError.

    A submission may start no processes, which could do its work: what a worker's child computes is
    not on the worker's account, and it runs on while that is stopped, on whichever core it likes.
    It is given one thread, as it has one core. And something can be drawn from the workload.
    """
    limits = assignment.limits
    if limits.profile != "plain":
        raise RaceError(messages.several_processes(limits.profile))
    if limits.threads > 1:
        raise RaceError(messages.several_threads(limits.threads))
    workload.batch(np.random.default_rng(seed), 1)


def draw_anew(seed: int) -> np.random.Generator:
    """Return the generator of one race: no other asks what this one does, under the same seed.

    What is answered in a race is no secret any more to whoever can leave a note on the machine,
    and known answers are quick. No race could be repeated anyway: how many questions it asks, and
    with them all later ones, hangs on times.
    """
    return np.random.default_rng([seed, secrets.randbits(128)])


def rules_for(terms: Speed, check_seconds: float, device: str = "cpu") -> Rules:
    """Return the rules of a race by the assignment's terms, within the time of its check."""
    wanted = Rules().seconds if terms.seconds is None else terms.seconds
    rules = Rules(seconds=min(wanted, check_seconds))
    return rules if device == "cpu" else replace(rules, warm_seconds=_WARM_SECONDS)


def clock_for(device: str, client: Client) -> tuple[Kind, str]:
    """Return the clock that counts, and why it is the wall where it is."""
    if device != "cpu":
        return "wall", f"the work is done on {device}"
    why = why_no_cpu(client.sandbox.zygote.pid)
    return ("wall", why) if why else ("cpu", "")


def lay_out(
    workload: Workload,
    deadline: Moment,
    device: str,
    client: Client,
    pool: ZygotePool,
    stack: ExitStack,
) -> Track:
    """Choose the clock and the core, and for a GPU start the worker that probes it."""
    # Two threads of ours would fight over what the racers leave.
    stack.enter_context(one_thread_of_torch())
    kind, why_wall = clock_for(device, client)
    core = take_core()
    stack.callback(core.release)
    watch = None
    if device == "cuda":
        card = find_card()
        watch = GpuWatch(_start_probe(client, pool.wait_for(0), stack), card.read if card else None)
    track = Track(workload, core, kind, deadline, watch=watch)
    if why_wall:
        track.note(messages.wall_only(why_wall))
    if not core.alone:
        track.note(messages.one_core())
    return track


def _cache_of(export: Export, terms: Speed, device: str, core: Core) -> CalibrationCache | None:
    """Return where the calibration of this race's core is kept."""
    assignment, level = export.client.assignment, export.client.sandbox.zygote.level.name
    return open_cache(key_of(assignment, export.__name__, device, level, core.number, terms))


def _generation(
    sandbox: Callable[[], Sandbox],
    submission: Export,
    reference: Export,
    track: Track,
    stack: ExitStack,
) -> Generation:
    return Generation(
        reference=enter(reference, sandbox, track, stack),
        twin=enter(reference, sandbox, track, stack),
        submission=enter(submission, sandbox, track, stack),
    )


def enter(
    export: Export, sandbox: Callable[[], Sandbox], track: Track, stack: ExitStack
) -> BoxRacer:
    """Return a racer of an export's, which is closed with the stack."""
    racer = BoxRacer(export.client, export.__name__, sandbox, track)
    stack.callback(racer.close)
    return racer


def _start_probe(client: Client, sandbox: Sandbox, stack: ExitStack) -> Callable[[], float]:
    """Return a function that runs the probe kernel in a worker of its own; it returns seconds.

    That worker sees no submission, so what it says of its own events is ours to believe.
    """
    sha256 = hashlib.sha256(PROBE.encode()).hexdigest()
    source = Source("probe.py", sha256, "py", (Cell(0, PROBE),))
    worker = Loader(source, client.assignment, reference=False).fork(sandbox)
    stack.callback(worker.close)

    def probe() -> float:
        outcome = worker.call("probe", [], {})
        if isinstance(outcome, Returned) and isinstance(outcome.value, float):
            return outcome.value
        raise RaceError(f"the GPU cannot be probed: {outcome}")

    probe()
    return probe


def _hold(contest: Contest, submission: Export) -> Result:
    """Hold the race; raises WrongAnswerError where an answer of the submission's was wrong."""
    try:
        return contest.hold()
    except AssertionError as error:
        if contest.referee.last is None:
            raise
        arguments, answer = contest.referee.last
        call = Call(submission.__name__, arguments, {}, Returned(answer), 0.0)
        raise WrongAnswerError(error, call) from error
