"""What running a statement binds, reads and changes, and what the functions in it do when called.

A *place* is a text: the name of a global, ``7:x`` for the local ``x`` of the seventh scope, ``=5``
for what the fifth call gave. Who holds a thing by two places may change it by either, so places
are joined wherever one may be an alias of another (``joins``); that knows no order and no types, and
errs on the side of joining. Reading and changing files are names too: ``file:model.pt``, ``file:?``
where the name of a file that is written is not known, ``file:*`` for all.
"""

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass, field

Places = tuple[str, ...]
BUILTINS = frozenset(dir(builtins))
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
_LITERALS = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop)
_HOLDERS = (ast.Dict, ast.List, ast.Set, ast.Tuple, ast.expr_context)


@dataclass(slots=True)
class Effects:
    """What one statement does: when it runs, and, by the functions in it, when they are called.

    ``lasting`` functions set something that every later call feels; ``setup`` ones set anything, or
    write files (``later_writes``), which counts where a call of them stands alone with plain
    arguments, ``plain_call``. ``wild`` is who may bind what cannot be seen.
    """

    binds: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    later_binds: set[str] = field(default_factory=set)
    later_writes: set[str] = field(default_factory=set)
    later_reads: set[str] = field(default_factory=set)
    later_changes: set[str] = field(default_factory=set)
    process: bool = False
    lasting: bool = False
    setup: bool = False
    wild: bool = False
    plain_call: str = ""


@dataclass(slots=True)
class Function:
    """Places of a function's parameters, by position and by name, and of what it returns."""

    positional: list[str]
    named: dict[str, str]
    rest: list[str]
    returned: str
    is_class: bool = False


@dataclass(slots=True)
class Call:
    """A call whose function is looked up when all statements are known."""

    callee: Places
    method: str
    args: list[Places]
    keywords: list[tuple[str | None, Places]]
    result: str
    changes: set[str]


@dataclass(slots=True)
class Scope:
    """Names of a function, a class or a comprehension that is being read."""

    number: int
    kind: str
    names: set[str]
    outer: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)
    owner: str = ""


@dataclass
class Names:
    """What the names of a notebook's top level are, by all statements that bind them.

    ``imports`` gives the full name of what is imported and never assigned; ``constants`` are only
    ever numbers, texts and the like (``texts``: what they are), ``plain`` what is made of these and imports alone; ``flat`` are
    containers of constants, whose items are no aliases of anything.
    """

    bound: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)
    constants: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)
    flat: set[str] = field(default_factory=set)


def know_names(nodes: Iterable[ast.stmt]) -> Names:
    """Look through statements for what they bind at the top level."""
    names, other = Names(), set()
    values: dict[str, list[ast.expr]] = {}
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            names.imports |= full_names(node)
        elif isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) for t in node.targets):
            for target in node.targets:
                values.setdefault(target.id, []).append(node.value)  # type: ignore[attr-defined]  # Names all
        else:
            other |= bound_here(node)
            for block in _BLOCKS:
                todo.extend(getattr(node, block, ()) if not _has_scope(node) else ())
    names.bound = {*names.imports, *values, *other}
    for name in {*values, *other} & names.imports.keys():
        del names.imports[name]
    for name, given in values.items():
        if name in other or name not in names.bound:
            continue
        if all(_made_of(value, _LITERALS) for value in given):
            names.constants.add(name)
            if isinstance(text := getattr(given[-1], "value", None), str):
                names.texts[name] = text
        elif all(isinstance(v, _HOLDERS) and _is_flat(v) for v in given):
            names.flat.add(name)
    names.plain = set(names.constants)
    for name in values:  # in the order of the text, backwards: twice is enough for chains of two
        if name not in other and all(is_plain(value, names) for value in values[name]):
            names.plain.add(name)
    return names


def full_names(node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """Names that an import binds, each with the full name of what it stands for."""
    if isinstance(node, ast.Import):
        return {
            alias.asname or alias.name.partition(".")[0]: alias.name
            if alias.asname
            else alias.name.partition(".")[0]
            for alias in node.names
        }
    module = "." * node.level + (node.module or "")
    return {
        alias.asname or alias.name: f"{module}.{alias.name}"
        for alias in node.names
        if alias.name != "*"
    }


def bound_here(node: ast.AST) -> set[str]:
    """Names that a statement binds itself, its blocks left aside."""
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return set(full_names(node))
    found: set[str] = set()
    if isinstance(node, ast.Assign):
        todo: list[ast.AST] = list(node.targets)
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For | ast.AsyncFor):
        todo = [node.target]
    elif isinstance(node, ast.With | ast.AsyncWith):
        todo = [item.optional_vars for item in node.items if item.optional_vars]
    elif isinstance(node, ast.Delete):
        todo = list(node.targets)
    elif isinstance(node, ast.match_case):
        todo = [node.pattern]
    elif isinstance(node, ast.ExceptHandler):
        return {node.name} if node.name else found
    else:
        return found
    for top in todo:
        for part in ast.walk(top):
            if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
                found.add(part.id)
            elif name := getattr(part, "rest", None) or getattr(part, "name", None):
                found.add(name)
    return found


def bound_in(body: Iterable[ast.AST]) -> tuple[set[str], set[str]]:
    """Names that the statements of a function bind, and those that it declares to be others'."""
    bound, outer, todo = set(), set(), list(body)
    while todo:
        node = todo.pop()
        bound |= bound_here(node)
        if isinstance(node, ast.Global | ast.Nonlocal):
            outer |= set(node.names)
        elif not _has_scope(node):
            for block in _BLOCKS:
                todo.extend(getattr(node, block, ()))
    return bound - outer, outer


def is_plain(node: ast.AST, names: Names) -> bool:
    """Say whether an expression is made of constants and imports, and of nothing of the notebook's."""
    if isinstance(node, ast.Name):
        return node.id in names.imports or node.id in names.plain or node.id not in names.bound
    if isinstance(node, ast.Lambda | ast.Await | ast.Yield | ast.YieldFrom):
        return False
    return all(is_plain(child, names) for child in ast.iter_child_nodes(node))


def _has_scope(node: ast.AST) -> bool:
    return isinstance(node, (*_FUNCTIONS, ast.ClassDef))


def _made_of(node: ast.AST, kinds: tuple[type, ...]) -> bool:
    return isinstance(node, kinds) and all(
        _made_of(child, kinds) for child in ast.iter_child_nodes(node)
    )


def _is_flat(node: ast.expr) -> bool:
    filled = getattr(node, "elts", None) or getattr(node, "keys", None)
    return bool(filled) and _made_of(node, _LITERALS + _HOLDERS)
