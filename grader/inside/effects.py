"""What running a statement binds, reads and changes, and what the functions in it do later.

A *place* is a text: the name of a global, ``7:x`` for the local ``x`` of the seventh scope, ``=5``
for what the fifth call gave. Who holds a thing by two places may change it by either, so places
are joined wherever one may be an alias of another (``joins``); that knows no order and no types,
and errs on the side of joining. Reading and changing files are names too:
``file:model.pt``, ``file:?`` where what is written has no name that is known, ``file:*`` for all.
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
_HOLDERS = (ast.Dict, ast.List, ast.Set, ast.Tuple)


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
class Signature:
    """Places of a function's parameters, by position and by name, and of what it returns."""

    positional: list[str]
    named: dict[str, str]
    rest: list[str]
    returned: str


@dataclass(slots=True)
class DeferredCall:
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
    ever numbers, texts and the like (``texts``: what they are), ``plain`` what is made
    of these and imports alone; ``flat`` are
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
    names = Names()
    values, other = _bindings(nodes, names)
    names.bound = {*names.imports, *values, *other}
    for name in {*values, *other} & names.imports.keys():
        del names.imports[name]
    for name, given in values.items():
        if name in other:
            continue
        if all(_made_of(value, _LITERALS) for value in given):
            names.constants.add(name)
            if isinstance(text := getattr(given[-1], "value", None), str):
                names.texts[name] = text
        elif all(map(_is_flat, given)):
            names.flat.add(name)
    names.plain = set(names.constants)
    for name, given in values.items():
        if name not in other and all(is_plain(value, names) for value in given):
            names.plain.add(name)
    return names


def _bindings(
    nodes: Iterable[ast.stmt], names: Names
) -> tuple[dict[str, list[ast.expr]], set[str]]:
    """Names that are assigned, with what; and names that are bound in another way."""
    values: dict[str, list[ast.expr]] = {}
    other: set[str] = set()
    todo = list(nodes)[::-1]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            names.imports |= full_names(node)
            continue
        simple = isinstance(node, ast.Assign) and [t for t in node.targets if type(t) is ast.Name]
        if isinstance(node, ast.Assign) and simple and len(simple) == len(node.targets):
            for target in simple:
                values.setdefault(target.id, []).append(node.value)
            continue
        other |= bound_here(node)
        if not _has_scope(node):
            for block in _BLOCKS:
                todo.extend(getattr(node, block, ()))
    return values, other


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
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.ExceptHandler(name=name):
            return {name} if name else set()
        case ast.Import() | ast.ImportFrom():
            return set(full_names(node))
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            todo: list[ast.AST] = list(targets)
        case ast.AugAssign() | ast.AnnAssign() | ast.For() | ast.AsyncFor():
            todo = [node.target]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            todo = [item.optional_vars for item in items if item.optional_vars]
        case ast.match_case(pattern=pattern):
            todo = [pattern]
        case _:
            return set()
    return {name for top in todo for part in ast.walk(top) if (name := _stored(part))}


def _stored(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return "" if isinstance(node.ctx, ast.Load) else node.id
    return getattr(node, "rest", None) or getattr(node, "name", None) or ""


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
    """Say whether an expression is made of constants and imports alone."""
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
    """Say whether a container is written out, and holds nothing that could be changed."""
    items = getattr(node, "elts", None) or getattr(node, "values", None)
    whole = [*(items or ()), *(getattr(node, "keys", None) or ())]
    return isinstance(node, _HOLDERS) and bool(items) and all(_is_fixed(item) for item in whole)


def _is_fixed(node: ast.AST | None) -> bool:
    if isinstance(node, ast.Tuple):
        return all(map(_is_fixed, node.elts))
    return node is not None and _made_of(node, _LITERALS)
