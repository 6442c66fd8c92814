"""`grader doctor`: which isolation this machine gives, why not more, and what would help."""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING, Any

import click

from grader.assignment.isolation import LEVELS, is_weaker
from grader.cli import require_linux

if TYPE_CHECKING:
    from grader.sandbox.choice import LevelProbe

_NO_LEVEL = 3


@click.command(short_help="Say which isolation this machine gives, and why not more.")
@click.argument("name", metavar="[ASSIGNMENT]", required=False)
@click.option(
    "--require", metavar="LEVEL", help="The least level wanted; L2 if there is no assignment."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--node", is_flag=True, help="Print one line, to compare the nodes of a cluster.")
@click.pass_context
def doctor(
    context: click.Context, name: str | None, require: str | None, *, as_json: bool, node: bool
) -> None:
    """Try every level of isolation on this machine, for ASSIGNMENT or in general.

    Each level is really started, and attacked from inside. The status is 0 if the level
    that is required holds, or a stronger one, and the packages of ASSIGNMENT can be imported;
    it is 3 if not.
    """
    require_linux(context)
    wanted, profile, packages, places = _of_assignment(name)
    wanted = require or wanted
    if wanted not in LEVELS:
        raise click.UsageError(f"there is no level {wanted!r}; there are {', '.join(LEVELS)}")
    quiet = as_json or node
    report = _examine(wanted, profile, places, quiet=quiet) | {"packages": _wrong(packages)}
    if node:
        click.echo(_line_of(report))
    elif as_json:
        click.echo(json.dumps(report, indent=1))
    else:
        _print_rest(report)
    context.exit(0 if report["enough"] and not report["packages"] else _NO_LEVEL)


def _wrong(packages: tuple[str, ...]) -> list[str]:
    from grader.sandbox.packages import find_package_problems  # noqa: PLC0415 - quick --help

    return find_package_problems(packages)


def _of_assignment(name: str | None) -> tuple[str, str, tuple[str, ...], dict[str, Any]]:
    """What an assignment requires, its profile, its packages and its folders."""
    if name is None:
        return "L2", "plain", (), {}
    from grader.assignment.folder import AssignmentError, load_assignment  # noqa: PLC0415 - quick --help
    from grader.sandbox import IsolationError  # noqa: PLC0415 - likewise
    from grader.sandbox.opened import places_of  # noqa: PLC0415 - likewise

    try:
        assignment = load_assignment(name)
        places = places_of(assignment)
    except (AssignmentError, IsolationError) as error:
        raise click.UsageError(str(error)) from error
    return assignment.isolation, assignment.limits.profile, assignment.packages, places


def _examine(wanted: str, profile: str, places: dict[str, Any], *, quiet: bool) -> dict[str, Any]:
    """Try all levels, telling of each as it comes unless ``quiet``."""
    from grader.sandbox.choice import try_levels  # noqa: PLC0415 - quick --help
    from grader.sandbox.machine import advice, facts  # noqa: PLC0415 - likewise

    trials = []
    for trial in try_levels(profile, **places):
        trials.append(trial)
        if not quiet:
            _print_trial(trial, LEVELS[trial.level])
    holds = [trial.level for trial in trials if not trial.reason]
    return {
        "schema": "torchmarks/doctor/v1",
        "level": holds[0] if holds else None,
        "required": wanted,
        "enough": any(not is_weaker(level, wanted) for level in holds),
        "levels": {trial.level: trial.reason or "holds" for trial in trials},
        "advice": advice(holds),
        "facts": facts(),
    }


def _print_trial(trial: LevelProbe, what: str) -> None:
    mark = "no " if trial.reason else "yes"
    click.echo(f"{mark} {trial.level:12} {what}")
    for line in trial.reason.splitlines():
        click.echo(f"{'':17}{line}")


def _line_of(report: dict[str, Any]) -> str:
    """Return what decides whether a node of a cluster can grade, beside its name."""
    facts, wrong = report["facts"], [*report["packages"]]
    if not report["enough"]:
        wrong.append(f"{report['required']} is required")
        wrong += [report["advice"]] if report["advice"] else []
    shown = [facts[name] for name in ("processors", "gpu", "system", "python", "torch")]
    told = ["grades" if not wrong else f"does not grade: {'; '.join(wrong)}", *shown]
    return f"{platform.node()}: {report['level'] or 'no level'}, {', '.join(told)}"


def _print_rest(report: dict[str, Any]) -> None:
    level, wanted = report["level"], report["required"]
    click.echo()
    if report["enough"]:
        click.echo(f"Grades are given here at {level}; {wanted} or stronger is required.")
    else:
        click.echo(
            f"No grades are given here: {wanted} is required, and there is {level or 'none'}."
        )
    for problem in report["packages"]:
        click.echo(f"The assignment's packages: {problem}")
    if report["advice"]:
        click.echo(f"To raise it: {report['advice']}")
    click.echo()
    for name, value in report["facts"].items():
        click.echo(f"{name:12} {value}")
