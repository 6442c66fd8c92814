"""What a fresh run of the saved notebook would lack of the kernel that was asked.

A grade runs what is saved, from nothing and in its order. What that would have otherwise is found
by what the functions name, in the text of its cells, and nothing is run.
"""

from __future__ import annotations

import builtins
import dis
import inspect
import os
import re
import sys
import types
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.inside import statements
from grader.source.handin import MisuseError, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.practice.place import Place
    from grader.source.notebook import Cell

_GIVEN = {*vars(builtins), "In", "Out", "_", "__", "___", "display", "get_ipython"}
"""What a notebook has without defining it."""
_GLOBAL = {"LOAD_GLOBAL", "LOAD_NAME"}


def what_a_fresh_run_lacks(
    place: Place, functions: Mapping[str, Any], names: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what the saved notebook has otherwise than the kernel, whose `names` are all its own.

    `functions` are those of them that were asked.
    """
    if place.assignment.files:
        yield f"{place.name} are handed in together, and not what is in the kernel"
        return
    try:
        source = place.read()
    except MisuseError as problem:
        is_there = os.path.lexists(place.path)
        told = str(problem) if is_there else f"{place.name} is not saved here"
        yield f"{told}: only the kernel was asked"
        return
    if isinstance(source, Unreadable):
        yield f"{place.name} as it is saved cannot be read: {source.sentence}"
        return
    for name in functions:
        if name not in _bound(source.cells):
            yield f"{place.name} as it is saved defines no {name}: save it before you hand it in"
        elif _differs(functions[name], source.cells, names):
            yield f"{name} in the saved {place.name} is another than the kernel's"
    yield from _lacks_of_used(place, source.cells, functions, names)


def _lacks_of_used(
    place: Place, cells: tuple[Cell, ...], functions: Mapping[str, Any], names: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what is otherwise of all that the functions use."""
    saved, bound = place.name, _bound(cells)
    used = {one: name for name in functions for one in _used(functions[name], names)}
    files = dict[str, str]()
    for one, name in used.items():
        if one not in bound:
            yield f"{name} needs {one}, which {saved} as it is saved does not define"
        elif one not in functions and _differs(names[one], cells, names):
            yield f"{one}, which {name} needs, is another in the saved {saved} than in the kernel"
        if file := _file_beside(names[one], place.path.parent):
            files.setdefault(file, name)
    for file, name in files.items():
        yield f"{name} needs {file}, which lies beside {saved}: hand it in with it"


def _bound(cells: tuple[Cell, ...]) -> set[str]:
    return set(statements.names_in_text("\n".join(cell.text for cell in cells)))


def _differs(
    thing: Any,  # noqa: ANN401 - whatever a kernel has
    cells: tuple[Cell, ...],
    names: Mapping[str, Any],
) -> bool:
    """Whether a function's text, or that of a class's methods, is not what is defined last."""
    of_its_own = rf"^(?:async\s+)?(?:def|class)\s+{re.escape(_name(thing))}\b"
    defining = [cell.text for cell in cells if re.search(of_its_own, cell.text, re.MULTILINE)]
    text = defining[-1] if defining else "\n".join(cell.text for cell in cells)
    return any(_written(one) not in text for one in _functions_of(thing, names))


def _name(thing: Any) -> str:  # noqa: ANN401 - likewise
    return str(getattr(_unwrapped(thing), "__name__", ""))


def _written(function: types.FunctionType) -> str:
    with suppress(Exception):
        return inspect.getsource(function).strip()
    return ""


def _used(function: Any, names: Mapping[str, Any]) -> Iterator[str]:  # noqa: ANN401 - likewise
    """Yield the notebook's names that a function uses, by itself and by what it uses."""
    left, seen = [function], set[str]()
    while left:
        for name in [n for f in _functions_of(left.pop(), names) for n in _globals_in(f.__code__)]:
            if name in names and name not in seen | _GIVEN:
                seen.add(name)
                yield name
                left.append(names[name])


def _functions_of(
    thing: Any,  # noqa: ANN401 - likewise
    names: Mapping[str, Any],
) -> Iterator[types.FunctionType]:
    """Yield a function of the notebook itself, and of a class those that it defines."""
    for one in vars(thing).values() if inspect.isclass(thing) else (thing,):
        found = _unwrapped(one.fget if isinstance(one, property) else one)
        if isinstance(found, types.FunctionType) and found.__globals__ is names:
            yield found


def _unwrapped(thing: Any) -> Any:  # noqa: ANN401 - likewise
    with suppress(Exception):  # anything may be asked for its attributes, and raise
        return inspect.unwrap(thing)
    return thing


def _globals_in(code: types.CodeType) -> Iterator[str]:
    """Yield the global names in some code, and in what is defined in it."""
    yield from (one.argval for one in dis.get_instructions(code) if one.opname in _GLOBAL)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _globals_in(inner)


def _file_beside(thing: Any, folder: Path) -> str:  # noqa: ANN401 - likewise
    """Name the file in a folder that a module is, or that something comes from; or ""."""
    with suppress(Exception):
        module = thing if inspect.ismodule(thing) else sys.modules[thing.__module__]
        file = Path(str(module.__file__)).resolve()
        return file.name if file.parent == folder.resolve() else ""
    return ""
