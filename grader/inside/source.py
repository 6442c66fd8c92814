"""Run a submission's source into a module, and tell what became of every name.

A .py is run whole. A notebook is run statement by statement, and in mode
``"definitions"`` only what defines something: imports, functions, classes, assignments,
``set_default_dtype``, and ``if``, ``try`` and ``with`` blocks made of those (a ``print`` among
them is passed over). Calls, loops, plots and training are left out. The tag
``grade:all``, ``grade:definitions`` or ``grade:skip`` on a cell overrides the mode there.

No statement loses the ones after it. What comes back is plain, bounded data, and untrusted
like everything from this side.
"""

import __future__

import ast
import sys
import warnings
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any, Literal

from . import alarm, cells, jupyter, newer, statements
from .traceback_text import clip, error_line, error_text, register, traceback_of

Mode = Literal["definitions", "all"]
Report = Callable[[dict[str, Any]], None]
NAME_LIMIT = 500
_ENTRY_LIMIT = 200
_TAGS = {"grade:all": "all", "grade:definitions": "definitions", "grade:skip": "skip"}
_SKIPPED = "no result in time, or the end of the process that it ran in"
_COMMAND = "a magic or shell command, which is not run here"


def run_source(
    kind: str,
    name: str,
    parts: list[tuple[int, str, list[str]]],
    mode: Mode,
    statement_seconds: float,
    module: ModuleType,
    report: Report,
    skip: frozenset[int] = frozenset(),
) -> dict[str, Any]:
    """Run ``parts``, each (cell number, text, tags), into ``module``.

    ``report({"at": index, "cell": n, "line": n})`` is called before each step: the parsing of a
    cell and each of its statements; index 0 is the whole of a .py. Steps in ``skip`` are left out,
    for another try after one of them ended the process. Returns ``syntax_error`` (of a .py:
    line, text, message; or None), ``failed`` (at, cell, line, names, statement, error, and
    outlived, for a statement of a notebook that is not worth another try), ``left_out`` (cell,
    line, what, names) and ``names``, the public names that it defined.
    """
    before = frozenset(module.__dict__)
    sys.modules.setdefault(module.__name__, module)
    run = _Run(name, statement_seconds, module, report, skip)
    if kind == "py":
        run.file("".join(text for _, text, _ in parts))
    else:
        for number, text, tags in parts:
            run.cell(number, text, _mode_of(tags, mode))
    public = [key for key in list(module.__dict__) if _is_public(key) and key not in before]
    return {
        "syntax_error": run.syntax_error,
        "failed": run.failed,
        "left_out": run.left_out,
        "names": _clipped(public),
    }


