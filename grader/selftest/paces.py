"""Named paces: correct solutions of a known slowness, raced; each must earn what it is said to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.assignment.baselines import load_baselines
from grader.grade.credit_line import CreditLine
from grader.grade.result import Decision
from grader.selftest.bench import ONE_FILE, SEED
from grader.selftest.suite import exports_raced
from grader.selftest.trials import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.selftest.bench import Bench
    from grader.selftest.findings import Family
    from grader.selftest.trials import Tried

_OFF = 0.15
"""How far a credit may be from what was meant: paces were measured on another machine."""


def paces_earn_what_was_meant(bench: Bench) -> Family:
    """A named pace earns the credit of the slowdown that `paces.toml` says it has."""
    family = bench.begin("paces", "a named pace earns what it is said to")
    every = list(_named(bench))
    if not (every and bench.name_of(".py")):
        family.untried = ONE_FILE if every else "no pace in paces/ of a race"
        return family
    family.of = len(every)
    for tried in bench.run(bench.choose(family.name, every), family, jobs=1):
        _judge(tried, bench, family)
    return family


def _judge(tried: Tried, bench: Bench, family: Family) -> None:
    """Say where a pace loses its race, or earns in it what was not meant."""
    (name,), pace = tried.trial.select, tried.trial.subject
    assert tried.grade is not None
    check = next(one for one in tried.grade.checks if one.name == name)
    if not check.ran:
        return
    if check.timing is None:
        said = f"{check.verdict.words} {check.message}".rstrip()
        family.problems.append(f"paces/{pace}.py, which is to be right, loses {name}\n{said}")
    elif check.timing.decision is not Decision.decided:
        family.advice.append(f"{pace}: the race of {name} did not decide")
    elif (slowdown := check.timing.paces.get(pace)) is not None:
        speed = bench.assignment.speed[name]
        meant = CreditLine(speed.full, speed.none).credit(slowdown)
        if abs(check.credit - meant) > _OFF:
            told = f"earns {check.credit:.0%} of {name}, and its pace means {meant:.0%}"
            family.problems.append(f"paces/{pace}.py {told}")


def _named(bench: Bench) -> Iterator[Trial]:
    """Yield the race of each pace that has a file, by each check that races an export of its."""
    assignment, name = bench.assignment, bench.name_of(".py")
    raced = exports_raced(assignment)
    for check in assignment.speed:
        exports = raced.get(check) or assignment.exports
        paces = {pace for one in exports for pace in load_baselines(assignment.folder, one)}
        for path in sorted((assignment.folder / "paces").glob("*.py")):
            if path.stem in paces:
                yield Trial(path.stem, path, name, (check,), seed=SEED)
