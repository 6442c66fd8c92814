"""Run a submission's source into a module, and tell what became of every name.

A .py is run whole; a notebook step by step, and of it what its exports need (``notebook``). No
statement loses the ones after it. What comes back is plain, bounded data, and untrusted like
everything from this side.
"""

import ast
import importlib
import linecache
import os
import sys
from types import CodeType, ModuleType
from typing import Any

from . import cells, modules, newer, statements
from .notebook import NotebookRun
from .running import NAME_LIMIT, Report, RunPlan, SourceRun, clipped, line_of_text
from .traceback_text import clip, error_line, innermost, register, traceback_of

__all__ = ["NAME_LIMIT", "RunPlan", "run_source"]


def run_source(
    kind: str,
    name: str,
    parts: list[tuple[int, str, list[str]]],
    plan: RunPlan,
    module: ModuleType,
    report: Report,
) -> dict[str, Any]:
    """Run ``parts``, each (cell number, text, tags), into ``module``.

    ``report({"at": index, "cell": n, "line": n})`` is called before each step: the parsing of a
    cell, the choice of what to run, and each statement; index 0 is the whole of a .py. Returns
    ``syntax_error`` (of a .py: line, text, message; or None), ``failed`` (at, cell, line, names,
    statement, error, and outlived, for a statement of a notebook that is not worth another try),
    ``left_out`` (cell, line, what, names, and lacking where an export needs it), ``costly`` (cell,
    line, seconds), ``taken``, the module that an export came from where that is not the first, and
    ``names``, the public names that it defined.
    """
    before = frozenset(module.__dict__)
    sys.modules.setdefault(module.__name__, module)
    run: SourceRun
    if kind == "py":
        run = run_file(name, "".join(text for _, text, _ in parts), plan, module, report)
    else:
        run = NotebookRun(name, plan, module, report)
        run.notebook(parts)
    taken = modules.find_exports(
        module, plan.wanted, plan.modules, lambda other: _run_module(run, other)
    )
    public = [key for key in list(module.__dict__) if _is_public(key) and key not in before]
    return {
        "syntax_error": run.syntax_error,
        "failed": run.failed,
        "left_out": run.left_out,
        "costly": run.costly(),
        "taken": taken,
        "names": clipped(public),
    }


def run_file(name: str, text: str, plan: RunPlan, module: ModuleType, report: Report) -> SourceRun:
    """Run a .py whole; what was defined before an exception stays."""
    run = SourceRun(name, plan, module, report)
    module.__file__ = os.path.abspath(name)
    register(name, text, module.__file__)
    compiled: list[CodeType] = []

    def act() -> None:
        compiled.append(run.compile(cells.without_commands(text, name), name))
        exec(compiled[0], module.__dict__)  # noqa: S102 - running it is the job

    failure = run.step(0, 0, 1, act)
    if failure is None:
        return run
    if not compiled and isinstance(failure, cells.PARSE_ERRORS):
        run.syntax_error = _syntax_error(failure, text)
        return run
    line = _line_of(failure, name)
    names = _names_from(text, line) if compiled else statements.names_in_text(text)
    missing = [name for name in names if name not in module.__dict__]
    words = f"{run.words(failure)}{_elsewhere(failure, name)}"
    run.fail(0, 0, line, missing, line_of_text(text, line), words)
    return run


def _run_module(run: SourceRun, name: str) -> None:
    """Import a module that was handed in with the first file; what stops it is noted."""
    failure = run.step(-1, 0, 1, lambda: importlib.import_module(name))
    if failure is None:
        return
    file = f"{name}.py"
    text, line = "".join(linecache.getlines(file)), _line_of(failure, file)
    names = _names_from(text, line) if line else statements.names_in_text(text)
    line = line or getattr(failure, "lineno", None) or 1
    words = f"{run.words(failure)}{_elsewhere(failure, file)}"
    run.fail(-1, 0, line, names, line_of_text(text, line), words, file=file)


def _elsewhere(error: BaseException, name: str) -> str:
    """Say where an exception arose, if that is in another file that was handed in."""
    file, line = innermost(error)
    return f" (in {file} line {line})" if file not in ("", name) else ""


def _syntax_error(error: BaseException, text: str) -> dict[str, Any]:
    line = getattr(error, "lineno", None) or 0
    message = getattr(error, "msg", None) or error_line(error)
    found = {"line": line, "text": line_of_text(text, line), "message": clip(message, 300)}
    return {**found, "newer": newer.words_for(error)}


def _line_of(error: BaseException, filename: str) -> int:
    """Line at the top level of a file that an exception came through; 0 if none is known."""
    trace = traceback_of(error)
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == filename and code.co_name == "<module>":
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


def _names_from(text: str, line: int) -> list[str]:
    """Names that a file binds at its top level in the statement at ``line`` and after it."""
    try:
        after = [node for node in ast.parse(text).body if (node.end_lineno or 0) >= line]
    except cells.PARSE_ERRORS:
        return statements.names_in_text(text)
    return statements.names_of(ast.Module(after, []))


def _is_public(key: object) -> bool:
    return isinstance(key, str) and not key.startswith("_")
