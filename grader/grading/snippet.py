"""A call as a few lines of Python that run beside the student's file, without this kit."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from grader.grading.values import as_array, hang
from grader.inside.frames import Handle
from grader.submission.calls import REMEMBERED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.submission.calls import Call

MOST_ENTRIES = 40
MOST_CHARACTERS = 1500


class InexpressibleError(Exception):
    """The value has no short source text: a model, or an array too large to write out."""


def render_snippet(
    module: str | None,
    public: str,
    export: str,
    arguments: Sequence[tuple[str, object]],
    keywords: Mapping[str, object],
) -> str | None:
    """Write the call as source, or None when it is no export's or an argument is long.

    `module` is the file to import from; a notebook has the function at hand. What was given to
    students is imported from the folder `public`, or if that is "" from where Python looks.
    """
    if not export.isidentifier():
        return None
    imports: set[str] = set()
    try:
        lines = [f"{name} = {_source(value, imports)}" for name, value in arguments]
        named = [f"{key}={_source(value, imports)}" for key, value in keywords.items()]
    except InexpressibleError:
        return None
    called = ", ".join([*(name for name, _ in arguments), *named])
    text = "\n".join(
        [*_head(imports, module, public, export), *lines, f"print({export}({called}))"]
    )
    return text if len(text) <= MOST_CHARACTERS else None


def render_life(module: str | None, public: str, calls: Sequence[Call]) -> str:
    """Write the calls of one object, from the one that made it to the last; `…` for what is long.

    `module` and `public` are as for `render_snippet`.
    """
    made, imports, lines = calls[0].export, set[str](), list[str]()
    name = f"{made.lower()}_" if made.islower() else made.lower()
    for call in calls:
        try:
            given = [_source(value, imports) for value in call.args]
            given += [f"{key}={_source(value, imports)}" for key, value in call.kwargs.items()]
        except InexpressibleError:
            given = ["…"]
        called = f"{call.export.removeprefix(f'{made}(…)')}({', '.join(given)})"
        lines.append(f"{name} = {called}" if call is calls[0] else f"{name}{called}")
    lines[-1] = f"print({lines[-1]})"
    if len(calls) > REMEMBERED:
        lines.insert(1, "# and what was called before this:")
    text = "\n".join([*_head(imports, module, public, made), *lines])
    return f"the last of these calls:\n{hang('  ', text)}"


def _head(imports: set[str], module: str | None, public: str, export: str) -> list[str]:
    """Write the imports of what is needed, of what students were given, and of an export."""
    given = [line for line in sorted(imports) if line.startswith("from ")]
    found = ["import sys", f"sys.path.append({public!r})"] if given and public else []
    own = [f"from {module} import {export}"] if module else []
    return [*sorted(imports - {*given}), *found, *given, *own]


def _source(value: object, imports: set[str]) -> str:
    if (array := as_array(value)) is not None:
        if array.size > MOST_ENTRIES:
            raise InexpressibleError
        library = "numpy" if array is value else "torch"
        imports.add(f"import {library}")
        make = "array" if library == "numpy" else "tensor"
        return f"{library}.{make}({_plain(array.tolist())}, dtype={library}.{array.dtype})"
    if isinstance(value, Handle):
        raise InexpressibleError
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        imports.add(f"from {kind.__module__.rpartition('.')[2]} import {kind.__name__}")
        fields = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value) if f.init)
        return f"{kind.__name__}({', '.join(f'{k}={_source(v, imports)}' for k, v in fields)})"
    if isinstance(value, (list, tuple)):
        parts = [_source(item, imports) for item in value[: MOST_ENTRIES + 1]]
        comma = "," if isinstance(value, tuple) and len(parts) == 1 else ""
        return (
            f"[{', '.join(parts)}]" if isinstance(value, list) else f"({', '.join(parts)}{comma})"
        )
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f'float("{value}")'
    if value is None or isinstance(value, (bool, int, str, complex)):
        return repr(value)
    raise InexpressibleError
