"""Step 5: the reference against itself, three paces, and the clocks by which they are timed.

Five repeats of each race: the reference against itself before all others, then a round of the
paces after the other. What a person wants to know of them is said beside each: the slowdown, its
interval, and over the repeats the spread. Then, with which power of the size the time grows: the
same on both sides, where that is one code. What there was no time for is left for another run;
where there is time left the races go on to twenty.
"""

from __future__ import annotations

import itertools
import statistics
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.cuda.record import Item
from benchmarks.cuda.steps import TimeUpError
from benchmarks.race_yard import HESSIAN, MATRIX, TRAIN, Task, Yard
from grader.assignment.limits import Limits
from grader.grade.result import Decision
from grader.race import Rules, WrongAnswerError
from grader.race.gpu import PROBE
from grader.sandbox import Returned, Worker, open_zygote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from benchmarks.cuda.steps import Wish

AT_FIRST, IN_ALL = 5, 20
FIELDS: dict[str, tuple[Task, str]] = {
    "A/A": (HESSIAN, "reference"),
    "chunked Hessian": (HESSIAN, "chunked"),
    "training in slices": (TRAIN, "slices"),
    "matrix in strides": (MATRIX, "strided"),
}
CLIMBS: dict[str, tuple[Task, str]] = {
    "growth of the Hessian, A/A": (HESSIAN, "reference"),
    "growth of the matrix, A/A": (MATRIX, "reference"),
    "growth of the Hessian in a loop": (HESSIAN, "loop"),
}
CLOCKS = {"two contexts by turns", "the clock outside against events"}
AA_GROWTH = 0.15  # difference of two exponents that are the same
AA_WITHIN = 0.01  # of 1, and of each other
EVENTS_OFF = 0.002
_ROUNDS = 60  # the fixed cost of a call scatters by 1 % of a job: a median of 15 is off by 0.3 %
_LEAST_SECONDS = 20.0  # for one more race and its zygotes
_CLIMB_SECONDS = 15.0
_JOB = '''
import time
import torch


def timed(count):
    """Multiply matrices so often; say by events how long it took, in seconds."""
    A = torch.ones(2048, 2048, device=DEVICE)
    if DEVICE == "cpu":
        began = time.perf_counter()
        for _ in range(count):
            A[:64] @ A
        return time.perf_counter() - began
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    torch.cuda.synchronize()
    start.record()
    for _ in range(count):
        A @ A
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / 1e3
'''


def race(wish: Wish) -> Iterator[Item]:
    """Look at the clocks, and hold what is missing; raises TimeUpError where some is left."""
    held = dict(wish.known)
    clocks: Iterable[Item] = () if held.keys() >= CLOCKS else _clocks(wish)
    races = _repeat(wish, held, 1 if wish.short else AT_FIRST)
    for item in itertools.chain(clocks, races, _climb(wish)):
        held[item.name] = item
        yield item
    if left := [name for name in needed(wish) if name not in held]:
        raise TimeUpError(", ".join(left))
    if not wish.short:
        yield from _repeat(wish, held, IN_ALL)


def needed(wish: Wish) -> list[str]:
    """Name every race and growth without which the step is not done."""
    fields, climbs = list(FIELDS), list(CLIMBS)
    if wish.short:
        return [f"{fields[0]} 1", climbs[0]]
    return [f"{name} {number + 1}" for name, number in _in_turn(fields, AT_FIRST)] + climbs


def _repeat(wish: Wish, held: Mapping[str, Item], repeats: int) -> Iterator[Item]:
    """Hold every race so often, counting what was held before; from five on say how they spread.

    The zygotes of a task are kept from race to race; there are several, and racers are forked anew.
    """
    fields = dict(itertools.islice(FIELDS.items(), 1 if wish.short else None))
    found: dict[str, list[float]] = {name: [] for name in fields}
    with ExitStack() as stack:
        yards: dict[Task, Yard] = {}
        for name, number in _in_turn(list(fields), repeats):
            task, pace = fields[name]
            item = held.get(title := f"{name} {number + 1}")
            if item is None and wish.time_left() > _LEAST_SECONDS:
                if task not in yards:
                    yards[task] = stack.enter_context(Yard(task, _rules(wish), wish.device))
                yield (item := _hold(title, yards[task], pace, 9000 + number, wish))
            if item is not None and item.passed:
                found[name].append(item.numbers["slowdown"])
                if len(found[name]) >= AT_FIRST:
                    yield _spread(name, found[name])


def _in_turn(names: list[str], repeats: int) -> Iterator[tuple[str, int]]:
    """Name each race: all of the first, then one of each other after the next."""
    yield from itertools.product(names[:1], range(repeats))
    for number in range(repeats):
        yield from ((name, number) for name in names[1:])


def _climb(wish: Wish) -> Iterator[Item]:
    for name, (task, pace) in itertools.islice(CLIMBS.items(), 1 if wish.short else None):
        if name in wish.known or wish.time_left() < _LEAST_SECONDS + _CLIMB_SECONDS:
            continue
        with Yard(task, _rules(wish), wish.device) as yard:
            found = yard.grow(task.pace(pace), _CLIMB_SECONDS)
        near = pace != "reference" or abs(found.difference) < AA_GROWTH
        numbers = {"submission": found.submission, "reference": found.reference}
        yield Item(name, passed=near, said=found.sentence, numbers=numbers)


def _rules(wish: Wish) -> Rules:
    rules = replace(Rules(), seconds=15.0, generations=2)
    if wish.device == "cuda":
        rules = replace(rules, warm_seconds=0.5)
    if wish.short:
        return replace(rules, seconds=3.0, generations=1, twin_laps=2, looks=(5,))
    return rules


