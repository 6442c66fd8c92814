"""A submission of several files: its modules import one another, and an export is any one's.

The first file is run as a submission of one file is. The others are imported by it as they are
where the student works; those that are not are imported after it, in order, until every export is
found. A name that two files define is the earlier one's.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import decode_source, spec_from_loader
from types import ModuleType
from typing import Any

from .traceback_text import register


class HandedIn(MetaPathFinder, Loader):
    """Finds the modules that were handed in, in the working folder, before all others."""

    def __init__(self, names: Sequence[str], folder: str) -> None:
        self.names, self.folder = frozenset(names), folder

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:  # noqa: ANN401 - as importlib has it
        """Tell Python that a module is here."""
        return spec_from_loader(name, self, origin=f"{name}.py") if name in self.names else None

    def exec_module(self, module: ModuleType) -> None:
        """Run a module, whose file is named in tracebacks as the student knows it."""
        name = f"{module.__name__}.py"
        module.__file__ = name
        with open(os.path.join(self.folder, name), "rb") as file:
            text = decode_source(file.read())
        register(name, text)
        exec(compile(text, name, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - running it is the job


def name_for(name: str, path: list[str]) -> str:
    """Name the module of a submission's first file after it, unless another has that name."""
    stem = name.rpartition(".")[0].replace(".", "_")
    public = any(os.path.exists(f"{folder}/{stem}.py") for folder in path)
    taken = public or stem in sys.stdlib_module_names or stem in sys.modules
    return "submission" if taken or not stem else stem


def make_importable(names: Sequence[str]) -> None:
    """Have modules of these names imported from the working folder."""
    if names:
        sys.meta_path.insert(0, HandedIn(names, os.getcwd()))


def find_exports(
    module: ModuleType, exports: Sequence[str], names: Sequence[str], run: Callable[[str], None]
) -> dict[str, str]:
    """Name the module that each export is in which the first lacks; ``run`` imports one by name."""
    taken: dict[str, str] = {}
    for name in names:
        lacking = [one for one in exports if one not in taken and not _holds(module, one)]
        if not lacking:
            break
        run(name)
        taken |= {one: name for one in lacking if _holds(sys.modules.get(name), one)}
    return taken


def joined(module: ModuleType, taken: Mapping[str, str]) -> ModuleType:
    """Return a module with the names of the first, and the exports that are in others."""
    if not taken:
        return module
    whole = ModuleType(module.__name__)
    whole.__dict__.update(module.__dict__)
    whole.__dict__.update({one: getattr(sys.modules[name], one) for one, name in taken.items()})
    return whole


def _holds(module: ModuleType | None, name: str) -> bool:
    return module is not None and callable(module.__dict__.get(name))
