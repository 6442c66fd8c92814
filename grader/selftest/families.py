"""Submissions whose worth is known, graded: what each family must come to, and what it came to."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from grader.assignment.suite import load_suite
from grader.selftest.budget import affordable
from grader.selftest.constants import constants_of, render_constant
from grader.selftest.findings import Family
from grader.selftest.trials import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.selftest.solutions import Solution, Solutions
    from grader.selftest.trials import Trials, Tried

T = TypeVar("T")
SEED = 1
"""What a default run draws from: the same each time, so that it comes out the same each time."""
ONE_FILE = "tried only where one file in Python is handed in"
AS_FOUND = 0.99
"""The share at which as many inputs are drawn as ever, and none that fails is made smaller."""


@dataclass(frozen=True)
class Bench:
    """What all families need: the assignment, its solutions, an engine, and how much to run.

    A share of each family runs by default, with `full` everything; grades are given `repeat` times,
    and under each of `seeds`, by default under the first. `tick` hears of each grading.
    """

    assignment: Assignment
    solutions: Solutions
    trials: Trials
    place: Path
    full: bool = False
    repeat: int = 2
    tick: Callable[[str], object] = str
    seeds: Sequence[int] = range(SEED + 1, SEED + 11)

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that are not timed, in the order of the TOML."""
        timed = load_suite(self.assignment).timed
        return tuple(check for check in self.assignment.checks if check not in timed)

    def name_of(self, suffix: str) -> str:
        """Return what a file of a kind is called when it is handed in, or "" where none is."""
        return next((name for name in self.assignment.accepts if name.endswith(suffix)), "")

    def choose(self, family: str, every: Sequence[T]) -> list[T]:
        """Choose as many as a default run can afford, spread evenly; with `full` all."""
        most = affordable(family, self.assignment.limits)
        if self.full or len(every) <= most:
            return list(every)
        return [every[i * len(every) // most] for i in range(most)]

    def trial(self, one: Solution, **more: object) -> Trial:
        """Return the grading of a solution by all checks but the races."""
        made = Trial(
            one, one.path, self.name_of(one.path.suffix), self.checks, seed=SEED, share=AS_FOUND
        )
        return replace(made, **more)  # type: ignore[arg-type]  # of the caller's own making

    def written(self, name: str, text: str) -> Path:
        """Write a submission of ours, for the engine to read."""
        path = self.place / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, trials: Iterator[Trial], family: Family, jobs: int = 0) -> Iterator[Tried]:
        """Make gradings for a family; what could not be graded is a problem of its own."""
        for tried in self.trials.run(trials, jobs):
            family.ran += 1
            self.tick(f"{family.name}: {family.ran} of {family.of}")
            if tried.problem:
                family.problems.append(f"{tried.trial.subject}: not graded: {tried.problem}")
            elif waiting := tried.not_run:
                told = f"{', '.join(waiting)} did not run, on a machine that is too busy"
                family.advice.append(f"{tried.trial.subject}: {told}")
            if not tried.problem:
                yield tried


def reference_in_every_order(bench: Bench) -> Family:
    """The reference earns every point, whichever check comes first."""
    family = Family("orders", "the reference earns every point in every order")
    path, checks = bench.assignment.reference, bench.checks
    if path is None:
        return family
    orders = {"backwards": checks[::-1]}
    for k in range(5 if bench.full else 1):
        shuffled = list(checks)
        random.Random(k).shuffle(shuffled)  # noqa: S311 - an order, and no secret
        orders[f"shuffled by {k}"] = tuple(shuffled)
    family.of = 6
    made = (
        Trial(name, path, path.name, order, seed=SEED, reference=True)
        for name, order in orders.items()
    )
    for tried in bench.run(made, family):
        family.problems += _told(f"{path.name} {tried.trial.subject}", tried.lost)
    return family


def constants_earn_nothing(bench: Bench) -> Family:
    """Who always says one thing earns no point."""
    family = Family("constants", "a submission that always says one thing earns nothing")
    said = constants_of(bench.assignment)
    family.of = len(said)
    if not (name := bench.name_of(".py")):
        family.advice.append(ONE_FILE)
        return family
    texts = [(one, render_constant(bench.assignment, one)) for one in said]
    made = (
        Trial(one, bench.written(f"constant_{k}", text), name, bench.checks, SEED, AS_FOUND)
        for k, (one, text) in enumerate(texts)
    )
    earned: dict[str, list[str]] = {}
    for tried in bench.run(made, family):
        for check in tried.earned:
            earned.setdefault(check, []).append(tried.trial.subject)
    for check, by in sorted(earned.items()):
        family.problems.append(
            f"{check} is passed by whoever always says {', '.join(sorted(by))}\n"
            "have it ask about one input more, to which the answer is another"
        )
    return family


def correct_keep_everything(bench: Bench) -> Family:
    """A right variant keeps every point of every check that is no race."""
    family = Family("correct", "a right variant keeps every point")
    every = bench.solutions.correct
    chosen, family.of = bench.choose(family.name, every), len(every)
    for tried in bench.run((bench.trial(one) for one in chosen), family):
        family.problems += _told(f"correct/{tried.trial.subject.path.name}", tried.lost)
    return family


def mutants_lose_what_they_say(bench: Bench) -> Family:
    """A mutant loses the checks that its docstring names; what a check is needed for is told."""
    family = Family("mutants", "a mutant loses what it says, and no more")
    every = bench.solutions.mutants
    chosen, family.of = bench.choose(family.name, every), len(every)
    for tried in bench.run((bench.trial(one) for one in chosen), family):
        family.problems += judge_mutant(tried)
    if every:
        family.facts["redundant"] = redundant = sorted(find_redundant(bench))
        if redundant:
            told = "no mutant needs it: each that loses it loses another check too"
            family.advice.append(f"{', '.join(redundant)}: {told}")
    return family


def judge_mutant(tried: Tried) -> list[str]:
    """Say what a mutant lost that it does not say, and what it keeps."""
    mutant: Solution = tried.trial.subject
    where, lost = f"mutants/{mutant.path.name}", tried.lost
    asked = frozenset(tried.trial.select) - frozenset(tried.not_run)
    kept = sorted((mutant.loses & asked) - lost.keys())
    more = {name: said for name, said in lost.items() if name not in mutant.loses | mutant.may_lose}
    problems = _told(f"{where}, which does not say so,", more)
    if kept:
        problems.append(f"{where} says that it loses {', '.join(kept)}, and keeps it")
    return problems


def hostile_earn_nothing(bench: Bench) -> Family:
    """A hostile file earns what it says that it earns, which is nothing in nearly all."""
    family = Family("hostile", "a hostile file comes to nothing")
    every = bench.solutions.hostile
    chosen, family.of = bench.choose(family.name, every), len(every)
    for tried in bench.run((bench.trial(one) for one in chosen), family):
        solution: Solution = tried.trial.subject
        if forged := sorted(tried.earned.keys() - solution.earns):
            family.problems.append(f"hostile/{solution.path.name} earns {', '.join(forged)}")
    return family


def find_redundant(bench: Bench) -> set[str]:
    """Return the checks without which every mutant would still lose something."""
    alone = {next(iter(one.loses)) for one in bench.solutions.mutants if len(one.loses) == 1}
    return set(bench.checks) - alone


def _told(who: str, lost: dict[str, str]) -> list[str]:
    return [f"{who} loses {name}\n{said}" for name, said in lost.items()]
