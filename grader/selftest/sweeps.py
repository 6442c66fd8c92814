"""Mutants made by machine: each of them, unless it is right all the same, must lose something."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from grader.selftest.bench import AS_FOUND, ONE_FILE, SEED
from grader.selftest.equivalents import NAME, number_twins
from grader.selftest.suggestions import describe_survivors
from grader.selftest.suite import exports_asked
from grader.selftest.trials import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.selftest.bench import Bench
    from grader.selftest.findings import Family
    from grader.selftest.mutating import Mutant

_NO_TOOL = "mutants are made by libcst, which is not here: pip install 'torchmarks[selftest]'"


def machine_mutants_lose(bench: Bench) -> Family:
    """Each mutant of the reference and of a right variant loses something; survivors are told."""
    family = bench.begin("machine", "a mutant made by machine loses something")
    if not bench.name_of(".py"):
        family.untried = ONE_FILE
        return family
    paths = [one.path for one in bench.right if one.path.suffix == ".py"]
    try:
        every = _make_all(paths, family)
    except ModuleNotFoundError:
        family.advice.append(_NO_TOOL)
        return family
    if not paths:
        family.untried = "no right solution in Python"
    family.of = len(every)
    equivalents = bench.solutions.equivalents
    family.problems += equivalents.without_mutant(every, {path.name for path in paths})
    sweep = _Sweep(bench)
    survivors = sweep.run(bench.choose(family.name, every), family)
    alive = [mutant for mutant in survivors if not equivalents.reason(mutant.change)]
    judged = sweep.graded - (len(survivors) - len(alive))
    family.facts |= {
        "equivalent": len(survivors) - len(alive),
        "judged": judged,
        "lost": judged - len(alive),
        "share": round((judged - len(alive)) / judged, 4) if judged else None,
        "survivors": [{**vars(m.change), "diff": m.diff} for m in alive],
    }
    if alive:
        place = f"{bench.assignment.solutions.replace('*', 'correct')}/{NAME}"
        family.advice.append(describe_survivors(alive, judged, place))
    return family


def _make_all(paths: list[Path], family: Family) -> list[Mutant]:
    """Make the mutants of all right solutions; say of which there are none."""
    from grader.selftest.mutating import (  # noqa: PLC0415 - libcst is an extra
        NotPythonError,
        TooDeepError,
        make_mutants,
    )

    every = []
    for path in paths:
        try:
            every += make_mutants(path)
        except NotPythonError as error:
            family.problems.append(str(error))
        except TooDeepError as error:
            family.advice.append(str(error))
    return number_twins(every)


class _Sweep:
    """Grades mutants until each has lost a check, asking first what has found its neighbours."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.graded = bench, 0
        self._equivalents = bench.solutions.equivalents
        self._asked = exports_asked(bench.assignment)
        self._found: dict[tuple[Path, str], Counter[str]] = defaultdict(Counter)

    def run(self, mutants: list[Mutant], family: Family) -> list[Mutant]:
        """Return the mutants that lost nothing; an equivalent that loses is a problem."""
        survivors = []
        for tried in self.bench.run(self._trials(mutants), family):
            self.graded += 1
            mutant, lost = tried.trial.subject, tried.lost
            self._found[mutant.path, mutant.change.function].update(list(lost))
            if not lost:
                survivors.append(mutant)
            elif self._equivalents.reason(mutant.change):
                family.problems.append(self._told(mutant, lost))
        return survivors

    def _told(self, mutant: Mutant, lost: dict[str, str]) -> str:
        """Say that a mutant is called right, and is not."""
        change, (name, said) = mutant.change, next(iter(lost.items()))
        told = f"{change} is called right ({self._equivalents.reason(change)}), and loses {name}"
        lines = [f"{self._equivalents.path}: {told}", said]
        if not self._equivalents.tells_apart(change):
            lines.append(f"there are {change.twins} such changes: say by nth which is right")
        return "\n".join(lines)

    def _trials(self, mutants: list[Mutant]) -> Iterator[Trial]:
        reference = self.bench.assignment.reference
        for k, mutant in enumerate(mutants):
            is_reference = mutant.path == reference
            name = mutant.path.name if is_reference else self.bench.name_of(".py")
            path = self.bench.written(f"mutant_{k}", mutant.text)
            how: dict[str, Any] = {"until_lost": True, "reference": is_reference}
            yield Trial(mutant, path, name, self._order(mutant), SEED, AS_FOUND, **how)

    def _order(self, mutant: Mutant) -> tuple[str, ...]:
        function = mutant.change.function
        counts = self._found[mutant.path, function]

        def promise(check: str) -> tuple[int, bool]:
            return -counts[check], function not in self._asked.get(check, ())

        return tuple(sorted(self.bench.checks, key=promise))
