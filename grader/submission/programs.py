"""A submission that is a program: run with lines to read, compared by the lines that it prints."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from grader.submission.answers import describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.submission.client import Submission

_SHOWN = 8  # lines: two before the first that differs, and some after
_WIDTH = 100  # characters of a line


@dataclass(frozen=True)
class Output:
    """What a program wrote, and the code with which it ended: 0 if all was well."""

    stdout: str
    stderr: str = ""
    exit: int = 0

    @property
    def lines(self) -> list[str]:
        """The lines of `stdout`: no blanks at their ends, no empty lines at the end."""
        return _lines(self.stdout)


def run(submission: Submission, *, stdin: str = "", args: Sequence[str] = ()) -> Output:
    """Call the export `main` as a program: with `stdin` to read and `args` in `sys.argv`.

    Raises what calling an export raises; `sys.exit` is no exception, but the end of a program.
    """
    __tracebackhide__ = True
    main = getattr(submission, "main", None)
    if main is None:
        raise TypeError("run(submission) calls main: name it among the exports of the assignment")
    sent = main.run_as_program(str(stdin), [str(word) for word in args])
    match sent:
        case {"stdout": str(stdout), "stderr": str(stderr), "exit": int(code)}:
            return Output(stdout, stderr, code)
    raise AssertionError(f"expected what main printed, got {describe(sent)}")


def assert_lines(got: Output | str, expected: str | Sequence[str]) -> None:
    """Hold what was printed to the lines that are expected, and mark the first that differs.

    Blanks at the end of a line do not matter, nor do empty lines at the end.
    """
    __tracebackhide__ = True
    have = got.lines if isinstance(got, Output) else _lines(got)
    want = _lines(expected if isinstance(expected, str) else "\n".join(expected))
    if have != want:
        raise AssertionError("\n".join(_difference(have, want)))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _difference(have: list[str], want: list[str]) -> Iterator[str]:
    pairs = list(zip_longest(have, want))
    first = next(at for at, (one, other) in enumerate(pairs) if one != other)
    counts = "" if len(have) == len(want) else f" of {_count(want)} expected; {_count(have)} came"
    yield f"line {first + 1} differs{counts}"
    begin = max(0, first - 2)
    for at, (one, other) in enumerate(pairs[begin : begin + _SHOWN], begin):
        if one == other:
            yield f"    {_clip(str(one))}"
            continue
        yield f"  - {'(no line: ' + _count(want) + ' expected)' if other is None else _clip(other)}"
        yield f"  + {'(no line)' if one is None else _clip(one)}"
        if at == first and one is not None and other is not None:
            yield "    " + " " * min(_same(one, other), _WIDTH) + "^ here"
    if len(pairs) > begin + _SHOWN:
        yield f"    … and {len(pairs) - begin - _SHOWN} lines more"
    yield "(- is expected, + is what was printed)"


def _same(one: str, other: str) -> int:
    """Count the characters that two lines begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _count(lines: list[str]) -> str:
    return f"{len(lines)} line{'s' * (len(lines) != 1)}"


def _clip(line: str) -> str:
    return line if len(line) <= _WIDTH else line[:_WIDTH] + "…"
