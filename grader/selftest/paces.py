"""Named paces: correct solutions of a known slowness, raced; each must earn what it is said to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.assignment.baselines import load_baselines
from grader.grade.credit_line import CreditLine
from grader.grade.result import Decision
from grader.selftest.bench import ONE_FILE, SEED
from grader.selftest.trials import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.selftest.bench import Bench
    from grader.selftest.findings import Family

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
    chosen = bench.choose(family.name, every)
    for tried in bench.run((trial for trial, _ in chosen), family, jobs=1):
        meant = dict(chosen)[tried.trial]
        (check,) = tried.trial.select
        result = (
            next(one for one in tried.grade.checks if one.name == check) if tried.grade else None
        )
        if result is None or not result.ran or result.timing is None:
            continue
        if result.timing.decision is not Decision.decided:
            family.advice.append(f"{tried.trial.subject}: the race of {check} did not decide")
        elif abs(result.credit - meant) > _OFF:
            told = f"earns {result.credit:.0%} of {check}, and its pace means {meant:.0%}"
            family.problems.append(f"paces/{tried.trial.subject}.py {told}")
    return family


def _named(bench: Bench) -> Iterator[tuple[Trial, float]]:
    """Yield the race of each pace that has a file, with the credit that is meant."""
    assignment = bench.assignment
    for check, speed in assignment.speed.items():
        line = CreditLine(speed.full, speed.none)
        for path in sorted((assignment.folder / "paces").glob("*.py")):
            for pace in (paces[path.stem] for paces in _tables(bench) if path.stem in paces):
                name = bench.name_of(".py")
                yield Trial(path.stem, path, name, (check,), seed=SEED), line.credit(pace)


def _tables(bench: Bench) -> Iterator[dict[str, float]]:
    folder = bench.assignment.folder
    yield from (load_baselines(folder, export) for export in bench.assignment.exports)
