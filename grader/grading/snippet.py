"""A call as a few lines of Python that run beside the student's file, without this kit."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from grader.grading.values import as_array
from grader.inside.frames import Handle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    given = [line for line in sorted(imports) if line.startswith("from ")]
    found = ["import sys", f"sys.path.append({public!r})"] if given and public else []
    own = [f"from {module} import {export}"] if module else []
    head = [*sorted(imports - {*given}), *found, *given, *own]
    text = "\n".join([*head, *lines, f"print({export}({called}))"])
    return text if len(text) <= MOST_CHARACTERS else None


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
