"""Mutants made by machine: each of them, unless it is right all the same, must lose something."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from grader.assignment.suite import load_suite
from grader.selftest.equivalents import NAME, Equivalents, load_equivalents, render_entry
from grader.selftest.families import AS_FOUND, ONE_FILE, SEED, Bench
from grader.selftest.findings import Family
from grader.selftest.trials import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.selftest.mutating import Mutant

_FRACTION = re.compile(r"(?<![\w.])(?:\d+\.\d*(?:e-?\d+)?|\d+e-?\d+)")
_NO_TOOL = "mutants are made by libcst, which is not here: pip install 'torchmarks[selftest]'"


def machine_mutants_lose(bench: Bench) -> Family:
    """Each mutant of the reference and of a right variant loses something; survivors are told."""
    family = Family("machine", "a mutant made by machine loses something")
    try:
        from grader.selftest.mutating import make_mutants  # noqa: PLC0415 - libcst is an extra
    except ModuleNotFoundError:
        family.advice.append(_NO_TOOL)
        return family
    if not bench.name_of(".py"):
        family.advice.append(ONE_FILE)
        return family
    paths = _right_solutions(bench)
    equivalents = load_equivalents(bench.assignment.solutions_of("correct"))
    every = [mutant for path in paths for mutant in make_mutants(path)]
    family.of = len(every)
    family.problems += equivalents.without_mutant(every)
    survivors = _Sweep(bench, equivalents).run(bench.choose(family.name, every), family)
    alive = [mutant for mutant in survivors if not equivalents.reason(mutant.change)]
    judged = family.ran - (len(survivors) - len(alive))
    family.facts |= {
        "equivalent": len(survivors) - len(alive),
        "lost": judged - len(alive),
        "share": round((judged - len(alive)) / judged, 4) if judged else None,
        "survivors": [{**vars(m.change), "diff": m.diff} for m in alive],
    }
    if alive:
        family.advice.append(describe_survivors(alive, judged))
    return family


class _Sweep:
    """Grades mutants until each has lost a check, asking first what has found its neighbours."""

    def __init__(self, bench: Bench, equivalents: Equivalents) -> None:
        self.bench, self.equivalents = bench, equivalents
        self._asked = exports_asked(bench.assignment)
        self._found: dict[tuple[Path, str], Counter[str]] = defaultdict(Counter)

    def run(self, mutants: list[Mutant], family: Family) -> list[Mutant]:
        """Return the mutants that lost nothing; an equivalent that loses is a problem."""
        survivors = []
        for tried in self.bench.run(self._trials(mutants), family):
            mutant, lost = tried.trial.subject, tried.lost
            self._found[mutant.path, mutant.change.function].update(list(lost))
            reason = self.equivalents.reason(mutant.change)
            if not lost:
                survivors.append(mutant)
            elif reason:
                name, said = next(iter(lost.items()))
                told = f"{mutant.change} is called right ({reason}), and loses {name}"
                family.problems.append(f"{self.equivalents.path}: {told}\n{said}")
        return survivors

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


def exports_asked(assignment: Assignment) -> dict[str, set[str]]:
    """Return what each check itself asks of the submission, as its text says."""
    functions = (
        node
        for module in load_suite(assignment).modules
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
    )
    return {
        function.name: {part.attr for part in ast.walk(function) if isinstance(part, ast.Attribute)}
        for function in functions
    }


def describe_survivors(survivors: list[Mutant], judged: int) -> str:
    """Say how many survive, what each changes, and what would lose it."""
    count = len(survivors)
    told = f"{count} of {judged} mutants survive{'s' * (count == 1)}, and this is what they change"
    lines = [f"{told}: add an input that tells them apart, or say in {NAME} why there is none"]
    for mutant in survivors:
        lines += ["", f"{mutant.change.file}:{mutant.change.line}, {mutant.change.operator}"]
        lines += mutant.diff.splitlines()
        lines += [f"what would lose it: {suggestion_for(mutant)}"]
        lines += [f"what would excuse it, in {NAME}:", *render_entry(mutant.change).splitlines()]
    return "\n".join(lines)


def suggestion_for(mutant: Mutant) -> str:
    """Suggest what would lose a mutant, by the operator that made it."""
    change = mutant.change
    where = f"inputs of {change.function}" if change.function else "inputs"
    if change.operator == "constant" and (bound := _bound_in(change.was, change.now)):
        low, high = bound
        return (
            f"draw numbers on both sides of the bound, as near as your handout allows: "
            f"st.sampled_from(({low:.6g}, {high:.6g})) | st.floats({low:.6g}, {high:.6g})"
        )
    if change.line and "def " in change.was:
        return f"call {change.function} with its defaults, and hold what comes to what they mean"
    return {
        "comparison": f"draw {where} that stand exactly at the bound, and on either side of it",
        "constant": f"draw {where} for which this number decides",
        "swapped arguments": f"draw {where} with two arguments that are not alike",
        "dropped call": f"draw {where} on which this call changes something",
        "dropped statement": "look at what this statement does: an effect, a refusal, a copy",
    }.get(change.operator, f"draw {where} for which the two lines differ")


def _bound_in(was: str, now: str) -> tuple[float, float] | None:
    """Return a number that was changed, and what it became, in order; of fractions only."""
    before, after = (list(map(float, _FRACTION.findall(text))) for text in (was, now))
    changed = [sorted(pair) for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
    return (changed[0][0], changed[0][1]) if changed else None


def _right_solutions(bench: Bench) -> list[Path]:
    reference = bench.assignment.reference
    first = [reference] if reference is not None and reference.suffix == ".py" else []
    return [*first, *(one.path for one in bench.solutions.correct if one.path.suffix == ".py")]