class _Run:
    """One run of one source: where it is, and what it has to tell."""

    def __init__(
        self, name: str, seconds: float, module: ModuleType, report: Report, skip: frozenset[int]
    ) -> None:
        self.name, self.seconds, self.module = name, seconds, module
        self.report, self.skip = report, skip
        self.index, self.flags = 0, 0
        self.syntax_error: dict[str, Any] | None = None
        self.failed: list[dict[str, Any]] = []
        self.left_out: list[dict[str, Any]] = []

    def file(self, text: str) -> None:
        """Run a .py whole; what was defined before an exception stays."""
        register(self.name, text)
        self.module.__file__ = self.name
        compiled: list[CodeType] = []

        def act() -> None:
            compiled.append(_compile(text, self.name, 0))
            exec(compiled[0], self.module.__dict__)  # noqa: S102 - running it is the job

        failure = self._step(0, 1, act)
        if failure is None:
            return
        if not compiled and isinstance(failure, cells.PARSE_ERRORS):
            self.syntax_error = _syntax_error(failure, text)
            return
        line = _line_of(failure, self.name)
        names = _names_from(text, line) if compiled else statements.names_in_text(text)
        missing = [name for name in names if name not in self.module.__dict__]
        self._fail(0, line, missing, _line(text, line), self._words(failure))

    def cell(self, number: int, text: str, mode: str) -> None:
        """Run one cell of a notebook."""
        filename = f"{self.name} cell {number}"
        register(filename, text)
        if mode == "skip":
            self._leave_out(number, 1, "the cell, by its tag", statements.names_in_text(text))
            return
        found = [cells.Parsed(names=statements.names_in_text(text))]
        error = self._step(number, 1, lambda: found.append(cells.parse_cell(text, filename)))
        parsed = found[-1]
        if parsed.taken_by:
            jupyter.write_file(text)
            self._leave_out(number, 1, f"the cell, by its {parsed.taken_by}", parsed.names)
        elif error or parsed.error:
            self._fail_cell(number, text, error or parsed.error, parsed.names)
        for node in parsed.body:
            self._statement(number, text, node, mode)

    def _statement(self, number: int, text: str, node: ast.stmt, mode: str) -> None:
        kind = "run" if mode == "all" else statements.kind_of(node)
        names = statements.names_of(node)
        line = _line(text, node.lineno)
        if kind == "out":
            self._leave_out(number, node.lineno, line, names)
        if kind != "run":
            self.index += 1
            return
        if cells.is_command(getattr(node, "value", None)):
            self.index += 1
            self._fail(number, node.lineno, names, line, _COMMAND)
            return
        if mode != "all":
            node = statements.without_prints(node)
        error = self._step(number, node.lineno, lambda: self._execute(number, node))
        if error:
            words, outlived = self._words(error), type(error) is alarm.Overtime
            self._fail(number, node.lineno, names, line, words, outlived=outlived)

    def _execute(self, number: int, node: ast.stmt) -> None:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                self.flags |= getattr(__future__, alias.name).compiler_flag
        tree = ast.Module([node], [])
        exec(  # noqa: S102 - running the student's code is the job of this module
            _compile(tree, f"{self.name} cell {number}", self.flags), self.module.__dict__
        )

    def _step(self, cell: int, line: int, act: Callable[[], object]) -> BaseException | None:
        index, self.index = self.index, self.index + 1
        if index in self.skip:
            return _SkippedError(_SKIPPED)
        self.report({"at": index, "cell": cell, "line": line})
        return alarm.run_within(self.seconds, act)

    def _words(self, error: BaseException) -> str:
        if type(error) is alarm.Overtime:
            return f"no result after {self.seconds:g} s"
        return error_text(error)[1] if type(error) is _SkippedError else error_line(error, 300)

    def _fail_cell(
        self, number: int, text: str, error: BaseException | None, names: list[str]
    ) -> None:
        line = getattr(error, "lineno", None) or 1
        if error is not None:
            self._fail(number, line, names, _line(text, line), self._words(error))

    def _fail(
        self,
        cell: int,
        line: int,
        names: list[str],
        statement: str,
        error: str,
        *,
        outlived: bool = False,
    ) -> None:
        if len(self.failed) < _ENTRY_LIMIT:
            entry = {"at": self.index - 1, "cell": cell, "line": line, "names": _clipped(names)}
            self.failed.append(
                {**entry, "statement": statement, "error": error, "outlived": outlived}
            )

    def _leave_out(self, cell: int, line: int, what: str, names: list[str]) -> None:
        if len(self.left_out) < _ENTRY_LIMIT:
            entry = {"cell": cell, "line": line, "what": clip(what, 120)}
            self.left_out.append({**entry, "names": _clipped(names)})


class _SkippedError(Exception):
    """Stands for what was not run on a second try."""


def _mode_of(tags: list[str], mode: Mode) -> str:
    return next((_TAGS[tag] for tag in tags if tag in _TAGS), mode)


def _compile(source: str | ast.Module, filename: str, flags: int) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code: CodeType = compile(source, filename, "exec", flags, dont_inherit=True)
    return code


def _syntax_error(error: BaseException, text: str) -> dict[str, Any]:
    line = getattr(error, "lineno", None) or 0
    message = getattr(error, "msg", None) or error_line(error)
    found = {"line": line, "text": _line(text, line), "message": clip(message, 300)}
    return {**found, "newer": newer.words_for(error)}


def _line(text: str, number: int) -> str:
    lines = text.split("\n", number)
    return clip(lines[number - 1].strip(), 120) if 0 < number <= len(lines) else ""


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


def _clipped(names: list[str]) -> list[str]:
    return [clip(name, 100) for name in names[:NAME_LIMIT]]
