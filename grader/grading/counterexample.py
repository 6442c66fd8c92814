"""The input on which a check was lost, and how the answer differed from the right one."""

from __future__ import annotations

import ast
import linecache
import math
import shlex
from typing import TYPE_CHECKING

from grader.grading.snippet import LONGEST, render_life, render_snippet
from grader.grading.values import hang, show
from grader.inside.frames import Handle
from grader.submission.answers import describe
from grader.submission.claims import ClaimError
from grader.text import clean_ends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType

    from grader.assignment.suite import Suite
    from grader.grading.restate import Held
    from grader.submission.call import Call
    from grader.submission.claims import Claim, Comparison

_BOUNDS = {"<=": "at most", "<": "less than", ">=": "at least", ">": "more than"}


def render_call(
    export: str,
    args: Sequence[object],
    kwargs: Mapping[str, object],
    names: Sequence[str],
    module: str | None,
    public: str = "",
    held: Held | None = None,
) -> str:
    """Write a call with its arguments, and as source where that is short.

    `module`, `public` and `held` are as for `render_snippet`.
    """
    known = [name if name.isidentifier() else f"argument_{i}" for i, name in enumerate(names, 1)]
    known += [f"argument_{i}" for i in range(len(known) + 1, len(args) + 1)]
    if len(set(known)) < len(known):
        known = [f"argument_{i}" for i in range(1, len(known) + 1)]
    arguments = list(zip(known, args, strict=False))
    called = ", ".join([*(name for name, _ in arguments), *(f"{key}={key}" for key in kwargs)])
    everything = [*arguments, *kwargs.items()]
    width = max((len(name) for name, _ in everything), default=0)
    lines = [f"{export}({called})" + (" with" if everything else "")]
    lines += [hang(f"  {name.ljust(width)} = ", show(value)) for name, value in everything]
    snippet = render_snippet(module, public, export, arguments, kwargs, held)
    if snippet and everything:
        lines += ["", snippet]
    return clean_ends("\n".join(lines), LONGEST)


def render_program(call: Call) -> str:
    """Write what a program was started with, and what it was given to read."""
    stdin, args = str(call.kwargs.get("stdin", "")), call.kwargs.get("args") or []
    words = " ".join(shlex.quote(str(word)) for word in args) if isinstance(args, list) else ""
    lines = [f"{call.export}()" + (f", started with the words  {words}" if words else "")]
    lines += ["  was given to read:", hang("    ", stdin.rstrip("\n"))] if stdin else []
    return clean_ends("\n".join(lines), LONGEST)


def render_calls(calls: Sequence[Call], module_of: Callable[[str], str | None], public: str) -> str:
    """Write the calls of an object, and of others meanwhile, the last of which lost the check."""
    return clean_ends(render_life(module_of, public, calls), LONGEST)


def describe_failure(
    error: BaseException, compared: Comparison | None, suite: Suite, answer: object
) -> str:
    """Say what a check wanted: expected and got, its own sentence, or its condition."""
    path, line = place_of(error)
    statement = suite.find_assert(path, line)
    failed = statement if _is_raised_in_sight(error) else None
    if written := _written(str(error), failed):
        return clean_ends(written)
    if compared is not None and failed is not None and _is_comparison(failed.test):
        return clean_ends(describe_comparison(compared, answer))
    return clean_ends(f"this must hold: {_source(path, line, statement)}")


def find_claim(error: BaseException, compared: Comparison | None, suite: Suite) -> Claim | None:
    """Return what was claimed of an answer: by an assertion of ours, or by a bare comparison."""
    if isinstance(error, ClaimError):
        return error.claim
    statement = suite.find_assert(*place_of(error))
    if statement is None or statement.msg is not None or not _is_raised_in_sight(error):
        return None
    is_one = isinstance(statement.test, ast.Compare) and len(statement.test.ops) == 1
    return compared if is_one else None


def describe_comparison(compared: Comparison, answer: object) -> str:
    """Say expected and got; the side that is the submission's answer is what was got."""
    op, got, expected = compared.op, compared.left, compared.right
    if expected is answer and got is not answer and op in ("==", "is", "!="):
        got, expected = expected, got
    left, right = describe(got) if isinstance(got, Handle) else show(got), show(expected)
    if left == right and op in ("==", "is"):
        left, right = (_exactly(x, y) for x, y in ((got, left), (expected, right)))
    if op in _BOUNDS:
        return hang(f"expected {_BOUNDS[op]} ", right) + "\n" + hang("got ", left)
    if op in ("in", "not in"):
        word = "one of" if op == "in" else "none of"
        return hang(f"expected {word} ", right) + "\n" + hang("got ", left)
    if op in ("!=", "is not"):
        return hang("expected anything but ", right) + "\n" + hang("got ", left)
    return "\n".join([hang("expected ", right), hang("got ", left), *_distance(got, expected)])


def _exactly(value: object, shown: str) -> str:
    kind = type(value).__name__
    return repr(value) if isinstance(value, float) else f"{shown} ({kind})"


def _distance(got: object, expected: object) -> list[str]:
    numbers = (int, float)
    if isinstance(got, bool) or isinstance(expected, bool):
        return []
    if not isinstance(got, numbers) or not isinstance(expected, numbers):
        return []
    if float not in (type(got), type(expected)):
        return []
    try:
        gap = abs(got - expected)
    except OverflowError:
        return []
    return [] if math.isnan(gap) else [f"off by {gap:.3g}"]


def _written(text: str, failed: ast.Assert | None) -> str:
    """What the suite wrote of an assertion's text; pytest adds to that of a statement that failed.

    The words may hold an answer of the submission's, and so may read like pytest's own.
    """
    if failed is None:
        return text.strip()
    if failed.msg is None:
        return ""
    written, added, rest = text.rpartition("\nassert ")
    return (written if added else rest).strip()


def _is_comparison(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp):
        return all(_is_comparison(value) for value in test.values)
    return isinstance(test, ast.Compare)


def place_of(error: BaseException) -> tuple[str, int]:
    """Where an exception was raised: the innermost frame that does not ask to be hidden."""
    seen = [trace for trace in traces(error) if not _is_hidden(trace)]
    return (seen[-1].tb_frame.f_code.co_filename, seen[-1].tb_lineno) if seen else ("", 0)


def _is_raised_in_sight(error: BaseException) -> bool:
    """Whether the innermost frame is one that does not ask to be hidden."""
    *_, last = (None, *traces(error))
    return last is not None and not _is_hidden(last)


def traces(error: BaseException) -> Iterator[TracebackType]:
    """Yield the frames that an exception went through, the innermost last."""
    trace = error.__traceback__
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _is_hidden(trace: TracebackType) -> bool:
    return trace.tb_frame.f_locals.get("__tracebackhide__", False) is True


def _source(path: str, line: int, statement: ast.Assert | None) -> str:
    if statement is not None:
        return ast.unparse(statement.test)
    return linecache.getline(path, line).strip().removeprefix("assert ") or "the check's condition"
