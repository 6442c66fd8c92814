"""The promises of an assignment, tried one by one on its own reference and starters."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.assignment.limits import show_size
from grader.assignment.nearest import did_you_mean
from grader.assignment.suite import load_suite
from grader.grade.credit_line import CreditLine, why_too_short
from grader.grade.result import Verdict
from grader.grading.devices import open_gradings
from grader.grading.handed import load_reference, load_submission
from grader.grading.options import GradingOptions
from grader.plugin.session import run_checks
from grader.race import Rules
from grader.race.interval import layout_margin
from grader.release.public_data import find_hidden_data
from grader.sandbox import WorkerLostError
from grader.sandbox.opened import Sandbox
from grader.sandbox.packages import find_package_problems
from grader.selftest.budget import ADVISED
from grader.selftest.suite import checks_taking, told_where_it_breaks_off
from grader.source.handin import Source, Unreadable
from grader.submission.gaps import describe_syntax, place_of
from grader.submission.loading import FREE, Loader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.grade.result import CheckResult, Grade
    from grader.submission.load_report import Failed, LoadReport

Promise = tuple[str, str]
_NO_PYTHON = ("SyntaxError", "IndentationError", "TabError")
_LEAST_TIMES, _INSTANT = 5, 0.01
"""How many times what the reference takes a submission must have, and what counts as nothing."""


def try_promises(
    assignment: Assignment, *, races: bool = True, share: float = 1.0
) -> Iterator[Promise]:
    """Try each promise, kept or broken, and yield it with what is wrong: empty where it is kept.

    A `share` of the inputs is a quick look. What could not run, as on a busy machine, is tried once
    more. Raises AssignmentError where the suite and the TOML disagree, IsolationError, and
    SuiteBrokenError.
    """
    timed = load_suite(assignment).timed
    checks = set(assignment.checks) - (set() if races else timed)
    options = GradingOptions(share=share)
    yield from _try_what_lies_there(assignment)
    sandbox = Sandbox.start(assignment)
    try:
        if assignment.reference is not None and (why := _why_not_loaded(assignment, sandbox)):
            yield "the reference can be loaded", why
            return
        if assignment.reference is not None and checks:
            known = replace(options, role="reference", instructor=True)
            grade, spent = _grade_twice(assignment, known, sandbox, checks)
            yield "the reference earns every point", _losses(grade, checks)
            if share == 1 and spent > _INSTANT:
                yield _pace(assignment, spent)
            yield from (_reach(assignment, check) for check in grade.checks if check.timing)
        yield _most(assignment, timed), ""
        for starter in _starters(assignment) if checks else ():
            mine = replace(options, submission=starter)
            grade, _ = _grade_twice(assignment, mine, sandbox, checks)
            what = "what lies in" if assignment.files else f"{starter.name} of"
            why = _earnings(grade, checks) or _why_no_python(assignment, starter, sandbox)
            yield f"{what} starter/ earns nothing", why
    finally:
        sandbox.close()


def _try_what_lies_there(assignment: Assignment) -> Iterator[Promise]:
    """Try what needs no submission."""
    if assignment.packages:
        wrong = find_package_problems(assignment.packages)
        yield f"submissions may import {', '.join(assignment.packages)}", "\n  ".join(wrong)
    if held := assignment.public_data:
        yield f"nothing in {held.name}/ is hidden", "\n  ".join(find_hidden_data(assignment))
    if wrong := _lacking(assignment):
        yield "a check that asks the reference has one to ask", "\n  ".join(wrong)


def _lacking(assignment: Assignment) -> list[str]:
    """Say which checks ask for a reference that there is not."""
    if assignment.reference is not None:
        return []
    lacking = checks_taking(assignment, "reference", "race")
    told = "and assignment.toml names no reference: it is never run"
    return [f"{name} takes {' and '.join(taken)}, {told}" for name, taken in lacking.items()]


def _grade_twice(
    assignment: Assignment, options: GradingOptions, sandbox: Sandbox, checks: set[str]
) -> tuple[Grade, float]:
    """Return a grade, with the seconds that it spent at first; what did not run is run again."""
    gradings = open_gradings(assignment, options, sandbox=sandbox)
    with told_where_it_breaks_off():
        grade = run_checks(gradings, checks)
    late = {check.name for check in grade.checks if check.name in checks and not check.is_decided}
    if late:
        with told_where_it_breaks_off():
            again = run_checks(open_gradings(assignment, options, sandbox=sandbox), late)
        newer = {check.name: check for check in again.checks if check.name in late}
        grade = replace(grade, checks=tuple(newer.get(one.name, one) for one in grade.checks))
    return grade, gradings.first.allowance.spent


def _most(assignment: Assignment, timed: frozenset[str]) -> str:
    """Say what one submission may use in all, and at one time."""
    limits = assignment.limits
    own = {name: assignment.limits_of(name) for name in assignment.points.keys() - timed}
    checks = sum(one.check_seconds for one in own.values())
    seconds = min(limits.submission_seconds, checks)
    loading = FREE * limits.submission_seconds
    count = f" {len(timed)} times" if len(timed) > 1 else ""
    alone = f", and more to be timed{count}" if timed else ""
    sizes = []
    for key, words in (("memory", "of memory"), ("scratch", "of files")):
        most, name = max((getattr(one, key), name) for name, one in {"": limits, **own}.items())
        where = f" (in {name})" if most > getattr(limits, key) else ""
        sizes.append(f"{show_size(most)} {words}{where}")
    return (
        f"a submission may use {seconds:g} s in its checks, {loading:g} s in being loaded for them"
        f"{alone}; at a time {' and '.join(sizes)}"
    )


def _pace(assignment: Assignment, spent: float) -> Promise:
    """Whether a right submission that is slow has time enough, races apart."""
    limit = assignment.limits.submission_seconds
    advice = f"submission_seconds = {limit:g} is {limit / spent:.0f} times that"
    low = limit < _LEAST_TIMES * spent
    wanted = f"a right submission may be slow: set it to {math.ceil(ADVISED * spent)}"
    return (
        f"the reference takes {spent:.1f} s of its own; {advice} ({ADVISED} are advised)",
        wanted if low else "",
    )


def _why_not_loaded(assignment: Assignment, sandbox: Sandbox) -> str:
    """Where the reference stops when it is loaded, and which exports it lacks."""
    path = assignment.reference
    assert path is not None
    source = load_reference(assignment, path)
    found = _load(source, assignment, sandbox, reference=True)
    if isinstance(found, str):
        return found
    ran = found.report
    stopped = [f"{path}{_place(failed)}: {failed.error}" for failed in ran.failed]
    missing = [name for name, export in found.exports.items() if not export.there]
    lacking = [f"{path} defines no {name}{did_you_mean(name, ran.names)}" for name in missing]
    return "\n  ".join([*stopped, *lacking])


def _why_no_python(assignment: Assignment, starter: Path, sandbox: Sandbox) -> str:
    """Where what students begin from cannot be read: that it earns nothing shows nothing then."""
    source = load_submission(assignment, starter)
    found = _load(source, assignment, sandbox, reference=False)
    if isinstance(found, str):
        return found
    return "\n  ".join(
        f"{place_of(starter.name, failed)} is not Python: {failed.error}"
        for failed in found.report.failed
        if failed.error.startswith(_NO_PYTHON)
    )


def _load(
    source: Source | Unreadable, assignment: Assignment, sandbox: Sandbox, *, reference: bool
) -> LoadReport | str:
    """Load a source once; return what was found, or why nothing could be."""
    if isinstance(source, Unreadable):
        return source.sentence
    loader = Loader(source, assignment, reference=reference)
    try:
        loader.fork(sandbox).close()
    except WorkerLostError as lost:
        return f"{source.name}: {lost}"
    assert loader.report is not None
    problem = loader.report.report.syntax_error
    return describe_syntax(source.name, problem) if problem else loader.report


def _place(failed: Failed) -> str:
    return f" cell {failed.cell}, line {failed.line}" if failed.cell else f":{failed.line}"


def _losses(grade: Grade, checks: set[str]) -> str:
    lost = [c for c in grade.checks if c.name in checks and c.credit < 1]
    return _gathered((c.name, f"{c.verdict.words} {c.message}".rstrip()) for c in lost)


def _earnings(grade: Grade, checks: set[str]) -> str:
    faults = [c for c in grade.checks if c.verdict is Verdict.grader_error]
    earned = [c for c in grade.checks if c.score]
    told = [(c.name, f"{c.verdict.words}, {c.score:g} points") for c in earned]
    asked = [c for c in grade.checks if c.name in checks]
    if asked and not any(c.is_decided for c in asked):
        faults = asked  # that nothing was earned shows nothing then
    return _gathered([*((c.name, f"{c.verdict.words} {c.message}") for c in faults), *told])


def _gathered(told: Iterable[tuple[str, str]]) -> str:
    """Say a sentence once for all checks that it is told of."""
    names: dict[str, list[str]] = {}
    for name, sentence in told:
        names.setdefault(sentence, []).append(name)
    return "\n  ".join(f"{', '.join(some)}: {sentence}" for sentence, some in names.items())


def _reach(assignment: Assignment, check: CheckResult) -> Promise:
    """Whether full and none are so far apart that a race can know its credit on a quiet machine."""
    timing, speed = check.timing, assignment.speed[check.name]
    assert timing is not None
    line = CreditLine(speed.full, speed.none)
    landing = ", ".join(
        f"{name} {slowdown:.3g}× earns {line.credit(slowdown):.0%}"
        for name, slowdown in timing.paces.items()
    )
    promise = f"{check.name}: full and none are far enough apart ({landing or 'no paces'})"
    return promise, why_too_short(line, layout_margin(Rules().generations))


def _starters(assignment: Assignment) -> list[Path]:
    """What students begin from, as far as it can be handed in: of several files all or nothing."""
    folder = assignment.folder / "starter"
    if assignment.files:
        return [folder] if all((folder / name).is_file() for name in assignment.files) else []
    return sorted(folder / name for name in assignment.accepts if (folder / name).is_file())
