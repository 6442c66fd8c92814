"""The modules of a submission import one another; of several files an export is any one's.

The first file is run as a submission of one file is. The others are imported by it as they are
where the student works; those that are not are imported after it, in order, until every export is
found. A name that two files define is the earlier one's.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import decode_source, spec_from_loader
from types import CodeType, ModuleType
from typing import Any

from . import jupyter
from .traceback_text import register


class HandedIn(MetaPathFinder, Loader):
    """Finds the modules that lie in the working folder, before all others.

    Those with these ``names``, which were asked for; and any other but those with the name of a
    module of Python's own, of one that the assignment gives, or of one that is imported already.
    """

    def __init__(self, names: Sequence[str], folder: str, given: Sequence[str]) -> None:
        self.names, self.folder = frozenset(names), folder
        self.others = sys.stdlib_module_names | {*sys.modules, *_modules_in(*given)}

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:  # noqa: ANN401 - as importlib has it
        """Tell Python that a module is here."""
        # By the names that are written there: macOS and Windows find a file by other letters too.
        here = name in self.names or (name not in self.others and name in _modules_in(self.folder))
        return spec_from_loader(name, self, origin=f"{name}.py") if here else None

    def exec_module(self, module: ModuleType) -> None:
        """Run a module, whose file is named in tracebacks as the student knows it."""
        module.__file__ = self._path(module.__name__)
        exec(self.get_code(module.__name__), module.__dict__)  # noqa: S102 - running it is the job

    def get_code(self, name: str) -> CodeType:
        """Compile a module; this is what `runpy` asks for, too."""
        with open(self._path(name), "rb") as file:
            data = file.read()
        with contextlib.suppress(SyntaxError, UnicodeError):  # the compiler tells them by the line
            register(f"{name}.py", decode_source(data))
        return compile(data, f"{name}.py", "exec", dont_inherit=True)

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, f"{name}.py")


def name_for(name: str, path: list[str]) -> str:
    """Name the module of a submission's first file after it, unless another has that name."""
    stem = name.rpartition(".")[0].replace(".", "_")
    taken = stem in _modules_in(*path) or stem in sys.stdlib_module_names or stem in sys.modules
    return "submission" if taken or not stem else stem


def first_module(name: str, kind: str) -> ModuleType:
    """Make the module in which a submission's first file runs; a notebook's is `__main__`."""
    if kind != "ipynb":
        module = ModuleType(name)
        sys.modules.setdefault(name, module)
        return module
    module = sys.modules["__main__"] = ModuleType("__main__")  # where a pickled class is looked up
    sys.path.append("")  # as in Jupyter, where imports follow %cd
    jupyter.give(module)
    return module


def make_importable(names: Sequence[str], given: Sequence[str]) -> None:
    """Have modules of these names, and others, imported from the working folder.

    ``given`` are the folders of modules that the assignment gives.
    """
    folder = os.getcwd()
    sys.meta_path.insert(0, HandedIn(names, folder, given))
    sys.path += [*given, folder]


def _modules_in(*folders: str) -> set[str]:
    """Names of the modules that lie in some folders."""
    held = (name for folder in folders if os.path.isdir(folder) for name in os.listdir(folder))
    return {name.removesuffix(".py") for name in held if name.endswith(".py")}


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
