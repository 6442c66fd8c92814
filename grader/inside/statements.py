"""Which statements define something by their kind, and which names they would define."""

import ast
import re
from collections.abc import Iterator

_DEFINING = (
    *(ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete),
    *([ast.TypeAlias] if hasattr(ast, "TypeAlias") else []),
)
_BLOCKS = (ast.Try, ast.TryStar)
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_TEXT_NAMES = re.compile(
    r"^(?:(?:async\s+def|def|class)\s+(\w+)|(\w+)\s*(?::[^=\n]+)?=(?!=)"
    r"|(?:from\s+[\w.]+\s+)?import\s+([^#;\n]+))",
    re.MULTILINE,
)


def is_definition(node: ast.stmt) -> bool:
    """Say whether a statement is there to define something, as far as one sees by its kind."""
    if isinstance(node, _DEFINING):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.NamedExpr) or (
            isinstance(node.value, ast.Call) and _called(node.value) == "set_default_dtype"
        )
    if isinstance(node, _BLOCKS):
        loud = [child for child in _children(node) if not is_quiet(child)]
        return bool(loud) and all(map(is_definition, loud))
    return False


def is_quiet(node: ast.stmt) -> bool:
    """Say whether a statement does nothing, as a text or the name of a variable."""
    quiet = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant | ast.Name)
    return quiet or isinstance(node, ast.Pass)


def names_of(node: ast.AST) -> list[str]:
    """Names that a statement would bind at the top level of its module, each once."""
    return list(dict.fromkeys(_bound(node)))


def names_in_text(text: str) -> list[str]:
    """Names that a text which is not parsed seems to define at its left margin, each once."""
    found: list[str] = []
    for match in _TEXT_NAMES.finditer(text):
        listed = (match[3] or "").strip("() \t").split(",")
        imported = [part.split(" as ")[-1].strip().partition(".")[0] for part in listed]
        found += [match[1] or match[2], *imported] if not match[3] else imported
    return list(dict.fromkeys(name for name in found if name and name.isidentifier()))


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


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
