"""A race from the exports of two submissions to its result: who runs where, by which clock."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from grader.box import Returned
from grader.box.gpu import find_card
from grader.handin import Source
from grader.loading import Loader
from grader.notebook import Cell
from grader.race import words
from grader.race.calibrate import RaceRefused
from grader.race.clock import Kind, why_no_cpu
from grader.race.contest import Contest, Result
from grader.race.core import take_core
from grader.race.gpu import PROBE, GpuWatch
from grader.race.lap import Generation
from grader.race.paces import load_paces
from grader.race.racer import BoxRacer, Track
from grader.race.rules import Rules
from grader.race.stable import Stable
from grader.race.staircase import Staircase
from grader.submission import Call, desk_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.race.workload import Workload
    from grader.room import Room
    from grader.rubric import Speed
    from grader.submission import Desk, Export

__all__ = ["clock_for", "rules_for", "run_race"]

_WARM_SECONDS = 1.0


def run_race(
    submission: Export,
    reference: Export,
    *,
    workload: Workload,
    terms: Speed,
    seed: int,
    device: str = "cpu",
    stable: Stable | None = None,
    rules: Rules | None = None,
) -> Result:
    """Race one export against the reference's and say what it is worth.

    Raises AssertionError for a wrong answer, SubmissionRaised and WorkerLost as any call
    does, and RaceRefused when the race cannot be held, which is no student's fault.
    """
    desk = desk_of(submission)
    rules = rules or rules_for(terms, desk.assignment.limits.check_seconds, device)
    with ExitStack() as stack:
        if stable is None:
            stable = Stable(desk.room, rules.generations)
            stack.callback(stable.close)
        rooms = stable.rooms()
        stack.callback(torch.set_num_threads, torch.get_num_threads())
        torch.set_num_threads(1)  # two threads of ours would fight over what the racers leave
        track = _lay_out(workload, device, desk, rooms[0], stack)
        generations = [_generation(room, submission, reference, track, stack) for room in rooms]
        contest = Contest(
            generations,
            workload,
            Staircase(terms.full, terms.none, terms.steps or 0),
            rules,
            np.random.default_rng(seed),
            track.kind,
            track.notes,
            load_paces(desk.assignment.folder, submission.__name__),
        )
        return _hold(contest, submission)


def rules_for(terms: Speed, check_seconds: float, device: str = "cpu") -> Rules:
    """Return the rules of a race by the assignment's terms, within the time of its check."""
    wanted = Rules().seconds if terms.seconds is None else terms.seconds
    rules = Rules(seconds=min(wanted, check_seconds))
    return rules if device == "cpu" else replace(rules, warm_seconds=_WARM_SECONDS)


def clock_for(device: str, desk: Desk) -> tuple[Kind, str]:
    """Return the clock that counts, and why it is the wall where it is."""
    if device != "cpu":
        return "wall", f"the work is done on {device}"
    if desk.assignment.limits.threads > 1:
        return "wall", f"the assignment allows {desk.assignment.limits.threads} threads"
    why = why_no_cpu(desk.room.zygote.process.pid)
    return ("wall", why) if why else ("cpu", "")


def _lay_out(workload: Workload, device: str, desk: Desk, room: Room, stack: ExitStack) -> Track:
    """Choose the clock and the core, and for a GPU start the worker that probes it."""
    kind, why_wall = clock_for(device, desk)
    core = take_core()
    stack.callback(core.release)
    watch = None
    if device == "cuda":
        card = find_card()
        watch = GpuWatch(_start_probe(desk, room, stack), card.read if card else None)
    track = Track(workload, core, kind, watch=watch)
    if why_wall:
        track.note(words.wall_only(why_wall))
    if not core.alone:
        track.note(words.one_core())
    return track


def _generation(
    room: Room, submission: Export, reference: Export, track: Track, stack: ExitStack
) -> Generation:
    return Generation(
        reference=_enter(reference, room, track, stack),
        twin=_enter(reference, room, track, stack),
        submission=_enter(submission, room, track, stack),
    )


def _enter(export: Export, room: Room, track: Track, stack: ExitStack) -> BoxRacer:
    racer = BoxRacer(desk_of(export), export.__name__, room, track)
    stack.callback(racer.close)
    return racer


def _start_probe(desk: Desk, room: Room, stack: ExitStack) -> Callable[[], float]:
    """Return a function that runs the probe kernel in a worker of its own; it returns seconds.

    That worker sees no submission, so what it says of its own events is ours to believe.
    """
    sha256 = hashlib.sha256(PROBE.encode()).hexdigest()
    source = Source("probe.py", sha256, "py", (Cell(0, PROBE),))
    worker = Loader(source, desk.assignment, reference=False).fork(room)
    stack.callback(worker.close)

    def probe() -> float:
        outcome = worker.call("probe", [], {})
        if isinstance(outcome, Returned) and isinstance(outcome.value, float):
            return outcome.value
        raise RaceRefused(f"the GPU cannot be probed: {outcome}")

    probe()
    return probe


def _hold(contest: Contest, submission: Export) -> Result:
    """Hold the race; after a wrong answer its call is the submission's last one, to be shown."""
    try:
        return contest.hold()
    except AssertionError:
        if contest.referee.last is not None:
            arguments, answer = contest.referee.last
            call = Call(submission.__name__, arguments, {}, Returned(answer), 0.0)
            desk_of(submission).last = call
        raise
