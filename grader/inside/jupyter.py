"""What Jupyter gives to every notebook, so that code which uses it runs: there, and harmless."""

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


def write_file(text: str) -> None:
    """Do what ``%%writefile`` at a cell's head asks for, where the working folder allows it."""
    text = text.lstrip("\n")
    found = _WRITES.match(text)
    if found is None:
        return
    path = os.path.expanduser(found[2].strip("\"'"))
    with contextlib.suppress(OSError), open(path, "a" if found[1] else "w") as file:
        file.write(text[found.end() :])
    importlib.invalidate_caches()


def _display(*shown: object, **_how: object) -> None:
    for one in shown:
        print(repr(one))  # noqa: T201 - that is what it is for


def _nothing(*_args: object, **_kwargs: object) -> None:
    return None
