"""The same again: whether grades agree, by any seed, however often, and whoever came before."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.selftest.families import judge_mutant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.selftest.bench import Bench
    from grader.selftest.findings import Family
    from grader.selftest.solutions import Solution
    from grader.selftest.trials import Trial


def repeated_grades_agree(bench: Bench) -> Family:
    """A grade that is given again under its seed is the same, check by check.

    A check that did not run has come to nothing that could be another.
    """
    family = bench.begin("repeats", "a grade that is given again is the same")
    every = [*bench.right, *bench.solutions.mutants]
    chosen = bench.choose(family.name, every)
    family.untried = "" if every else bench.none_of("correct")
    family.of = bench.repeat * len(every)
    family.facts |= {"of": ", ".join(map(str, chosen)), "checks": len(bench.checks)}
    came: dict[str, dict[str, set[tuple[str, float]]]] = defaultdict(lambda: defaultdict(set))
    made = (bench.trial(one) for one in chosen for _ in range(bench.repeat))
    for tried in bench.run(made, family):
        ways = came[tried.trial.subject.where]
        for check in tried.grade.checks if tried.grade else ():
            if check.name in bench.checks and check.ran:
                ways[check.name].add((check.verdict.words, check.score))
    for name, ways in came.items():
        if differ := sorted(check for check, several in ways.items() if len(several) > 1):
            family.problems.append(f"{name}: {', '.join(differ)} came out in more than one way")
    return family


def seeds_agree(bench: Bench) -> Family:
    """What is drawn makes no difference: a check that some draws lose only is named as luck."""
    family = bench.begin("seeds", "whatever is drawn, the grade is the same")
    seeds = bench.seeds if bench.full else bench.seeds[:1]
    every = [*bench.right, *bench.solutions.mutants]
    chosen, family.of = bench.choose(family.name, every), len(bench.seeds) * len(every)
    family.untried = "" if every else bench.none_of("correct")
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for tried in bench.run(_under(seeds, chosen, bench), family):
        solution: Solution = tried.trial.subject
        found[solution.where].update(solution.may_lose & tried.lost.keys())
        problems = judge_mutant(tried)
        family.problems += [f"seed {tried.trial.seed}: {problem}" for problem in problems]
    luck = {name: dict(rates) for name, rates in sorted(found.items()) if rates}
    family.facts |= {"seeds": len(seeds), "luck": luck}
    for name, rates in luck.items():
        told = ", ".join(f"{check} ({n} of {len(seeds)} seeds)" for check, n in rates.items())
        family.advice.append(f"{name} loses by luck, as it says: {told}")
    return family


def next_one_is_unharmed(bench: Bench) -> Family:
    """Whoever is graded after a hostile file gets what it gets alone."""
    family = bench.begin("neighbours", "after a hostile one the next earns the same")
    hostile = bench.choose(family.name, bench.solutions.hostile)
    victims = bench.right[-1:]
    if not (hostile and victims):
        family.untried = bench.none_of("correct" if hostile else "hostile")
        return family
    family.of = 2 * len(bench.solutions.hostile)
    pairs = [one for attacker in hostile for one in (attacker, *victims)]
    for tried in bench.run(map(bench.trial, pairs), family, jobs=1):
        solution: Solution = tried.trial.subject
        if solution in victims and (lost := tried.lost):
            told = f"after a hostile one {solution.where} loses {', '.join(lost)}"
            family.problems.append(told)
    return family


def _under(seeds: Sequence[int], chosen: list[Solution], bench: Bench) -> Iterator[Trial]:
    return (replace(bench.trial(one), seed=seed) for seed in seeds for one in chosen)
