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

from grader.parsing import parse_module, read_module

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
    return _Module(path, read_module(path), parse_module(path))


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
    kept, body = set(module.statements()), module.tree.body
    lines = module.text.split("\n")
    gone: set[int] = set()
    for before, node, after in zip([None, *body], body, [*body[1:], None], strict=False):
        if node not in kept:
            first = min(_end(before), node.lineno - 1)
            gone.update(range(first, _end_of_comments(node, after, lines)))
    lost = [node for node in body if node in kept and node.lineno - 1 in gone]
    if lost:
        place = f"{module.path}:{lost[0].lineno}"
        raise PruningError(f"{place}: what students get and what they do not share a line")
    text = "\n".join(line for number, line in enumerate(lines) if number not in gone)
    unused = any(isinstance(node, ast.ImportFrom) and node.level for node in body)
    return _drop_imports(text, module.wanted) if unused else text


def _end(node: ast.stmt | None) -> int:
    """Return the index of the first line after a statement, and after none the first of all."""
    return (node.end_lineno or node.lineno) if node else 0


def _end_of_comments(node: ast.stmt, after: ast.stmt | None, lines: list[str]) -> int:
    """Return the index of the first line that has nothing to do with a definition any more.

    What comes before it, since the statement above, is about it, and so is an indented comment
    after it, and all at the end of a file.
    """
    if after is None:
        return len(lines) - (lines[-1] == "")
    end = _end(node)
    while lines[end][:1].isspace() and lines[end].lstrip().startswith("#"):
        end += 1
    return end


def _drop_imports(text: str, wanted: set[str]) -> str:
    """Rewrite relative imports without the names that nothing uses any more."""
    lines = text.split("\n")
    for node in reversed(ast.parse(text).body):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        names = [a for a in node.names if (a.asname or a.name) in wanted]
        if len(names) == len(node.names):
            continue
        new = [ast.unparse(ast.ImportFrom(node.module, names, node.level))] if names else []
        lines[node.lineno - 1 : node.end_lineno] = new
    return "\n".join(lines)
