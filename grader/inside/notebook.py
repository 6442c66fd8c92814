"""Run a notebook: all of its cells are parsed, then what is needed is run in order.

In mode ``"needed"`` that is what the exports need (``slicing``); ``"definitions"`` is imports,
functions, classes and assignments; ``"all"`` everything. The tag ``grade:all``,
``grade:definitions`` or ``grade:skip`` on a cell overrides the mode there.
"""

import __future__

import ast
import inspect
from collections.abc import Callable
from contextlib import ExitStack
from types import ModuleType
from typing import TYPE_CHECKING, Any

from . import alarm, cells, jupyter, slicing, statements
from .running import NoRoomError, Report, RunPlan, SkippedError, SourceRun, line_of_text
from .steps import Step, steps_of
from .traceback_text import register

if TYPE_CHECKING:
    import asyncio

_TAGS = {"grade:all": "all", "grade:definitions": "definitions", "grade:skip": "skip"}
_COMMAND = "a magic or shell command, which is not run here"
_HELD = "<held>"  # no name that a student can write


class NotebookRun(SourceRun):
    """One run of one notebook."""

    def __init__(self, name: str, plan: RunPlan, module: ModuleType, report: Report) -> None:
        super().__init__(name, plan, module, report)
        self.texts: dict[int, str] = {}
        self.modes: dict[int, str] = {}
        self.steps: list[Step] = []
        self.needed: set[int] = set()
        self.lacking: set[int] = set()
        self.loop: asyncio.AbstractEventLoop | None = None

    def notebook(self, parts: list[tuple[int, str, list[str]]]) -> None:
        """Parse the cells, choose among their statements, and run what is chosen."""
        self.module.__dict__["__name__"] = "__main__"
        at = len(parts) + 1
        for place, (number, text, tags) in enumerate(parts):
            self.texts[number], self.modes[number] = text, self._mode_of(tags)
            steps, at = steps_of(self._parsed(place, number), number, at)
            self.steps += steps
        flat = [step for top in self.steps for step in top.walk()]
        error = self.step(len(parts), 1, 1, lambda: self._choose(flat))
        if error:
            self.needed = {step.at for step in flat if statements.is_definition(step.node)}
        self.needed |= {step.at for step in flat if isinstance(step.node, jupyter.WriteFile)}
        for step in self.steps:
            self._visit(step)
        if self.loop is not None:
            self.loop.close()

    def _mode_of(self, tags: list[str]) -> str:
        return next((_TAGS[tag] for tag in tags if tag in _TAGS), self.plan.mode)

    def _parsed(self, place: int, number: int) -> list[ast.stmt]:
        text, filename = self.texts[number], f"{self.name} cell {number}"
        register(filename, text)
        if self.modes[number] == "skip":
            self.leave_out(number, 1, "the cell, by its tag", statements.names_in_text(text))
            return []
        found = [cells.Parsed(names=statements.names_in_text(text))]
        error = self.step(place, number, 1, lambda: found.append(cells.parse_cell(text, filename)))
        parsed, error = found[-1], error or found[-1].error
        if parsed.taken_by:
            self.leave_out(number, 1, f"the cell, by its {parsed.taken_by}", parsed.names)
            return [file] if (file := jupyter.file_of(text)) else []
        if error is not None:
            line = getattr(error, "lineno", None) or 1
            said = line_of_text(text, line)
            self.fail(place, number, line, parsed.names, said, self.words(error))
        return parsed.body

    def _choose(self, flat: list[Step]) -> None:
        """Choose the steps to run, by the mode of each cell; note which of the others lack."""
        by_mode: dict[str, list[Step]] = {"all": [], "definitions": [], "needed": []}
        for step in flat:
            by_mode[self.modes[step.cell]].append(step)
        forced = {step.at for step in by_mode["all"]}
        chosen = forced | {s.at for s in by_mode["definitions"] if statements.is_definition(s.node)}
        if len(forced) < len(flat):
            written = {s.node.module for s in flat if isinstance(s.node, jupyter.WriteFile)}
            local = self.plan.local | written
            sliced = slicing.needed_steps(flat, self.plan.wanted, local, forced)
            left = {step.at for step in by_mode["definitions"]} - chosen
            chosen |= sliced - left
            self.lacking = sliced & left
        self.needed = chosen

    def _visit(self, step: Step) -> None:
        """Run a step that is needed, with what is needed under it."""
        inner = [under for under in step.walk() if under.at in self.needed]
        if not inner:
            if not statements.is_quiet(step.node):
                said = line_of_text(self.texts[step.cell], step.line)
                lacking = any(under.at in self.lacking for under in step.walk())
                self.leave_out(step.cell, step.line, said, step.names, lacking=lacking)
        elif step.bodies:
            self._block(step)
        elif isinstance(step.node, jupyter.WriteFile):
            self._take(step, step.node.write)
        elif cells.is_command(getattr(step.node, "value", None)):
            self._stopped(step, None)
        else:
            self._take(step, lambda: self._execute(step.cell, step.node))

    def _block(self, step: Step) -> None:
        """Run the head of a block, and then the steps of the body that it chooses, one by one."""
        chosen: list[int] = []
        with ExitStack() as held:
            self._take(step, lambda: chosen.append(self._head(step, held)))
            for under in step.bodies[chosen[0]] if chosen and chosen[0] >= 0 else ():
                self._visit(under)
            leave = held.pop_all()
        alarm.run_within(self.plan.seconds, leave.close)

    def _head(self, step: Step, held: ExitStack) -> int:
        """Evaluate what a block begins with; give the number of the body to run, -1 for none."""
        match step.node:
            case ast.If(test=test):
                return 0 if self._evaluate(step.cell, test) else 1
            case ast.With(items=items):
                for item in items:
                    value = held.enter_context(self._evaluate(step.cell, item.context_expr))
                    if item.optional_vars is not None:
                        self._bind(step.cell, item.optional_vars, value)
                return 0
            case ast.Match(subject=subject, cases=cases):
                numbered = [
                    ast.match_case(case.pattern, case.guard, [_assigned(_HELD, number)])
                    for number, case in enumerate(cases)
                ]
                self.module.__dict__[_HELD] = -1
                node = ast.copy_location(ast.Match(subject, numbered), step.node)
                self._execute(step.cell, ast.fix_missing_locations(node))
                return int(self.module.__dict__.pop(_HELD))
        return -1

    def _bind(self, cell: int, target: ast.expr, value: object) -> None:
        self.module.__dict__[_HELD] = value
        node = ast.Assign([target], ast.Name(_HELD, ast.Load()))
        try:
            ast.copy_location(node, target)
            self._execute(cell, ast.fix_missing_locations(node))
        finally:
            self.module.__dict__.pop(_HELD, None)

    def _take(self, step: Step, act: Callable[[], object]) -> None:
        error = self.step(step.at, step.cell, step.line, act)
        if error is not None:
            self._stopped(step, error)

    def _stopped(self, step: Step, error: BaseException | None) -> None:
        """Note a step without a result; what outlived its time leaves its names undefined."""
        outlived = type(error) in {alarm.Overtime, NoRoomError}
        if outlived or type(error) is SkippedError:
            for name in step.names:
                self.module.__dict__.pop(name, None)
        said = line_of_text(self.texts[step.cell], step.line)
        words = _COMMAND if error is None else self.words(error)
        self.fail(step.at, step.cell, step.line, step.names, said, words, outlived=outlived)

    def _evaluate(self, cell: int, node: ast.expr) -> Any:  # noqa: ANN401 - the student's
        return self._run(cell, ast.Expression(node), "eval")

    def _execute(self, cell: int, node: ast.stmt) -> None:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                self.flags |= getattr(__future__, alias.name).compiler_flag
        self._run(cell, ast.Module([node], []), "exec")

    def _run(self, cell: int, tree: ast.AST, kind: str) -> object:
        """Run a tree; an ``await`` of the top level has a loop of its own, as in Jupyter."""
        filename = f"{self.name} cell {cell}"
        code = self.compile(tree, filename, kind, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        value = eval(code, self.module.__dict__)  # noqa: S307 - running it is the job
        if not code.co_flags & inspect.CO_COROUTINE:
            return value
        if self.loop is None:
            import asyncio  # noqa: PLC0415 - 3.6 MB, for the few that await

            self.loop = asyncio.new_event_loop()
        return self.loop.run_until_complete(value)


def _assigned(name: str, number: int) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], ast.Constant(number))
