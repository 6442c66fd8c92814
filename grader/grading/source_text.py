"""Values as source text of Python, exactly."""

from __future__ import annotations

import dataclasses
import math

from grader.grading.values import as_array
from grader.inside.frames import Handle

MOST_ENTRIES = 40


class InexpressibleError(Exception):
    """What is to be written has no short source text: a model, an array with many entries."""


def write_source(value: object, imports: set[str]) -> str:
    """Write a value, and note what its text imports; raises InexpressibleError."""
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
        written = ", ".join(f"{key}={write_source(part, imports)}" for key, part in fields)
        return f"{kind.__name__}({written})"
    if isinstance(value, dict) and len(value) <= MOST_ENTRIES:
        pairs = (f"{_plain(key)}: {write_source(part, imports)}" for key, part in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, (list, tuple)) and len(value) <= MOST_ENTRIES:
        parts = [write_source(item, imports) for item in value]
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
