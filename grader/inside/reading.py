"""Read statements for their effects: what `effects` has words for, found in the syntax tree."""

import ast
from typing import Any

from .calling import Calling
from .effects import Effects, Names, Places, Scope, full_names
from .scopes import in_globals, names_in_texts

_ACTS = {
    "_name": "Name",
    "_nothing": "Constant Pass Global Nonlocal",
    "_fresh": "Compare JoinedStr",
    "_attribute": "Attribute",
    "_subscript": "Subscript",
    "_assign": "Assign",
    "_annotated": "AnnAssign",
    "_augmented": "AugAssign",
    "_walrus": "NamedExpr",
    "_delete": "Delete",
    "_import": "Import ImportFrom",
    "_for": "For AsyncFor",
    "_with": "With AsyncWith",
    "_handler": "ExceptHandler",
    "_match": "Match",
    "_return": "Return Yield YieldFrom",
    "read_function": "FunctionDef AsyncFunctionDef",
    "read_class": "ClassDef",
    "read_lambda": "Lambda",
    "_comprehension": "ListComp SetComp GeneratorExp DictComp",
    "read_call": "Call",
}
"""Which method reads which kinds of nodes; all others are read part by part."""


class Reader(Calling):
    """Reads one statement of the top level after the other."""

    def __init__(self, names: Names) -> None:
        super().__init__(names)
        self._acts: dict[type, Any] = {
            getattr(ast, kind): getattr(self, method)
            for method, kinds in _ACTS.items()
            for kind in kinds.split()
        }

    def read(self, *parts: ast.AST) -> Effects:
        """Give the effects of a statement, or of what a block begins with."""
        self.effects, self.looked = Effects(), False
        for part in parts:
            if isinstance(part, ast.withitem):
                self._enter(part)
            elif isinstance(part, ast.match_case):
                self._pattern(part, ())
            else:
                self.value(part)
        if isinstance(parts[0], ast.Expr) and isinstance(parts[0].value, ast.Call):
            self.read_alone(parts[0].value)
        if self.looked:
            named = names_in_texts(parts) & self.names.bound
            self.effects.reads |= named
            self.effects.later_reads |= named
        return self.effects

    def value(self, node: ast.AST) -> Places:
        """Read a part; give the places of which its value may be an alias."""
        act = self._acts.get(type(node))
        if act is not None:
            found: Places = act(node)
            return found
        found = ()
        for name in node._fields:
            part = getattr(node, name, None)
            if isinstance(part, list):
                for item in part:
                    if isinstance(item, ast.AST):
                        found += self.value(item)
            elif isinstance(part, ast.AST):
                found += self.value(part)
        return found

    def target(self, node: ast.AST, places: Places) -> None:
        """Bind a target, or change what it is a part of."""
        if isinstance(node, ast.Name):
            self.assigned.add(self.bind(node.id, places))
        elif isinstance(node, ast.Tuple | ast.List):
            for part in node.elts:
                self.target(part, places)
        elif isinstance(node, ast.Starred):
            self.target(node.value, places)
        elif isinstance(node, ast.Attribute | ast.Subscript):
            self._part(node, places)

    def _part(self, node: ast.Attribute | ast.Subscript, places: Places) -> None:
        if isinstance(node, ast.Subscript):
            if name := in_globals(node):
                self.note_bound(name)
                self.join((name,), places)
                return
            self.value(node.slice)
        if self.full_name(node.value):
            self.mark(lasting=False)  # of a library, or of what was imported from one
        inner = self.value(node.value)
        self.change(inner)
        if inner:
            self.join(inner, places)

    def _name(self, node: ast.Name) -> Places:
        place = self.lookup(node.id)
        return () if place in self.names.constants or self.imported(node.id) else (place,)

    def _nothing(self, _node: ast.AST) -> Places:
        return ()

    def _fresh(self, node: ast.AST) -> Places:
        """What is compared, or put into a text, is nobody's alias."""
        for child in ast.iter_child_nodes(node):
            self.value(child)
        return ()

    def _attribute(self, node: ast.Attribute) -> Places:
        places = self.value(node.value)
        return () if self.is_flat(node.value) else places

    def _subscript(self, node: ast.Subscript) -> Places:
        if name := in_globals(node):
            self.note_read(name)
            return (name,)
        if self.full_name(node.value) == "sys.modules":
            self.look_around()
        self.value(node.slice)
        places = self.value(node.value)
        return () if self.is_flat(node.value) else places

    def _assign(self, node: ast.Assign) -> Places:
        places = self.value(node.value)
        for target in node.targets:
            if isinstance(node.value, ast.Lambda) and isinstance(target, ast.Name):
                known = self.functions[places[0]]
                self.functions.setdefault(self.bind(target.id, places), []).extend(known)
            else:
                self.target(target, places)
        return ()

    def _annotated(self, node: ast.AnnAssign) -> Places:
        self.value(node.annotation)
        if node.value is not None:
            self.target(node.target, self.value(node.value))
        return ()

    def _augmented(self, node: ast.AugAssign) -> Places:
        places = self.value(node.value)
        if isinstance(node.target, ast.Name):
            self.change((self.lookup(node.target.id),))
        self.target(node.target, places)
        return ()

    def _walrus(self, node: ast.NamedExpr) -> Places:
        return (self.bind(node.target.id, self.value(node.value), walrus=True),)

    def _delete(self, node: ast.Delete) -> Places:
        for target in node.targets:
            self.target(target, ())
        return ()

    def _import(self, node: ast.Import | ast.ImportFrom) -> Places:
        if any(alias.name == "*" for alias in node.names):
            self.effects.wild = True
        full = full_names(node)
        if self.scopes:
            self.scopes[-1].imports.update(full)
        for name in full:
            self.bind(name, ())
        return ()

    def _for(self, node: ast.For | ast.AsyncFor) -> Places:
        places = self.value(node.iter)
        self.target(node.target, () if self.is_flat(node.iter) else places)
        self.read_body([*node.body, *node.orelse])
        return ()

    def _with(self, node: ast.With | ast.AsyncWith) -> Places:
        for item in node.items:
            self._enter(item)
        self.read_body(node.body)
        return ()

    def _enter(self, item: ast.withitem) -> None:
        """Entering a context may change it."""
        places = self.value(item.context_expr)
        self.change(places)
        if item.optional_vars is not None:
            self.target(item.optional_vars, places)

    def _handler(self, node: ast.ExceptHandler) -> Places:
        if node.type is not None:
            self.value(node.type)
        if node.name:
            self.bind(node.name, ())
        self.read_body(node.body)
        return ()

    def _match(self, node: ast.Match) -> Places:
        places = self.value(node.subject)
        for case in node.cases:
            self._pattern(case, places)
            self.read_body(case.body)
        return ()

    def _pattern(self, case: ast.match_case, places: Places) -> None:
        for part in ast.walk(case.pattern):
            if name := getattr(part, "rest", None) or getattr(part, "name", None):
                self.bind(name, places)
            elif isinstance(part, ast.MatchValue | ast.MatchClass):
                self.value(part.value if isinstance(part, ast.MatchValue) else part.cls)
        if case.guard is not None:
            self.value(case.guard)

    def _return(self, node: ast.Return | ast.Yield | ast.YieldFrom) -> Places:
        places = self.value(node.value) if node.value is not None else ()
        around = next((s for s in reversed(self.scopes) if s.kind == "function"), None)
        if around is not None:
            self.join((f"{around.number}:return",), places)
        return places

    def _comprehension(self, node: Any) -> Places:  # noqa: ANN401 - of four kinds
        self.count += 1
        self.scopes.append(Scope(self.count, "comprehension", set()))
        found: Places = ()
        for part in node.generators:
            places = self.value(part.iter)
            found += places
            self.target(part.target, () if self.is_flat(part.iter) else places)
            for test in part.ifs:
                self.value(test)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            found += self.value(part)
        self.scopes.pop()
        return found
