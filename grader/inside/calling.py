"""Calls, functions and classes, read for their effects."""

import ast
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from . import setup_calls
from .effects import DeferredCall, Places, Scope, Signature, bound_in, is_plain
from .scopes import Scopes

_LOOKS_AROUND = frozenset("globals vars locals exec eval".split())
_HOLDING = frozenset(
    """
    list tuple set dict frozenset sorted iter enumerate zip reversed getattr slice
    property staticmethod classmethod memoryview bytearray object
    """.split()
)


class Calling(Scopes, ABC):
    """Reads what is called, and what is there to be called."""

    @abstractmethod
    def value(self, node: ast.AST) -> Places:
        """Read a part; give the places of which its value may be an alias."""

    def read_body(self, body: Sequence[ast.AST]) -> None:
        """Read statements one after the other."""
        for node in body:
            self.value(node)

    def read_call(self, node: ast.Call) -> Places:
        """Read a call and its arguments."""
        if any(type(arg) is ast.Lambda for arg in (*node.args, *(k.value for k in node.keywords))):
            return self._read_lambdas_now(node)
        args = [self.value(arg) for arg in node.args]
        keywords = [(k.arg, self.value(k.value)) for k in node.keywords]
        return self.apply(node.func, args, keywords, node.args)

    def _read_lambdas_now(self, node: ast.Call) -> Places:
        """A function without a name that is handed over may be called at once."""
        args = [self.value(arg) for arg in node.args]
        keywords = [(k.arg, self.value(k.value)) for k in node.keywords]
        if not self.later:
            self.effects.changes |= self.effects.later_changes
        return self.apply(node.func, args, keywords, node.args)

    def read_alone(self, node: ast.Call) -> None:
        """See whether a call is made for its effect alone, with plain arguments."""
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not all(is_plain(arg, self.names) for arg in given):
            return
        full = self.full_name(node.func)
        if full:
            last = full.rpartition(".")[2]
            self.effects.process |= setup_calls.sets_for_all(full, last, plain=True)
        elif isinstance(node.func, ast.Name):
            self.effects.plain_call = node.func.id

    def apply(
        self,
        func: ast.expr,
        args: list[Places],
        keywords: list[tuple[str | None, Places]],
        given: Sequence[ast.AST],
    ) -> Places:
        """Read a call of a function with what is given; give the places of what it returns."""
        full = self.full_name(func)
        last = func.attr if isinstance(func, ast.Attribute) else full.rpartition(".")[2]
        handed = tuple(place for some in (*args, *(ids for _, ids in keywords)) for place in some)
        held = self.value(func.value if isinstance(func, ast.Attribute) else func)
        files = self._files(full, last, func, given)
        if full:
            return self._library(full, last, held + handed) + files
        result = self.new_place()
        callee = held if not isinstance(func, ast.Attribute) else ()
        method = last if isinstance(func, ast.Attribute) else ""
        self.calls.append(
            DeferredCall(
                callee, method, [held, *args] if method else args, keywords, result, self.sink()
            )
        )
        if not method:
            return (result, *files)
        if last in ("mkdir", "makedirs"):
            self.mark(lasting=False)
        if last not in setup_calls.PURE_METHODS:
            self.change(held + handed)
        elif isinstance(func, ast.Attribute) and self.is_flat(func.value):
            return (result, *files)
        return (result, *held, *handed, *files)

    def _library(self, full: str, last: str, handed: Places) -> Places:
        """Read a call of a library's function, or of Python's own."""
        if setup_calls.sets_for_all(full, last, plain=False):
            self.mark(lasting=setup_calls.lasts(full, last))
        self.handed.append(handed)
        if full == f"builtins.{last}":
            if last in _LOOKS_AROUND:
                self.look_around()
            if last in setup_calls.PURE_BUILTINS:
                return ()
            if last not in _HOLDING:
                self.change(handed)
        elif not setup_calls.is_pure(full, last):
            self.change(handed)
        return handed

    def _files(self, full: str, last: str, func: ast.expr, given: Sequence[ast.AST]) -> Places:
        """Note which files a call reads or writes, as far as their names stand there."""
        if not setup_calls.touches_files(full, last, "r"):
            return ()
        texts = [text for part in (func, *given) for text in self._texts(part)]
        mode = next((text for text in texts if len(text) <= 3 and text.strip("rwaxbt+") == ""), "r")
        kind = setup_calls.touches_files(full, last, mode)
        files = tuple(f"file:{t.rpartition('/')[2]}" for t in texts if len(t) > 3 or "." in t)
        if kind == "reader":
            for name in (*files, "file:?") if files else ("file:*",):
                self.note_read(name)
            return ()
        written = (*(files or ("file:?",)), "file:*")
        (self.effects.later_writes if self.later else self.effects.changes).update(written)
        return files

    def _texts(self, node: ast.AST) -> list[str]:
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        if isinstance(node, ast.Name):
            return [self.names.texts[node.id]] if node.id in self.names.texts else []
        if isinstance(node, ast.Attribute | ast.Call):
            parts = [node.value] if isinstance(node, ast.Attribute) else [node.func, *node.args]
            return [text for part in parts for text in self._texts(part)]
        return []

    def read_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Places:
        """Read a definition: what it evaluates now, and its body for later."""
        arguments = node.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        for noted in (*(arg.annotation for arg in every), node.returns):
            if noted is not None:
                self.value(noted)
        place = self.bind(node.name, ())
        around = self.scopes[-1] if self.scopes else None
        known = self._read_later(arguments, node.body, place)
        self.functions.setdefault(place, []).append(known)
        if around is not None and around.kind == "class":
            self.methods.setdefault(node.name, []).append(known)
            self.join((f"{around.number}:", *known.positional[:1]), ())
        self._read_decorators(node.decorator_list, place)
        return ()

    def read_lambda(self, node: ast.Lambda) -> Places:
        """Read a function without a name."""
        place = self.new_place()
        known = self._read_later(node.args, [ast.Return(node.body)], place)
        self.functions[place] = [known]
        return (place,)

    def read_class(self, node: ast.ClassDef) -> Places:
        """Read a class: its body runs now, its methods later."""
        for part in (*node.bases, *(keyword.value for keyword in node.keywords)):
            self.change(self.value(part))  # it knows its subclasses, and may keep a list of them
        place = self.bind(node.name, ())
        self.count += 1
        number = self.count
        names, outer = bound_in(node.body)
        self.scopes.append(Scope(number, "class", names, outer, owner=place))
        self.read_body(node.body)
        self.scopes.pop()
        begins = self.functions.get(f"{number}:__init__", [Signature([], {}, [], "")])[-1]
        made = Signature(begins.positional[1:], begins.named, begins.rest, f"{number}:")
        self.functions.setdefault(place, []).append(made)
        self._read_decorators(node.decorator_list, place)
        return ()

    def _read_decorators(self, decorators: list[ast.expr], place: str) -> None:
        for decorator in reversed(decorators):
            if isinstance(decorator, ast.Call):
                self.value(decorator)
                self.join((place,), self.apply(decorator.func, [(place,)], [], ()))
            else:
                self.join((place,), self.apply(decorator, [(place,)], [], ()))

    def _read_later(self, given: ast.arguments, body: list[Any], place: str) -> Signature:
        held: Places = ()
        for default in (*given.defaults, *given.kw_defaults):
            if default is not None:
                held += self.value(default)
        self.count += 1
        number = self.count
        positional = [f"{number}:{arg.arg}" for arg in (*given.posonlyargs, *given.args)]
        named = {arg.arg: f"{number}:{arg.arg}" for arg in (*given.args, *given.kwonlyargs)}
        rest = [f"{number}:{arg.arg}" for arg in (given.vararg, given.kwarg) if arg is not None]
        names, outer = bound_in(body)
        own = {name.partition(":")[2] for name in (*positional, *named.values(), *rest)}
        if held:
            self.join((place, *positional, *named.values()), held)
        self.scopes.append(Scope(number, "function", names | own, outer))
        self.later += 1
        self.read_body(body)
        self.later -= 1
        self.scopes.pop()
        return Signature(positional, named, rest, f"{number}:return")
