"""Probes forced to agree: whether points rest on what the student's own process says of itself."""

from __future__ import annotations

import ast
import contextlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from grader.assignment.suite import load_suite
from grader.grading.author_code import AuthorCode
from grader.grading.devices import open_gradings
from grader.grading.options import GradingOptions
from grader.plugin.session import run_checks
from grader.sandbox.opened import Sandbox
from grader.selftest.families import SEED, Bench
from grader.selftest.findings import Family

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.grade.result import Grade
    from grader.grading.roles import Roles


def probes_decide_nothing(bench: Bench) -> Family:
    """Where each probe says what it says of the reference, a mutant loses what it did.

    All but the checks that it names itself as lost by a probe alone.
    """
    family = Family("probes", "forced to agree, a probe wins no mutant a point")
    checks, path = checks_with_probes(bench.assignment), bench.assignment.reference
    every = [one for one in bench.solutions.mutants if one.loses & checks]
    if path is None or not every:
        return family
    chosen, family.of = bench.choose(family.name, every), len(every)
    claims, folder = _Claims(), bench.assignment.folder
    with contextlib.chdir(folder), contextlib.closing(Sandbox.start(bench.assignment)) as sandbox:
        _grade(bench.assignment, path, checks, sandbox, claims.note, role="reference")
        for mutant in chosen:
            family.ran += 1
            bench.tick(f"{family.name}: {family.ran} of {family.of}")
            asked = checks & mutant.loses - mutant.by_probe
            grade = _grade(bench.assignment, mutant.path, asked, sandbox, claims.repeat)
            won = [check.name for check in grade.checks if check.name in asked and check.score]
            family.problems += [_told(mutant.path, name) for name in won]
    return family


def checks_with_probes(assignment: Assignment) -> frozenset[str]:
    """Return the checks that take `probes`."""
    return frozenset(
        node.name
        for module in load_suite(assignment).modules
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and "probes" in {arg.arg for arg in node.args.args}
    )


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
    return run_checks(gradings, checks)


def _told(mutant: Path, check: str) -> str:
    return (
        f"mutants/{mutant.name} earns {check} where its probes agree, which a student can forge\n"
        "have the check ask for an answer that shows it, or accept it: end the docstring with "
        f"`By a probe: {check}`"
    )
