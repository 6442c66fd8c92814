"""Whose name a name is: the scopes around a place in the text, and what is noted of it."""

import ast
import re
from collections.abc import Iterable

from .effects import BUILTINS, DeferredCall, Effects, Names, Places, Scope, Signature

_WORD = re.compile(r"\w+")
_LONGEST = 10_000


class Scopes:
    """What is known across statements, and where in a statement a reader is."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.joins: list[tuple[str, str]] = []
        self.calls: list[DeferredCall] = []
        self.functions: dict[str, list[Signature]] = {}
        self.methods: dict[str, list[Signature]] = {}
        self.assigned: set[str] = set()
        self.handed: list[Places] = []
        self.scopes: list[Scope] = []
        self.effects = Effects()
        self.later = 0
        self.count = 0
        self.looked = False

    def join(self, first: Places, second: Places) -> None:
        """Say that a value may be reached by any of these places."""
        places = first + second
        self.joins.extend((places[0], other) for other in places[1:])

    def change(self, places: Places) -> None:
        """Say that what lies at these places may be changed."""
        self.sink().update(places)

    def sink(self) -> set[str]:
        """Where changes are noted: of now, or of when a function is called."""
        return self.effects.later_changes if self.later else self.effects.changes

    def note_read(self, name: str) -> None:
        """Note that a global name is read."""
        (self.effects.later_reads if self.later else self.effects.reads).add(name)

    def note_bound(self, name: str) -> None:
        """Note that a global name is bound."""
        (self.effects.later_binds if self.later else self.effects.binds).add(name)

    def lookup(self, name: str) -> str:
        """Give the place of a name that is read."""
        for scope in reversed(self.scopes):
            if name in scope.names and (scope.kind != "class" or scope is self.scopes[-1]):
                return f"{scope.number}:{name}"
        self.note_read(name)
        return name

    def bind(self, name: str, places: Places, *, walrus: bool = False) -> str:
        """Bind a name in the scope of the moment; give its place."""
        scopes = [s for s in self.scopes if not (walrus and s.kind == "comprehension")]
        scope = scopes[-1] if scopes else None
        if scope is None or name in scope.outer:
            place = next(
                (f"{s.number}:{name}" for s in reversed(scopes[:-1]) if name in s.names), name
            )
            if place == name:
                self.note_bound(name)
        else:
            scope.names.add(name)
            place = f"{scope.number}:{name}"
            if scope.owner:
                self.join((scope.owner, f"{scope.number}:", place), places)
        if places and place not in self.names.constants:
            self.join((place,), places)
        return place

    def mark(self, *, lasting: bool) -> None:
        """Note that something is set for the whole process, now or by a function."""
        if not self.later:
            self.effects.process = True
        else:
            self.effects.lasting |= lasting
            self.effects.setup = True

    def look_around(self) -> None:
        """Note that names are used that only running tells: those that stand there as texts."""
        self.looked = True
        if self.later:
            self.mark(lasting=False)
        else:
            self.effects.wild = True

    def new_place(self) -> str:
        """Give a place for what has no name."""
        self.count += 1
        return f"={self.count}"

    def full_name(self, node: ast.AST) -> str:
        """Give the name of what a library holds, as ``numpy.random.seed``; "" for anything else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            root = self.imported(node.id)
        elif isinstance(node, ast.Call) and parts:
            match node:
                case ast.Call(func=ast.Name("__import__"), args=[ast.Constant(str(root))]):
                    pass
                case _:
                    root = self.full_name(node.func)  # as in Path("models").mkdir()
        else:
            return ""
        return ".".join([root, *reversed(parts)]) if root else ""

    def imported(self, name: str) -> str:
        """Give the full name of what was imported under a name, or is Python's own; else ""."""
        for scope in reversed(self.scopes):
            if name in scope.imports:
                return scope.imports[name]
            if name in scope.names:
                return ""
        if name in self.names.imports:
            return self.names.imports[name]
        return f"builtins.{name}" if name in BUILTINS and name not in self.names.bound else ""

    def is_flat(self, node: ast.AST) -> bool:
        """Say whether a value is a global container of constants alone."""
        return (
            isinstance(node, ast.Name)
            and node.id in self.names.flat
            and not any(node.id in scope.names for scope in self.scopes)
        )


def in_globals(node: ast.Subscript) -> str:
    """Give the name in ``globals()["name"]``; "" for anything else."""
    match node:
        case ast.Subscript(
            value=ast.Call(func=ast.Name("globals" | "vars"), args=[]),
            slice=ast.Constant(str(name)),
        ):
            return name
    return ""


def names_in_texts(parts: Iterable[ast.AST]) -> set[str]:
    """Give the words of all texts that stand in some code: each may be a name that it uses."""
    found: set[str] = set()
    for part in parts:
        for node in ast.walk(part):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(_WORD.findall(node.value[:_LONGEST]))
    return found
