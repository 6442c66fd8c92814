"""Pictures of counterexamples, drawn by an assignment's own `pictures_hidden.py` where it has one.

Its `draw(export, arguments)` yields a caption and a matplotlib figure for each picture of one
call. It may import the folder of the reference, which the grader itself does not know; it is asked
after all checks have run, about public checks alone, and nothing that it does changes a point. It
is run in the assignment's folder, since matplotlib obeys a matplotlibrc where it is started.
"""

from __future__ import annotations

import io
import sys
from contextlib import chdir, contextmanager
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

from grader.grade.result import Picture
from grader.grading.faults import describe_fault
from grader.grading.module_cache import forget_namesakes, package_of
from grader.text import clean_ends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.grade.result import CheckResult, Grade
    from grader.submission.call import Call

__all__ = ["illustrate"]

MOST_CHECKS = 6
"""So many checks of one grade get pictures: drawing takes a few tenths of a second each."""
_DOTS_PER_INCH = 80


def illustrate(grade: Grade, assignment: Assignment, calls: Mapping[str, Call]) -> Grade:
    """Return the grade with pictures of the calls that lost its public checks.

    ``calls`` has the call of a check by the check's name. An instructor's grade, which is one
    with a seed, says what went wrong in drawing.
    """
    if not calls or not _module_of(assignment).is_file():
        return grade
    problems: list[str] = []
    with chdir(assignment.folder), _reference_in_reach(assignment):
        checks = tuple(_illustrated(grade.checks, assignment, calls, problems))
    told = () if grade.seed is None else tuple(problems)
    return replace(grade, checks=checks, notices=(*grade.notices, *told))


def _illustrated(
    checks: Iterable[CheckResult],
    assignment: Assignment,
    calls: Mapping[str, Call],
    problems: list[str],
) -> Iterator[CheckResult]:
    drawn, draw = 0, None
    for check in checks:
        if check.hidden or check.name not in calls or drawn == MOST_CHECKS:
            yield check
            continue
        try:
            draw = draw or _load(assignment)
            pictures = tuple(_pictures(draw, calls[check.name]))
        except Exception as error:  # noqa: BLE001 - a picture is worth no grade
            pictures = ()
            problems.append(_problem(assignment, check, error))
            drawn += 1
        drawn += bool(pictures)
        yield replace(check, pictures=pictures)


def _module_of(assignment: Assignment) -> Path:
    return assignment.folder / "pictures_hidden.py"


def _load(assignment: Assignment) -> Callable[[str, tuple[object, ...]], Iterable[tuple[str, Any]]]:
    path = _module_of(assignment)
    name = f"{package_of(assignment.folder)}.{path.stem}"
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    draw: Callable[[str, tuple[object, ...]], Iterable[tuple[str, Any]]] = module.draw
    return draw


def _pictures(draw: Callable[..., Iterable[tuple[str, Any]]], call: Call) -> Iterator[Picture]:
    for caption, figure in draw(call.export, call.args):
        target = io.BytesIO()
        figure.savefig(target, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
        yield Picture(caption, target.getvalue())


@contextmanager
def _reference_in_reach(assignment: Assignment) -> Iterator[None]:
    """Let the reference's folder be imported as its own worker may import it."""
    home = assignment.reference.parent if assignment.reference else None
    if home is None:
        yield
        return
    place = str(home.parent if (home / "__init__.py").is_file() else home)
    forget_namesakes(home)
    sys.path.append(place)
    try:
        yield
    finally:
        sys.path.remove(place)


def _problem(assignment: Assignment, check: CheckResult, error: Exception) -> str:
    module = _module_of(assignment)
    said = describe_fault(error, assignment, str(module))
    return clean_ends(f"{module.name} could not draw {check.name}: {said}", 800)
