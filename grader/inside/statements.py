"""Which statements of a notebook define something, and which names they would define."""

import ast
import re
from collections.abc import Iterator
from typing import Literal

Kind = Literal["run", "quiet", "out"]
_DEFINING = (
    *(ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete),
    *([ast.TypeAlias] if hasattr(ast, "TypeAlias") else []),
)
_BLOCKS = (ast.If, ast.Try, ast.TryStar, ast.With)
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SHOWING = frozenset({"print", "display"})
_TEXT_NAMES = re.compile(
    r"^(?:(?:async\s+def|def|class)\s+(\w+)|(\w+)\s*(?::[^=\n]+)?=(?!=))", re.MULTILINE
)


def kind_of(node: ast.stmt) -> Kind:
    """Say whether a definitions-only run runs a statement, passes over it, or leaves it out.

    ``"quiet"`` is a statement that does nothing, such as a text or the name of a variable.
    """
    if isinstance(node, _DEFINING):
        return "run"
    if isinstance(node, ast.Pass):
        return "quiet"
    if isinstance(node, ast.Expr):
        return _kind_of_expression(node.value)
    if isinstance(node, _BLOCKS):
        kinds = {"shows" if _only_shows(child) else kind_of(child) for child in _children(node)}
        if kinds <= {"run", "quiet", "shows"} and "run" in kinds:
            return "run"
        return "quiet" if kinds <= {"quiet"} else "out"
    return "out"


def without_prints(node: ast.stmt) -> ast.stmt:
    """Replace ``print`` and ``display`` in a block that defines things by ``pass``, in place."""
    if isinstance(node, _BLOCKS):
        for body in _bodies(node):
            body[:] = [
                ast.copy_location(ast.Pass(), child)
                if _only_shows(child)
                else without_prints(child)
                for child in body
            ]
    return node


def names_of(node: ast.AST) -> list[str]:
    """Names that a statement would bind at the top level of its module, each once."""
    return list(dict.fromkeys(_bound(node)))


def names_in_text(text: str) -> list[str]:
    """Names that a text which is not parsed seems to define at its left margin, each once."""
    return list(dict.fromkeys(found[1] or found[2] for found in _TEXT_NAMES.finditer(text)))


def _kind_of_expression(value: ast.expr) -> Kind:
    if isinstance(value, ast.Constant | ast.Name):
        return "quiet"
    if isinstance(value, ast.NamedExpr):
        return "run"
    if isinstance(value, ast.Call) and _called(value) == "set_default_dtype":
        return "run"
    return "out"


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _only_shows(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id in _SHOWING
    )


def _bodies(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        yield getattr(node, field, [])
    for handler in getattr(node, "handlers", []):
        yield handler.body


def _children(node: ast.stmt) -> Iterator[ast.stmt]:
    for body in _bodies(node):
        yield from body


def _bound(node: ast.AST) -> Iterator[str]:
    todo = [node]
    while todo:
        here = todo.pop()
        if isinstance(here, _NAMED):
            yield here.name
        elif isinstance(here, ast.Import | ast.ImportFrom):
            yield from (_bound_by_import(alias) for alias in here.names if alias.name != "*")
        elif isinstance(here, ast.Name) and isinstance(here.ctx, ast.Store):
            yield here.id
        elif isinstance(here, ast.MatchAs | ast.MatchStar) and here.name:
            yield here.name
        elif not isinstance(here, _SCOPES) and not _only_annotates(here):
            todo.extend(reversed(list(ast.iter_child_nodes(here))))


def _bound_by_import(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _only_annotates(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign) and node.value is None
