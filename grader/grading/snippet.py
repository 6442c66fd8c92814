"""A call as a few lines of Python that run beside the student's file, without this kit."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain, count
from keyword import iskeyword
from typing import TYPE_CHECKING

from grader.grade.result import SEE_IT_FAIL
from grader.grading.restate import restate
from grader.grading.source_text import InexpressibleError, write_source
from grader.grading.values import hang, show
from grader.inside.frames import Handle
from grader.submission.answers import describe
from grader.submission.lives import REMEMBERED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from grader.grading.restate import Held
    from grader.submission.call import Call

LONGEST = 6000
MOST_CHARACTERS = 2000
_RUNS = "the last of these calls:"
_RUNS_NOT = "the last of these calls, which do not run as they stand: what is in <> is no code"


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
            text = "\n".join([*_head(needed, {export: module}, public), *lines, *ends])
            if len(text) <= MOST_CHARACTERS:
                return f"{SEE_IT_FAIL}\n{hang('  ', text)}"
    text = "\n".join([*_head(imports, {export: module}, public), *lines, f"print({called})"])
    return f"to try it:\n{hang('  ', text)}" if len(text) <= MOST_CHARACTERS else None


def render_life(module_of: Callable[[str], str | None], public: str, calls: Sequence[Call]) -> str:
    """Write the calls of objects, from those that made them to the last, as lines that run.

    Where some value has no source text, or all is long, it is told in words. `module_of` an export
    is what it is imported from; that and `public` are as for `render_snippet`.
    """
    imports: set[str] = set()
    made = {call.export: module_of(call.export) for call in calls if not call.before}
    with suppress(InexpressibleError):
        *lines, last = _write_life(
            calls, lambda value, names: write_source(value, imports, names, MOST_CHARACTERS)
        )
        text = "\n".join([*_head(imports, made, public), *lines, f"print({last})"])
        told = f"{_RUNS}\n{hang('  ', text)}"
        if all(map(str.isidentifier, made)) and len(told) <= LONGEST:
            return told
    text = "\n".join(_write_life(calls, _say))
    return f"{_RUNS_NOT}\n{hang('  ', text)}"


def _write_life(
    calls: Sequence[Call], write: Callable[[object, Mapping[int, str]], str]
) -> Iterator[str]:
    """Write each call in a line, its arguments by `write`, which is told the names of objects."""
    exports = {call.export for call in calls}
    names: dict[int, str] = {}
    made_by: dict[int, str] = {}
    for call in calls:
        given = [write(value, names) for value in call.args]
        given += [f"{key}={write(value, names)}" for key, value in call.kwargs.items()]
        arguments, of = ", ".join(given), call.of
        assert of is not None
        if of in names:
            yield f"{names[of]}{call.export.removeprefix(f'{made_by[of]}(…)')}({arguments})"
            continue
        names[of], made_by[of] = _new_name(call.export, {*exports, *names.values()}), call.export
        yield f"{names[of]} = {call.export}({arguments})"
        if len(calls) > REMEMBERED and len(names) == 1:
            yield "# and what was called before this:"


def _new_name(export: str, taken: Collection[str]) -> str:
    """Return a name for what an export made, which nothing else has."""
    made = export.rpartition(".")[2]
    name = made.lower()
    if name == made or iskeyword(name):
        name += "_"
    names = chain([name], (f"{name}{number}" for number in count(2)))
    return next(one for one in names if one not in taken)


def _say(value: object, names: Mapping[int, str]) -> str:
    """Write a value, or say in <> what it is."""
    try:
        return write_source(value, set(), names)
    except InexpressibleError:
        return f"<{show(value) if isinstance(value, Handle) else describe(value)}>"


def _head(imports: set[str], exports: Mapping[str, str | None], public: str) -> list[str]:
    """Write the imports of what is needed, of what students were given, and of exports."""
    given = [line for line in sorted(imports) if line.startswith("from ")]
    found = ["import sys", f"sys.path.append({public!r})"] if given and public else []
    own = [f"from {module} import {export}" for export, module in exports.items() if module]
    return [*sorted(imports - {*given}), *found, *given, *own]