def _hold(name: str, yard: Yard, pace: str, seed: int, wish: Wish) -> Item:
    # Whether A/A is 1 is known after a few laps; how near to 1 it comes, only after many.
    rules = replace(yard.rules, looks=yard.rules.looks[-1:]) if pace == "reference" else None
    try:
        result, seconds = yard.race(yard.task.pace(pace), seed=seed, rules=rules)
    except WrongAnswerError as error:
        return Item(name, passed=False, said=f"wrong answer: {error}"[:300])
    timing = result.timing
    judged = wish.short or timing.decision in (Decision.decided, Decision.inconclusive)
    numbers = {"slowdown": timing.slowdown, "seconds": seconds, "laps": float(timing.laps)}
    said = f"{timing.decision}: {result.message} ({timing.laps} laps, {seconds:.0f} s)"
    return Item(name, passed=judged, said=said, numbers=numbers)


def _spread(name: str, slowdowns: list[float]) -> Item:
    middle = statistics.median(slowdowns)
    spread = statistics.stdev(slowdowns) / statistics.mean(slowdowns)
    said = (
        f"median {middle:.3f} ({min(slowdowns):.3f} to {max(slowdowns):.3f}), "
        f"spread {100 * spread:.2f} % over {len(slowdowns)} races"
    )
    is_near = max(abs(middle - 1), spread) <= AA_WITHIN
    within = is_near if name == "A/A" else spread == spread  # noqa: PLR0124 - no NaN
    return Item(f"{name}, spread", passed=within, said=said, numbers={"spread": spread})


def _clocks(wish: Wish) -> Iterator[Item]:
    """Two workers on one card, by turns and one alone; and jobs timed from outside and inside."""
    zygote = open_zygote("L2", device=wish.device, notebooks=False, packages=("torch",))
    try:
        workers = [_start(zygote.fork(Limits()), wish.device) for _ in range(2)]
        alone = [_ask(workers[0], 1) for _ in range(_ROUNDS)]
        turns = [_ask(workers[number % 2], 1) for number in range(2 * _ROUNDS)]
        yield _turns(alone, turns[::2])
        if wish.device == "cuda":
            yield _probes([_probe(workers[0]) for _ in range(2 * _ROUNDS)])
        count = max(1, round(0.020 / statistics.median(inside for _, inside in alone)))
        pairs = [(_ask(workers[0], count), _ask(workers[0], 2 * count)) for _ in range(_ROUNDS)]
        yield _events(pairs, wish)
        for worker in workers:
            worker.close()
    finally:
        zygote.close()


def _start(worker: Worker, device: str) -> Worker:
    source = f"DEVICE = {device!r}\n{_JOB}\n{PROBE}"
    request = {"name": "job.py", "kind": "py", "cells": [[0, source, []]], "mode": "all"}
    request |= {"statement_seconds": 10, "all_seconds": 10, "also": [], "files": []}
    request |= {"path": [], "packages": [], "modules": [], "linked": {}, "skip": [], "exports": []}
    worker.load(request, 10)
    for _ in range(5):
        _ask(worker, 1)
    return worker


def _ask(worker: Worker, count: int) -> tuple[float, float]:
    """Have some matrices multiplied; return seconds by our clock and as the worker tells them."""
    began = time.perf_counter()
    outcome = worker.call("timed", [count], {})
    seconds = time.perf_counter() - began
    if isinstance(outcome, Returned) and isinstance(outcome.value, float):
        return seconds, outcome.value
    raise RuntimeError(f"the job cannot be timed: {outcome}")


def _probe(worker: Worker) -> float:
    outcome = worker.call("probe", [], {})
    if isinstance(outcome, Returned) and isinstance(outcome.value, float):
        return outcome.value
    raise RuntimeError(f"the probe kernel cannot be timed: {outcome}")


def _probes(seconds: list[float]) -> Item:
    """How far the probe kernel strays on a card that nobody else uses: what a lap is judged by."""
    middle = statistics.median(seconds)
    worst, most = max(seconds) / middle - 1, statistics.quantiles(seconds, n=20)[-1] / middle - 1
    said = (
        f"{1e3 * middle:.2f} ms by events; of {len(seconds)} the slowest twentieth begins at "
        f"{100 * most:.1f} % over the median, the slowest is {100 * worst:.1f} % over"
    )
    numbers = {"seconds": middle, "p95": most, "worst": worst}
    return Item("the probe kernel, left alone", passed=True, said=said, numbers=numbers)


def _turns(alone: list[tuple[float, float]], turns: list[tuple[float, float]]) -> Item:
    one, two = (statistics.median(outside for outside, _ in laps) for laps in (alone, turns))
    said = f"a call takes {1e6 * one:.0f} us alone, {1e6 * two:.0f} us when two contexts take turns"
    numbers = {"alone": one, "turns": two}
    return Item("two contexts by turns", passed=True, said=said, numbers=numbers)


def _events(pairs: list[tuple[tuple[float, float], tuple[float, float]]], wish: Wish) -> Item:
    """Hold the clock outside against events, on the second 20 ms of a job: without fixed costs."""
    off = statistics.median((b[0] - a[0]) / (b[1] - a[1]) - 1 for a, b in pairs)
    inside = statistics.median(a[1] for a, _ in pairs)
    fixed = statistics.median(a[0] - a[1] for a, _ in pairs)
    said = (
        f"a job of {1e3 * inside:.1f} ms by events: {100 * off:+.2f} % by the clock outside, "
        f"and {1e6 * fixed:.0f} us for the call"
    )
    within = wish.device == "cpu" or abs(off) <= EVENTS_OFF
    numbers = {"off": off, "fixed": fixed}
    return Item("the clock outside against events", passed=within, said=said, numbers=numbers)
