"""What Jupyter gives to every notebook, so that code which uses it runs: there, and harmless."""

import ast
import builtins
import contextlib
import importlib
import os
import re
from types import ModuleType
from typing import Any

_WRITES = re.compile(r"%%(?:writefile|file)[ \t]+(-a[ \t]+)?(\S+)[ \t]*\n")


class ZMQInteractiveShell:
    """What ``get_ipython()`` gives: it is one in name, and whatever is asked of it does nothing."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.user_ns = names

    def __getattr__(self, _name: str) -> Any:  # noqa: ANN401 - whatever is asked for
        return _nothing


ZMQInteractiveShell.__module__ = "ipykernel.zmqshell"  # as `str(get_ipython())` shows it


def give(module: ModuleType) -> None:
    """Give a notebook ``display``, ``get_ipython``, ``In``, ``Out`` and ``_``."""
    shell = ZMQInteractiveShell(module.__dict__)
    for name, value in {"display": _display, "get_ipython": lambda: shell}.items():
        setattr(builtins, name, value)
    module.__dict__.update(In=[""], Out={}, _="", __="", ___="")


class WriteFile(ast.Pass):
    """The statement that a cell with ``%%writefile`` at its head is: a step among the others."""

    def __init__(self, path: str, text: str, how: str) -> None:
        super().__init__(lineno=1, col_offset=0)
        self.path, self.text, self.how = path, text, how

    @property
    def module(self) -> str:
        """The name by which what is written may be imported, or its package may."""
        return os.path.normpath(self.path).removesuffix(".py").partition("/")[0]

    def write(self) -> None:
        """Write the file, where the working folder allows it; at home its folder is there."""
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(self.path) or ".", exist_ok=True)
            with open(self.path, self.how, encoding="utf-8") as file:
                file.write(self.text)
        importlib.invalidate_caches()


def file_of(text: str) -> WriteFile | None:
    """What a cell writes to a file, if that is what the magic at its head asks for."""
    text = text.lstrip("\n")
    found = _WRITES.match(text)
    if found is None:
        return None
    path, body = os.path.expanduser(found[2].strip("\"'")), text[found.end() :]
    return WriteFile(path, body.removesuffix("\n") + "\n", "a" if found[1] else "w")


def _display(*shown: object, **_how: object) -> None:
    for one in shown:
        print(repr(one))  # noqa: T201 - that is what it is for


def _nothing(*_args: object, **_kwargs: object) -> None:
    return None
