"""Values as a person writes them: exact short numbers, aligned matrices, named surfaces.

What a submission returned is shown too, so everything is bounded and nothing is
asked of a value that could run code of its own.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.inside.frames import Handle
from grader.text import clean_ends

SMALL = 8
LONGEST_TEXT = 200
MOST_ITEMS = 12
DEEPEST = 4


def show(value: object, depth: int = 0) -> str:
    """Write a value; a matrix or a named value takes several lines."""
    if depth > DEEPEST:
        return "…"
    if (array := as_array(value)) is not None:
        return show_array(array)
    if value is None or isinstance(value, (str, bool, int, float, complex, Handle)):
        return _show_one(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _show_named(value, depth)
    if isinstance(value, (list, tuple, Mapping)):
        return _show_items(value, depth)
    return clean_ends(repr(value), LONGEST_TEXT)


def _show_one(value: str | complex | Handle | None) -> str:
    if isinstance(value, str):
        return clean_ends(repr(value[:LONGEST_TEXT]) + ("…" if len(value) > LONGEST_TEXT else ""))
    if isinstance(value, Handle):
        said = value.words or f"the {value.kind} that was returned before"
        return clean_ends(said, LONGEST_TEXT)
    return show_number(value)


def show_number(value: complex | None) -> str:
    """Write a number exactly where that is short: `2` for 2.0, else six digits."""
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value)) if value or math.copysign(1, value) > 0 else "-0"
        exact = repr(value)
        return exact if len(exact) <= SMALL else f"{value:.6g}"
    if isinstance(value, int) and value.bit_length() > 64:
        return f"a whole number of {value.bit_length()} bits"
    return repr(value)


def as_array(value: object) -> np.ndarray[Any, Any] | None:
    """Return the entries of a tensor or an array, or None of anything else."""
    if isinstance(value, np.ndarray):
        return value
    if type(value).__module__.partition(".")[0] != "torch" or not hasattr(value, "detach"):
        return None
    tensor: Any = value
    if str(tensor.dtype) == "torch.bfloat16":
        tensor = tensor.float()
    entries: np.ndarray[Any, Any] = tensor.detach().cpu().numpy()
    return entries


def show_array(array: np.ndarray[Any, Any]) -> str:
    """Write a small array in full, with the eigenvalues of a symmetric matrix; a big one's head."""
    kind = "" if array.dtype in (np.float64, np.int64, np.bool_) else f"  {array.dtype}"
    if array.ndim == 0:
        return show_number(array.item()) + kind
    if array.size == 0 or array.ndim > 2 or max(array.shape) > MOST_ITEMS:
        return _show_big(array) + kind
    if array.ndim == 1:
        return f"[{', '.join(map(show_number, array.tolist()))}]{kind}"
    if max(array.shape) > SMALL:
        return _show_big(array) + kind
    return _show_rows(array) + kind + _show_spectrum(array)


def _show_big(array: np.ndarray[Any, Any]) -> str:
    size = f"an array of shape {tuple(array.shape)}"
    head = ", ".join(map(show_number, array.reshape(-1)[:6].tolist()))
    return f"{size}, beginning {head}" if array.size else size


def _show_rows(array: np.ndarray[Any, Any]) -> str:
    rows = [[show_number(x) for x in row] for row in array.tolist()]
    width = max(len(x) for row in rows for x in row)
    lines = [", ".join(x.rjust(width) for x in row) for row in rows]
    return "[[" + "],\n [".join(lines) + "]]"


def _show_spectrum(array: np.ndarray[Any, Any]) -> str:
    square = array.shape[0] == array.shape[1] > 1 and array.dtype.kind == "f"
    if not square or not np.isfinite(array).all() or not np.array_equal(array, array.T):
        return ""
    largest = float(abs(array).max())
    spectrum = np.linalg.eigvalsh(array.astype(np.float64))
    rounded = [0.0 if abs(x) <= 1e-15 * largest else float(f"{x:.6g}") for x in spectrum]
    return f"\neigenvalues {', '.join(map(show_number, rounded))}"


def _show_named(value: Any, depth: int) -> str:  # noqa: ANN401 - any dataclass instance
    fields = [(f.name, getattr(value, f.name)) for f in dataclasses.fields(value) if f.repr]
    shown = [(name, show(part, depth + 1)) for name, part in fields]
    name = type(value).__name__
    if not any("\n" in text for _, text in shown):
        return f"{name}({', '.join(f'{key}={text}' for key, text in shown)})"
    return "\n".join([f"{name} with", *(hang(f"  {key} = ", text) for key, text in shown)])


def _show_items(value: Any, depth: int) -> str:  # noqa: ANN401 - a list, tuple or mapping
    if isinstance(value, Mapping):
        pairs = list(value.items())[:MOST_ITEMS]
        shown = [hang(f"{show(key, depth + 1)}: ", show(item, depth + 1)) for key, item in pairs]
        opening, closing = "{", "}"
    else:
        shown = [show(item, depth + 1) for item in value[:MOST_ITEMS]]
        opening, closing = "[]" if isinstance(value, list) else "()"
    if len(value) > MOST_ITEMS:
        shown.append(f"… {len(value)} in all")
    elif len(value) == 1 and opening == "(":
        shown[0] += ","
    if any("\n" in text for text in shown):
        return "\n".join([opening, *(hang("  ", text) for text in shown), closing])
    return f"{opening}{', '.join(shown)}{closing}"


def hang(label: str, text: str) -> str:
    """Put a label before a text whose further lines are indented as far."""
    return label + text.replace("\n", "\n" + " " * len(label))
