"""Submissions whose worth is known, graded: what each family must come to, and what it came to."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from grader.assignment.needs import all_needs
from grader.selftest.bench import AS_FOUND, NO_REFERENCE, ONE_FILE, SEED
from grader.selftest.constants import constants_of, render_constant
from grader.selftest.trials import Trial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.selftest.bench import Bench
    from grader.selftest.findings import Family
    from grader.selftest.solutions import Solution
    from grader.selftest.trials import Tried


def reference_in_every_order(bench: Bench) -> Family:
    """The reference earns every point, whichever check comes first."""
    family = bench.begin("orders", "the reference earns all in every order")
    checks = bench.checks
    if bench.assignment.reference is None:
        family.untried = NO_REFERENCE
        return family
    reference, *_ = bench.right
    orders = {"backwards": checks[::-1]}
    for k in range(5 if bench.full else 1):
        shuffled = list(checks)
        random.Random(k).shuffle(shuffled)  # noqa: S311 - an order, and no secret
        orders[f"shuffled by {k}"] = tuple(shuffled)
    family.of = 6
    made = (
        bench.trial(reference, subject=f"{reference.path.name} {name}", select=order, share=1.0)
        for name, order in orders.items()
    )
    for tried in bench.run(made, family):
        family.problems += _told(tried.trial.subject, tried.lost)
    return family


def constants_earn_nothing(bench: Bench) -> Family:
    """Who always says one thing earns no point."""
    family = bench.begin("constants", "who always says one thing earns nothing")
    if not (name := bench.name_of(".py")):
        family.untried = ONE_FILE
        return family
    said = constants_of(bench.assignment)
    chosen, family.of = bench.choose(family.name, said), len(said)
    texts = [(one, render_constant(bench.assignment, one)) for one in chosen]
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
    family = bench.begin("correct", "a right variant keeps every point")
    every = bench.solutions.correct
    chosen, family.of = bench.choose(family.name, every), len(every)
    family.untried = "" if every else bench.none_of("correct")
    for tried in bench.run((bench.trial(one) for one in chosen), family):
        family.problems += _told(tried.trial.subject.where, tried.lost)
    return family


def mutants_lose_what_they_say(bench: Bench) -> Family:
    """A mutant loses the checks that its docstring names; what a check is needed for is told."""
    family = bench.begin("mutants", "a mutant loses what it says, and no more")
    every = bench.solutions.mutants
    chosen, family.of = bench.choose(family.name, every), len(every)
    for tried in bench.run((bench.trial(one) for one in chosen), family):
        family.problems += judge_mutant(tried)
    if not every:
        family.untried = bench.none_of("mutants")
        return family
    redundant = find_redundant(bench)
    unlost = redundant - {name for one in every for name in one.loses | one.may_lose}
    family.facts |= {"redundant": sorted(redundant), "unlost": sorted(unlost)}
    for names, told in (
        (unlost, "no mutant loses it: add one that does"),
        (redundant - unlost, "no mutant loses it alone: it may be left out"),
    ):
        if names:
            family.advice.append(f"{', '.join(sorted(names))}: {told}")
    return family


def judge_mutant(tried: Tried) -> list[str]:
    """Say what a solution lost that it does not say, and what it keeps."""
    mutant: Solution = tried.trial.subject
    where, lost = mutant.where, tried.lost
    asked = frozenset(tried.trial.select) - tried.not_run.keys()
    kept = sorted((mutant.loses & asked) - lost.keys())
    more = {name: said for name, said in lost.items() if name not in mutant.loses | mutant.may_lose}
    problems = _told(f"{where}, which does not say so," if mutant.loses else where, more)
    if kept:
        problems.append(f"{where} says that it loses {', '.join(kept)}, and keeps it")
    return problems


def hostile_earn_nothing(bench: Bench) -> Family:
    """A hostile file earns what it says that it earns, which is nothing in nearly all."""
    family = bench.begin("hostile", "a hostile file comes to nothing")
    every = bench.solutions.hostile
    chosen, family.of = bench.choose(family.name, every), len(every)
    family.untried = "" if every else bench.none_of("hostile")
    for tried in bench.run((bench.trial(one) for one in chosen), family):
        family.problems += judge_hostile(tried, bench.assignment.points)
    return family


def judge_hostile(tried: Tried, points: Mapping[str, float]) -> list[str]:
    """Say what a hostile file earned that it does not say, and what it says and does not earn."""
    solution: Solution = tried.trial.subject
    asked = {name for name in tried.trial.select if points[name]} - tried.not_run.keys()
    forged = sorted(tried.earned.keys() - solution.earns)
    stale = sorted((solution.earns & asked) - tried.earned.keys())
    problems = [f"{solution.where} earns {', '.join(forged)}"] if forged else []
    if stale:
        told = f"says that it earns {', '.join(stale)}, and does not: take it from `Earns:`"
        problems.append(f"{solution.where} {told}")
    return problems


def find_redundant(bench: Bench) -> set[str]:
    """Return the checks without which every mutant would still lose something.

    What is lost for want of a check alone is no loss without it.
    """
    needs, checks = bench.assignment.needs, set(bench.checks)
    built_on = {check: {on for on in checks if check in all_needs(needs, on)} for check in checks}
    losses = [one.loses for one in bench.solutions.mutants]
    alone = {check for loses in losses for check in loses if loses <= {check} | built_on[check]}
    return checks - alone


def _told(who: str, lost: dict[str, str]) -> list[str]:
    return [f"{who} loses {name}\n{said}" for name, said in lost.items()]
