"""Racers without processes: their pace is a law of chance, their answers are right."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from grader.grade.credit_line import CreditLine
from grader.race.clock import Instant
from grader.race.contest import Contest
from grader.race.lap import Generation, Run
from grader.race.rules import Rules
from grader.race.workload import Workload


def independent(rng, sd=0.03):
    """Log noise without memory."""
    while True:
        yield float(rng.normal(0, sd))


def autocorrelated(rng, sd=0.03, phi=0.6):
    """Log noise in which a slow lap follows a slow lap."""
    value = rng.normal(0, sd)
    while True:
        yield value
        value = phi * value + rng.normal(0, sd * math.sqrt(1 - phi * phi))


def heavy_tailed(rng, sd=0.02):
    """Log noise without a variance, and one lap in thirty that takes four times as long."""
    while True:
        yield sd * rng.standard_t(2) + (math.log(4) if rng.random() < 1 / 30 else 0)


def drifting(rng, sd=0.03, reach=0.015, period=150):
    """Log noise around a level that wanders up and down.

    It is what is left of a drift when both sides have it: the machine's own cancels in a pair.
    """
    start, lap = rng.uniform(0, period), 0
    while True:
        yield reach * math.sin(2 * math.pi * (start + lap) / period) + rng.normal(0, sd)
        lap += 1


NOISES = [independent, autocorrelated, heavy_tailed, drifting]


def answer(question):
    """Return the right answer of a simulated call."""
    return question[0] ** 2


def right(arguments, got, _expected):
    """Hold an answer against the truth, not against the reference's answer."""
    assert got == answer(arguments), f"f({arguments[0]}) is {answer(arguments)}, not {got}"


SQUARES = Workload(draw=lambda rng: (int(rng.integers(1 << 40)),), check=right, calls=2)


@dataclass
class SimulatedRacer:
    """Takes ``seconds`` a call times the exponential of what ``noise`` yields."""

    seconds: float
    noise: object = None
    wall_factor: float = 1.0
    queued: float = 0.0
    answers: object = staticmethod(answer)
    known_factor: float = 1.0
    spoils: object = None
    drift: float = 0.0
    asked: list = field(default_factory=list)
    seen: set = field(default_factory=set)
    clock: list = field(default_factory=lambda: [0.0])

    def run(self, batch):
        """Answer a batch; time goes by on the shared clock."""
        spent = self.seconds * math.exp(next(self.noise) if self.noise else 0.0) * len(batch)
        spent *= 1 + self.drift * self.clock[0]
        if all(question in self.seen for question in batch):
            spent /= self.known_factor
        self.seen.update(batch)
        self.asked.append(tuple(batch))
        wall = spent * self.wall_factor
        self.clock[0] += wall
        spoiled = self.spoils(len(self.asked)) if self.spoils else ""
        return Run(
            tuple(map(self.answers, batch)), Instant(wall, spent, self.queued * wall), spoiled
        )


@dataclass
class SimulatedDeadline:
    """So many seconds of the racers' own clock."""

    seconds: float
    clock: list

    def left(self):
        """Return what is left of them."""
        return self.seconds - self.clock[0]


def contest(
    slowdown=2.0,
    *,
    noise=None,
    seed=0,
    line=None,
    rules=None,
    layout_sd=0.0,
    workload=SQUARES,
    twin=1.0,
    kind="cpu",
    drift=0.0,
    memory=None,
    **submission,
):
    """Build a contest among simulated racers on a clock of their own."""
    rules = rules or Rules(seconds=45)
    rng, clock = np.random.default_rng(seed), [0.0]
    pace = 0.02 / workload.calls if workload.calls else submission.pop("pace")
    generations = []
    for _ in range(rules.generations):
        layouts = [math.exp(rng.normal(0, layout_sd)) for _ in range(2)]
        generations.append(
            Generation(
                reference=SimulatedRacer(pace * layouts[0], clock=clock, drift=drift),
                twin=SimulatedRacer(pace * twin, noise(rng) if noise else None, clock=clock),
                submission=SimulatedRacer(
                    pace * slowdown * layouts[1],
                    noise(rng) if noise else None,
                    clock=clock,
                    drift=drift,
                    **submission,
                ),
            )
        )
    return Contest(
        generations,
        workload,
        line or CreditLine(2, 512),
        rules,
        rng,
        SimulatedDeadline(rules.seconds, clock),
        kind,
        memory,
    )
