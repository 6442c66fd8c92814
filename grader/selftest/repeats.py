"""The same again: whether grades agree, by any seed, however often, and whoever came before."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.selftest.families import Bench, judge_mutant
from grader.selftest.findings import Family

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.selftest.solutions import Solution
    from grader.selftest.trials import Trial


def repeated_grades_agree(bench: Bench) -> Family:
    """A grade that is given again under its seed is the same, check by check."""
    family = Family("repeats", "a grade that is given again is the same")
    chosen = bench.choose(family.name, [*bench.solutions.correct, *bench.solutions.mutants])
    family.of = bench.repeat * len(chosen)
    family.facts |= {"of": ", ".join(map(str, chosen)), "checks": len(bench.checks)}
    came: dict[str, Counter[tuple[tuple[str, str], ...]]] = defaultdict(Counter)
    made = (bench.trial(one) for one in chosen for _ in range(bench.repeat))
    for tried in bench.run(made, family):
        checks = tried.grade.checks if tried.grade else ()
        ran = [check for check in checks if check.name in bench.checks and check.ran]
        verdicts = tuple((check.name, check.verdict.words) for check in ran)
        came[str(tried.trial.subject)][verdicts] += 1
    for name, ways in came.items():
        if len(ways) > 1:
            (most, _), *others = ways.most_common()
            differ = sorted({check for other in others for check, _ in set(other[0]) ^ set(most)})
            family.problems.append(f"{name}: {', '.join(differ)} came out in more than one way")
    return family


def seeds_agree(bench: Bench) -> Family:
    """What is drawn makes no difference: a check that some draws lose only is named as luck."""
    family = Family("seeds", "whatever is drawn, a submission earns the same")
    seeds = bench.seeds if bench.full else bench.seeds[:1]
    chosen = bench.choose(family.name, [*bench.solutions.correct, *bench.solutions.mutants])
    family.of = len(bench.seeds) * (len(bench.solutions.correct) + len(bench.solutions.mutants))
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for tried in bench.run(_under(seeds, chosen, bench), family):
        solution: Solution = tried.trial.subject
        found[solution.path.name].update(solution.may_lose & tried.lost.keys())
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
    family = Family("neighbours", "a submission earns the same after a hostile one")
    hostile = bench.choose(family.name, bench.solutions.hostile)
    victim = bench.solutions.correct[-1:]
    if not victim:
        return family
    family.of = 2 * len(bench.solutions.hostile)
    pairs = [one for attacker in hostile for one in (attacker, *victim)]
    for tried in bench.trials.run(map(bench.trial, pairs), jobs=1):
        family.ran += 1
        bench.tick(f"{family.name}: {family.ran} of {family.of}")
        if tried.trial.subject is victim[0] and (lost := tried.lost):
            family.problems.append(f"after a hostile file {victim[0]} loses {', '.join(lost)}")
    return family


def _under(seeds: Sequence[int], chosen: list[Solution], bench: Bench) -> Iterator[Trial]:
    return (replace(bench.trial(one), seed=seed) for seed in seeds for one in chosen)
