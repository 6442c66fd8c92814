"""A submission imported into this very process, with the same exports as one in a sandbox."""

import ast
import linecache
import sys
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import torch

from grader.inside.traceback_text import names_of_bases
from grader.sandbox.outcome import (
    ExportMissingError,
    Outcome,
    Raised,
    Returned,
    SubmissionRaisedError,
)

BOUND: list["Loaded"] = []
DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


@dataclass(slots=True)
class Loaded:
    """A submission in this process; `module` is a fresh copy for each check."""

    path: Path
    module: ModuleType | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """One function of a submission, with the calling conventions of a sandbox."""

    name: str
    loaded: Loaded

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Call it; raise `SubmissionRaisedError` for an exception of the student's."""
        outcome = self.outcome(*args, **kwargs)
        if isinstance(outcome, Raised):
            raise SubmissionRaisedError(outcome)
        return outcome.value

    def outcome(self, *args: object, **kwargs: object) -> Outcome:
        """Call it and return what came of it as a value."""
        self.loaded.module = self.loaded.module or load(self.loaded.path)
        if not hasattr(self.loaded.module, self.name):
            raise ExportMissingError(f"{self.name} is not defined")
        function = getattr(self.loaded.module, self.name)
        inputs = [copied(argument) for argument in args]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = function(*inputs, **kwargs)
        except Exception as error:  # noqa: BLE001 - a student's function may raise anything
            bases = tuple(names_of_bases(error))
            return Raised(type(error).__name__, str(error), traceback.format_exc(), bases)
        return Returned(plain(value), "" if all(map(same, args, inputs)) else "one changed")

    def watched(self, *args: object) -> Outcome:
        """Call it; what it did to an argument is looked at in every call."""
        return self.outcome(*args)


def same(old: object, new: object) -> bool:
    """Tell whether an argument still holds the bits it had, if it is a tensor."""
    if not isinstance(old, torch.Tensor):
        return True
    return isinstance(new, torch.Tensor) and np.array_equal(
        old.detach().numpy(), new.detach().numpy(), equal_nan=True
    )


def copied(value: object) -> object:
    """Copy an argument, so that a submission writes into its own."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    return list(value) if isinstance(value, list) else value


def plain(value: object) -> object:
    """Turn an answer into what would come out of a sandbox."""
    if isinstance(value, torch.Tensor):
        return value.detach()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        return (
            type(value)([plain(item) for item in value]) if type(value) in (list, tuple) else value
        )
    return value


def load(path: Path) -> ModuleType:
    """Import a submission: a Python file whole, a notebook by its definitions."""
    name = f"submission_{path.stem}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix == ".ipynb":
            _run_notebook(path, module)
        else:
            exec(compile(path.read_text("utf-8"), str(path), "exec"), module.__dict__)
    return module


def _run_notebook(path: Path, module: ModuleType) -> None:
    import nbformat  # noqa: PLC0415 - only a notebook needs it
    from IPython.core.inputtransformer2 import TransformerManager  # noqa: PLC0415 - likewise

    transform = TransformerManager().transform_cell
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells, start=1):
        if cell.cell_type != "code":
            continue
        source, name = transform(cell.source), f"{path.name}[{number}]"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        for statement in ast.parse(source).body:
            if isinstance(statement, DEFINITIONS):
                _run_statement(statement, name, module)


def _run_statement(statement: ast.stmt, name: str, module: ModuleType) -> None:
    code = compile(ast.Module([statement], type_ignores=[]), name, "exec")
    try:
        exec(code, module.__dict__)
    except Exception as error:  # noqa: BLE001 - no statement loses the ones after it
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)


def bind(path: Path, exports: list[str]) -> SimpleNamespace:
    """Give a submission one attribute for each export."""
    loaded = Loaded(path)
    BOUND.append(loaded)
    return SimpleNamespace(**{name: Export(name, loaded) for name in exports})
