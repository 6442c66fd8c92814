"""Probes forced to agree: whether points rest on what the student's own process says of itself."""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from grader.grading.author_code import AuthorCode
from grader.grading.devices import open_gradings
from grader.grading.options import GradingOptions
from grader.plugin.session import run_checks
from grader.sandbox.opened import Sandbox
from grader.selftest.bench import NO_REFERENCE, SEED, by_reason
from grader.selftest.findings import describe_waiting
from grader.selftest.solutions import REFERENCE
from grader.selftest.suite import checks_taking, told_where_it_breaks_off

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.grade.result import Grade
    from grader.grading.roles import Roles
    from grader.selftest.bench import Bench
    from grader.selftest.findings import Family
    from grader.selftest.solutions import Solution


def probes_decide_nothing(bench: Bench) -> Family:
    """Where each probe says what it says of the reference, a mutant loses what it did.

    All but the checks that it names itself as lost by a probe alone; one that it loses all the
    same is told. Of a check that did not run it is not known, nor what the probes say where it is
    the reference's: that is told.
    """
    family = bench.begin("probes", "a probe forced to agree wins no point")
    checks, path = frozenset(checks_taking(bench.assignment, "probes")), bench.assignment.reference
    every = [one for one in bench.solutions.mutants if one.loses & checks]
    family.of = len(every)
    if unlost := sorted(checks - {name for one in every for name in one.loses}):
        told = "it asks probes, and no mutant loses it: add one that forged probes would save"
        family.advice.append(f"{', '.join(unlost)}: {told}")
    if path is None or not every:
        none = (
            "no mutant loses a check that takes `probes`" if checks else "no check takes `probes`"
        )
        family.untried = NO_REFERENCE if checks and path is None else none
        return family
    claims, folder, waiting = _Claims(), bench.assignment.folder, by_reason()

    def note(who: str, grade: Grade, asked: frozenset[str]) -> None:
        for check in grade.checks:
            if check.name in asked and not check.is_decided:
                waiting[check.name][check.message or check.verdict.words].append(who)

    with contextlib.chdir(folder), contextlib.closing(Sandbox.start(bench.assignment)) as sandbox:
        grade = _grade(bench.assignment, path, checks, sandbox, claims.note, role="reference")
        note(REFERENCE, grade, checks)
        for mutant in bench.choose(family.name, every):
            asked = checks & mutant.loses
            grade = _grade(bench.assignment, mutant.path, asked, sandbox, claims.repeat)
            note(mutant.where, grade, asked)
            family.ran += 1
            bench.tick(f"{family.name}: {family.ran} of {family.of}")
            _judge(family, mutant, asked, grade)
    gradings = 1 + family.ran
    family.advice += [describe_waiting(name, why, gradings) for name, why in waiting.items()]
    return family


def _judge(family: Family, mutant: Solution, asked: frozenset[str], grade: Grade) -> None:
    """Note what a mutant wins by the word of its probes, and what it says of them in vain."""
    decided = {check.name for check in grade.checks if check.name in asked and check.is_decided}
    won = {check.name for check in grade.checks if check.name in decided and check.score}
    family.problems += [_told(mutant.where, name) for name in sorted(won - mutant.by_probe)]
    stale = sorted((mutant.by_probe & decided) - won)
    told = "loses it where its probes agree, too: the line `By a probe` can go"
    family.advice += [f"{mutant.where}, {name}: {told}" for name in stale]


class _Claims:
    """What probes say of the reference: in each check, of each probe, one after another."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], list[Any]] = defaultdict(list)

    def note(self, roles: Roles) -> None:
        """Note what the probes of a grading say."""
        probes = roles.probes

        def call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever it says
            said = getattr(probes, name)(*args, **kwargs)
            self._said[_check_of(roles), name].append(said)
            return said

        _replace_probes(roles, call)

    def repeat(self, roles: Roles) -> None:
        """Have the probes of a grading say what was noted, and the last of it from then on."""
        asked: Counter[tuple[str, str]] = Counter()
        probes = roles.probes

        def call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
            key = _check_of(roles), name
            asked[key] += 1
            if said := self._said[key]:
                return said[: asked[key]][-1]
            return getattr(probes, name)(*args, **kwargs)

        _replace_probes(roles, call)


def _replace_probes(roles: Roles, call: Callable[..., Any]) -> None:
    roles.probes = AuthorCode(roles.assignment.folder / "probes.py", call)


def _check_of(roles: Roles) -> str:
    assert roles.check_run is not None
    return roles.check_run.check.name


def _grade(
    assignment: Assignment,
    path: Path,
    checks: frozenset[str],
    sandbox: Sandbox,
    prepare: Callable[[Roles], None],
    **more: Any,  # noqa: ANN401 - of the options
) -> Grade:
    options = GradingOptions(submission=path, seed=SEED, instructor=True, **more)
    gradings = open_gradings(assignment, options, sandbox=sandbox)
    prepare(gradings.first.roles)
    with told_where_it_breaks_off():
        return run_checks(gradings, checks)


def _told(mutant: str, check: str) -> str:
    return (
        f"{mutant} earns {check} where its probes agree, which a student can forge\n"
        "have the check ask for an answer that shows it, or accept it: end the docstring with "
        f"`By a probe: {check}`"
    )
