"""Statements of a notebook as steps: what is run, or left out, one by one.

A block that chooses or surrounds (``if``, ``with``, ``match``) is a step of its own, its head, with
the steps of its bodies under it; so what of it is not needed is left out, and what fails in it
ends nothing else. Each name of an ``import`` is a step. Any other statement is one as it stands.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .statements import names_of


@dataclass(eq=False, slots=True)
class Step:
    """One step: its number, where it stands, what it runs, and what lies under it."""

    at: int
    cell: int
    node: ast.stmt
    under: "Step | None" = None
    bodies: list[list["Step"]] = field(default_factory=list)

    @property
    def line(self) -> int:
        """Its line in its cell."""
        return self.node.lineno

    @property
    def names(self) -> list[str]:
        """Names that it would bind, with all that is under it."""
        return names_of(self.node)

    def head(self) -> list[ast.AST]:
        """What it evaluates itself: the whole, or what a block begins with."""
        match self.node:
            case ast.If(test=test):
                return [test]
            case ast.With(items=items) if self.bodies:
                return list(items)
            case ast.Match(subject=subject, cases=cases):
                return [subject, *cases]
        return [self.node]

    def walk(self) -> Iterator["Step"]:
        """Go through it and all that is under it, in the order of the text."""
        yield self
        for body in self.bodies:
            for step in body:
                yield from step.walk()


def steps_of(
    nodes: Iterable[ast.stmt], cell: int, start: int, under: Step | None = None
) -> tuple[list[Step], int]:
    """Make steps of a cell's statements, numbered from ``start``; also give the next number."""
    found = []
    for node in nodes:
        for part in _parts(node):
            step = Step(start, cell, part, under)
            start += 1
            for body in _bodies(part):
                inner, start = steps_of(body, cell, start, step)
                step.bodies.append(inner)
            found.append(step)
    return found, start


def _parts(node: ast.stmt) -> list[ast.stmt]:
    """One import for each name, so that a missing library takes no other with it."""
    if isinstance(node, ast.Import) and len(node.names) > 1:
        return [ast.copy_location(ast.Import([alias]), node) for alias in node.names]
    return [node]


def _bodies(node: ast.stmt) -> list[list[ast.stmt]]:
    match node:
        case ast.If(body=body, orelse=orelse):
            return [body, orelse]
        case ast.With(items=items, body=body) if not any(map(_catches, items)):
            return [body]
        case ast.Match(cases=cases):
            return [case.body for case in cases]
    return []


def _catches(item: ast.withitem) -> bool:
    """Whether a context is there for what is raised in it."""
    call = item.context_expr
    func = call.func if isinstance(call, ast.Call) else call
    name = getattr(func, "attr", None) or getattr(func, "id", "")
    return name in {"suppress", "raises", "warns", "assertRaises", "redirect_stdout"}
