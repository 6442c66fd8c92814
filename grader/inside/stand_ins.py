"""Stand-ins for libraries that are not installed and whose results no answer can depend on.

A progress bar hands its iterable through; a plot, a picture or a log is an object that takes every
call and gives itself. Only whole libraries are stood in for, and only where Python finds none.
"""

import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, Self

NAMES = ("tqdm", "matplotlib", "seaborn", "tensorboard", "tensorboardX", "wandb")
_TENSORBOARD = "torch.utils.tensorboard"  # there without its library, and fails then
_PAIRS = {"subplots": 2, "hist": 3}  # what is taken apart at once


class StandIns:
    """Finds modules where nobody else does; ``used`` are the libraries that it stood in for."""

    def __init__(self) -> None:
        self.used: list[str] = []

    def install(self) -> None:
        """Have Python ask here first, since a library's own search may fail half-way."""
        sys.meta_path.insert(0, self)

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Give a spec for a library that is not there, and None for every other module."""
        library = "tensorboard" if name == _TENSORBOARD else name.partition(".")[0]
        if library not in NAMES:
            return None
        if library not in self.used:
            if importlib.machinery.PathFinder.find_spec(library) is not None:
                return None
            self.used.append(library)
        return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]  # as far as Python asks

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Make a module whose every name is there."""
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is run."""


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a stand-in for anything
        if name.startswith("__"):
            raise AttributeError(name)
        if self.__name__.startswith("tqdm"):
            return {"tqdm": Bar, "trange": _bar_of_range}.get(name, Bar)
        return Quiet(name)


class Quiet:
    """Takes every call, and gives itself."""

    def __init__(self, name: str = "") -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a stand-in for anything
        if name.startswith("__"):
            raise AttributeError(name)
        return Quiet(name)

    def __call__(  # noqa: D102 - as Python's own is called
        self, *_args: object, **_named: object
    ) -> Any:  # noqa: ANN401 - a stand-in for anything
        count = _PAIRS.get(self._name)
        return tuple(Quiet() for _ in range(count)) if count else self

    def __getitem__(self, _key: object) -> "Quiet":
        return self

    def __setitem__(self, _key: object, _value: object) -> None:
        pass

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass


class Bar(Quiet):
    """A progress bar that shows nothing and hands its iterable through."""

    def __init__(self, iterable: Any = (), *_args: object, **_named: object) -> None:  # noqa: ANN401 - whatever is iterated
        super().__init__()
        self._iterable = iterable

    def __iter__(self) -> Iterator[object]:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(self._iterable)


def _bar_of_range(*numbers: int, **_named: object) -> Bar:
    return Bar(range(*numbers))
