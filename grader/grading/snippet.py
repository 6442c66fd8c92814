"""A call as a few lines of Python that run beside the student's file, without this kit."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from grader.grade.result import SEE_IT_FAIL
from grader.grading.restate import restate
from grader.grading.source_text import InexpressibleError, write_source
from grader.grading.values import hang
from grader.submission.calls import REMEMBERED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.grading.restate import Held
    from grader.submission.calls import Call

MOST_CHARACTERS = 2000


def render_snippet(
    module: str | None,
    public: str,
    export: str,
    arguments: Sequence[tuple[str, object]],
    keywords: Mapping[str, object],
    held: Held | None = None,
) -> str | None:
    """Write the call as source under a heading, or None when it is no export's or an argument long.

    `module` is the file to import from; a notebook has the function at hand. What was given to
    students is imported from the folder `public`, or if that is "" from where Python looks. What
    was `held` is asserted where that can be written; else the answer is printed.
    """
    if not export.isidentifier():
        return None
    imports: set[str] = set()
    try:
        lines = [f"{name} = {write_source(value, imports)}" for name, value in arguments]
        named = [f"{key}={write_source(value, imports)}" for key, value in keywords.items()]
    except InexpressibleError:
        return None
    names = [name for name, _ in arguments]
    called = f"{export}({', '.join([*names, *named])})"
    if held is not None:
        needed = {*imports}
        with suppress(InexpressibleError):
            ends = restate(held, called, names, needed)
            text = "\n".join([*_head(needed, module, public, export), *lines, *ends])
            if len(text) <= MOST_CHARACTERS:
                return f"{SEE_IT_FAIL}\n{hang('  ', text)}"
    text = "\n".join([*_head(imports, module, public, export), *lines, f"print({called})"])
    return f"to try it:\n{hang('  ', text)}" if len(text) <= MOST_CHARACTERS else None


def render_life(module: str | None, public: str, calls: Sequence[Call]) -> str:
    """Write the calls of objects, from those that made them to the last; `…` for what is long.

    `module` and `public` are as for `render_snippet`.
    """
    made, imports, lines = calls[0].export, set[str](), list[str]()
    name = f"{made.lower()}_" if made.islower() else made.lower()
    names: dict[int | None, str] = {}
    for call in calls:
        try:
            given = [write_source(value, imports) for value in call.args]
            given += [f"{key}={write_source(value, imports)}" for key, value in call.kwargs.items()]
        except InexpressibleError:
            given = ["…"]
        called = f"{call.export.removeprefix(f'{made}(…)')}({', '.join(given)})"
        is_new = call.of not in names
        own = names.setdefault(call.of, f"{name}{len(names) + 1}" if names else name)
        lines.append(f"{own} = {called}" if is_new else f"{own}{called}")
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
