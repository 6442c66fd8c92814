"""`%load_ext grader` and `%grade taylor` in a notebook: the functions as they are in the kernel.

They are asked where they are, in the student's own process, within limits of time as far as a
kernel can be interrupted. It is practice: a grade runs what the saved notebook holds, from nothing,
so what such a run would lack is said.
"""

from __future__ import annotations

import inspect
import os
import sys
import types
from contextlib import chdir, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.assignment.needs import with_needs
from grader.assignment.suite import load_suite
from grader.files import TemporaryFolder
from grader.grading.devices import open_gradings
from grader.grading.options import GradingOptions
from grader.inside import exports, files
from grader.inside.traceback_text import register
from grader.plugin.session import run_checks
from grader.practice.fresh import what_a_fresh_run_lacks
from grader.practice.in_process import InProcessServer, LocalZygote
from grader.practice.page import Practice
from grader.practice.place import Place, find_check, find_practice_place
from grader.practice.refusals import require_nothing_hidden
from grader.practice.settings import settings_in_force, settings_now
from grader.sandbox.opened import Sandbox
from grader.source.handin import MisuseError, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_HASH = "0" * 64
_NOTEBOOK = "notebook"


class KernelServer(InProcessServer):
    """Answers with the functions of a kernel; of a notebook nothing is loaded: it is there.

    They find in their folder the files that the assignment gives.
    """

    def __init__(
        self, functions: Mapping[str, Any], scratch: str, settings: Mapping[str, Any]
    ) -> None:
        super().__init__(scratch, settings)
        self._functions = functions

    def _do_load(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["name"] != _NOTEBOOK:  # a question of the grader's own, about public modules
            return super()._do_load(request)
        self.module = types.ModuleType(_NOTEBOOK)
        self.module.__dict__.update(self._functions)
        files.lay_out(request["path"], [], request["linked"])
        sys.path += request["path"]
        name = request["name"]
        found = {one: exports.look(self.module, one, name, (), ()) for one in request["exports"]}
        report: dict[str, Any] = {"syntax_error": None, "stand_ins": []}
        report |= {"failed": [], "left_out": [], "costly": [], "names": sorted(self._functions)}
        return {"report": report, "exports": found}


def grade_kernel(names: Mapping[str, Any], word: str, start: Path) -> Practice:
    """Run the public checks that a word names on a kernel's functions, or all without one.

    A word is an export, whose checks are run, or a check. Raises AssignmentError, MisuseError and
    PracticeRefusedError, which say why nothing can be run.
    """
    place = _find_place(start)
    assignment = place.assignment
    require_nothing_hidden(assignment)
    chosen = with_needs(assignment.needs, _choose(place, word))
    functions = {name: names[name] for name in assignment.exports if callable(names.get(name))}
    for function in functions.values():
        _make_known(function)
    source = Source(_NOTEBOOK, _NO_HASH, "py", ())
    # What a function has left open is not removed on Windows.
    folder = TemporaryFolder(lenient=True)
    kernels = settings_now()
    with folder as scratch, chdir(assignment.folder), settings_in_force({}):
        make_server = partial(KernelServer, functions, scratch, kernels)
        sandbox = Sandbox(LocalZygote(make_server), assignment)
        options = GradingOptions()
        gradings = open_gradings(assignment, options, sandbox=sandbox, source=source)
        grade = run_checks(gradings, chosen)
    results = {check.name: check for check in grade.checks}
    lacks = tuple(what_a_fresh_run_lacks(place, functions, names))
    return Practice(
        assignment.title, tuple(results[name] for name in chosen), tuple(functions), lacks
    )


def _find_place(start: Path) -> Place:
    try:
        return find_practice_place(start)
    except MisuseError:
        place = find_practice_place(start, file=start / "notebook.ipynb")  # it need not be saved
        saved = [start / name for name in place.assignment.accepts if name.endswith(".ipynb")]
        there = next((path for path in saved if path.is_file()), place.path)
        return Place(place.assignment, there)


def _choose(place: Place, word: str) -> tuple[str, ...]:
    """Return the checks that a word means; MisuseError if it means none."""
    if not word:
        return place.checks
    if word not in place.assignment.exports:
        return (find_check(place, word),)
    suite = load_suite(place.assignment)
    found = tuple(name for name in place.checks if word in suite.exports_of(name))
    of_it = tuple(name for name in found if suite.exports_of(name) == (word,))
    if not found:
        raise MisuseError(f"no public check asks {word}: `%grade` alone runs them all")
    return of_it or found


def _make_known(function: Any) -> None:  # noqa: ANN401 - whatever can be called
    """Let a traceback show the lines of the cell that a function was defined in."""
    with suppress(Exception):
        code = inspect.unwrap(function).__code__
        lines, _ = inspect.findsource(function)
        register(code.co_filename, "".join(lines))


def load_ipython_extension(shell: Any) -> None:  # noqa: ANN401 - IPython's own
    """Give a notebook the magic `%grade`."""

    def grade(line: str) -> Practice | None:
        """Try the public checks on the functions of this notebook: `%grade`, `%grade taylor`."""
        from grader.assignment.folder import AssignmentError  # noqa: PLC0415 - as it is needed
        from grader.practice.refusals import PracticeRefusedError  # noqa: PLC0415 - likewise

        try:
            return grade_kernel(shell.user_ns, line.strip(), Path(os.getcwd()))  # noqa: PTH109 - as is
        except (AssignmentError, MisuseError, PracticeRefusedError) as problem:
            print(problem)  # noqa: T201 - that is where a notebook looks
            return None

    shell.register_magic_function(grade, "line", "grade")
