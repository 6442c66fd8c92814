"""What the public checks need of the suite's own modules, and no more.

Hidden checks draw their inputs with strategies that a student must not have. They
may stand in the same module as public ones: here the public module of checks is followed
through its relative imports, and of each module that it reaches only the definitions
that something public refers to are kept.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class PruningError(ValueError):
    """The public checks need something that students must not have."""


@dataclass
class _Module:
    path: Path
    text: str
    tree: ast.Module
    wanted: set[str] = field(default_factory=set)

    def statements(self) -> Iterator[ast.stmt]:
        """Yield the statements that stay: all but definitions that nothing wanted names."""
        kept = [node for node in self.tree.body if not _defines(node)]
        rest = [node for node in self.tree.body if _defines(node)]
        while more := [node for node in rest if _defines(node) & self.wanted]:
            rest = [node for node in rest if node not in more]
            kept += more
            for node in more:
                self.wanted |= _names(node)
        return iter(kept)


def prune(suite: Path, folder: Path) -> dict[Path, str]:
    """Return the text of the suite's module and of each module of the folder that it needs.

    Raises PruningError where one is hidden, or imports from outside the folder.
    """
    modules = {suite: _read(suite)}
    modules[suite].wanted |= set().union(*(_defines(node) for node in modules[suite].tree.body))
    while True:
        before = {path: len(module.wanted) for path, module in modules.items()}
        for module in list(modules.values()):
            _follow(module, folder, modules)
        if before == {path: len(module.wanted) for path, module in modules.items()}:
            return {path: _render(module) for path, module in modules.items()}


def _follow(module: _Module, folder: Path, modules: dict[Path, _Module]) -> None:
    used: set[str] = set()
    statements = list(module.statements())
    for node in statements:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            used |= _names(node)
    module.wanted |= used
    for node in statements:
        for inner in ast.walk(node):
            if isinstance(inner, ast.ImportFrom) and inner.level:
                _import(inner, module, folder, modules)


def _import(
    node: ast.ImportFrom, module: _Module, folder: Path, modules: dict[Path, _Module]
) -> None:
    for alias in node.names:
        parts = [*(node.module.split(".") if node.module else [alias.name])]
        path = folder.joinpath(*parts).with_suffix(".py")
        if node.level != 1 or "hidden" in path.name or not path.is_file():
            raise PruningError(
                f"{module.path}:{node.lineno}: students do not get {'.'.join(parts)}"
            )
        if parts[0] == "public":
            continue
        other = modules.setdefault(path, _read(path))
        if not node.module:
            other.wanted |= {name for node in other.tree.body for name in _defines(node)}
        elif (alias.asname or alias.name) in module.wanted:
            other.wanted.add(alias.name)


def _read(path: Path) -> _Module:
    text = path.read_text(encoding="utf-8")
    return _Module(path, text, ast.parse(text, str(path)))


def _defines(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
            return {node.name}
        case ast.Assign(targets=targets):
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            return names if len(names) == len(targets) else set()
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case _:
            return set()


def _names(node: ast.AST) -> set[str]:
    """Return the names that a statement may refer to, also in annotations that are texts."""
    names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    texts = (inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant))
    return names | {text for text in texts if isinstance(text, str) and text.isidentifier()}


def _render(module: _Module) -> str:
    kept = set(module.statements())
    lines = module.text.splitlines(keepends=True)
    for node in reversed([node for node in module.tree.body if node not in kept]):
        del lines[_first_line(node, lines) : node.end_lineno]
    unused = [node for node in module.tree.body if isinstance(node, ast.ImportFrom) and node.level]
    return _drop_imports("".join(lines), module.wanted) if unused else "".join(lines)


def _first_line(node: ast.stmt, lines: list[str]) -> int:
    """Return the index of a definition's first line, its comments and blank lines before."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    while first and not lines[first - 1].strip():
        first -= 1
    return first


def _drop_imports(text: str, wanted: set[str]) -> str:
    """Rewrite relative imports without the names that nothing uses any more."""
    lines = text.splitlines(keepends=True)
    for node in reversed(ast.parse(text).body):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        names = [a for a in node.names if (a.asname or a.name) in wanted]
        if len(names) == len(node.names):
            continue
        new = [ast.unparse(ast.ImportFrom(node.module, names, node.level)) + "\n"] if names else []
        lines[node.lineno - 1 : node.end_lineno] = new
    return "".join(lines)
