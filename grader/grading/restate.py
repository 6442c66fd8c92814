"""What a check held an answer to, in lines of Python that fail as the check did.

They are written only where they would hold of a right answer as well: where what was held is the
answer of the last call or a part of it, and nothing that was given or expected came out of an
earlier one.
"""

from __future__ import annotations

import builtins
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.grading.source_text import MOST_ENTRIES, InexpressibleError, write_source
from grader.grading.values import as_array
from grader.inside.arrays import is_tensor
from grader.sandbox import Returned
from grader.submission.answers import only_entry, shape_of, to_array
from grader.submission.claims import (
    Close,
    Comparison,
    OneOf,
    Parts,
    Raises,
    Real,
    Shaped,
    Unchanged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.submission.call import Call
    from grader.submission.claims import Claim

_INTERNED = 256  # a whole number up to this is one object, wherever it came from
_UNCHANGED = """\
import pickle
def now():
    return pickle.dumps([(x, getattr(x, "grad", None)) for x in ({arguments},)])
before = now()
{call}
assert now() == before, "the arguments are not as they were\""""
_RAISES = """\
try:
    {got} = {call}
except {error}:
    pass
else:
    raise AssertionError(f"expected {error}, got {{{got}}}")"""


@dataclass(frozen=True, slots=True)
class Held:
    """A claim that was false, the call that lost it, and those `earlier` of the same input.

    There is no claim where the call itself failed: it raised, or never came back.
    """

    claim: Claim | None
    call: Call
    earlier: Sequence[Call] = ()


def restate(held: Held, called: str, names: Sequence[str], imports: set[str]) -> list[str]:
    """Write lines that make the call, `called`, and assert what was held; note what they import.

    `names` are what its arguments are called there. Raises InexpressibleError where that cannot be
    written, or might not hold of a right answer.
    """
    got = next(name for name in map("got{}".format, ["", *range(2, 99)]) if name not in names)
    arguments = (*held.call.args, *held.call.kwargs.values())
    if any(_is_of(value, call, held.call.export) for value in arguments for call in held.earlier):
        raise InexpressibleError
    match held.claim:
        case None:
            return [called]
        case Unchanged() if names:
            return _UNCHANGED.format(arguments=", ".join(names), call=called).splitlines()
        case Raises(error) if hasattr(builtins, error):
            return _RAISES.format(got=got, call=called, error=error).splitlines()
        case Unchanged() | Raises():
            raise InexpressibleError
        case Close(of=of) as close if of:
            imports.add("import torch")
            answer = f"torch.as_tensor({got}, dtype=torch.float64)"
            lines = _close(close, re.sub(r"\bgot\b", answer, of).format(*names), imports)
        case Close(got=value) as close:
            lines = _close(close, _place(held, value, got), imports)
        case Comparison() as comparison:
            lines = [_compare(held, comparison, got, imports)]
        case claim:
            lines = [_hold(claim, _place(held, claim.got, got), imports)]
    return [f"{got} = {called}", *lines]


def _hold(claim: Shaped | Real | OneOf | Parts, place: str, imports: set[str]) -> str:
    """Write that an answer is of a kind."""
    match claim:
        case Shaped(got=value, shape=shape):
            imports.add("import numpy")
            if shape is None or shape_of(value) == shape:
                return f"numpy.asarray({place}, dtype=float)"
            return f"assert numpy.shape({place}) == {shape}, {place}"
        case Real():
            number = f'getattr({place}, "item", lambda: {place})()'
            return f"assert type({number}) in (int, float), {place}"
        case OneOf(allowed=allowed):
            return f"assert {place} in {write_source(tuple(allowed), imports)}, {place}"
        case Parts(n=n):
            return f"assert isinstance({place}, (tuple, list)) and len({place}) == {n}, {place}"


def _close(close: Close, place: str, imports: set[str]) -> list[str]:
    """Write that an answer is close: the number, all entries, or of many the one farthest off."""
    want = close.expected
    if not np.isfinite(want).all():
        raise InexpressibleError
    if want.ndim == 0:
        return [_near(f"float({place})", float(want), close)]
    is_torch = "import torch" in imports or is_tensor(type(close.got))
    library, double = ("torch", "torch.float64") if is_torch else ("numpy", "float")
    imports.add(f"import {library}")
    same = f"{library}.as{'_tensor' if is_torch else 'array'}({place}, dtype={double})"
    if want.size > MOST_ENTRIES:
        at = ", ".join(str(int(i)) for i in np.unravel_index(close.worst, want.shape))
        return [_near(f"float({same}[{at}])", float(want.reshape(-1)[close.worst]), close)]
    make, hold, strictly = (
        ("tensor", "assert_close", "")
        if is_torch
        else ("array", "assert_allclose", ", strict=True")
    )
    bounds = f"rtol={float(close.rtol)!r}, atol={float(close.atol)!r}{strictly}"
    return [
        f"expected = {library}.{make}({write_source(want.tolist(), imports)}, dtype={double})",
        f"{library}.testing.{hold}({same}, expected, {bounds})",
    ]


def _near(place: str, expected: float, close: Close) -> str:
    bound = close.atol + close.rtol * abs(expected)
    said = f'f"expected {expected!r}, got {{{place}}}"'
    return f"assert abs({place} - {expected!r}) <= {bound!r}, {said}"


def _compare(held: Held, comparison: Comparison, got: str, imports: set[str]) -> str:
    """Write `answer op value`, where the one side is the answer and the other is not."""
    op, left, right = comparison.op, comparison.left, comparison.right
    answer = _answer(held.call)
    if right is answer and left is not answer and op in ("==", "is", "!="):
        left, right = right, left
    if isinstance(left, bool) != isinstance(right, bool):  # Python takes True for 1
        raise InexpressibleError
    is_telling = not isinstance(right, int) or abs(right) > _INTERNED
    if as_array(right) is not None or (
        is_telling and any(right is _answer(call) for call in held.earlier)
    ):
        raise InexpressibleError
    place = _place(held, left, got)
    return f"assert {place} {op} {write_source(right, imports)}, {place}"


def _answer(call: Call) -> object:
    return call.outcome.value if isinstance(call.outcome, Returned) else call


def _place(held: Held, value: object, got: str) -> str:
    """Write where in the last call's answer a value is: the thing itself, or its only equal."""
    if not isinstance(held.call.outcome, Returned):
        raise InexpressibleError
    parts = list(_parts(got, held.call.outcome.value))
    selves = [place for place, part in parts if part is value]
    found = selves or [place for place, part in parts if _is_equal(part, value)]
    if len(found) != 1:
        raise InexpressibleError
    return found[0]


def _parts(name: str, answer: object) -> Iterator[tuple[str, object]]:
    """Yield an answer and what lies in it, if it is a short tuple or list, each with its place."""
    yield name, answer
    if isinstance(answer, (tuple, list)) and len(answer) <= MOST_ENTRIES:
        for number, part in enumerate(answer):
            yield f"{name}[{number}]", part


def _is_of(value: object, earlier: Call, export: str) -> bool:
    """Whether a value came out of an earlier call: what it returned, or what equals that.

    Many numbers are equal by chance, above all those that one function returns; so is None.
    """
    if not isinstance(earlier.outcome, Returned):
        return False
    answer = earlier.outcome.value
    if value is None or isinstance(value, (bool, int, float)):
        return earlier.export != export and (answer is value or _is_equal(answer, value))
    return any(part is value or _is_equal(part, value) for _, part in _parts("", answer))


def _is_equal(part: object, value: object) -> bool:
    """Whether a part of an answer is a value, or has become it by conversion."""
    if isinstance(value, str) or isinstance(part, str):
        return isinstance(part, str) and isinstance(value, str) and part == value
    if isinstance(value, (int, float)):
        number = only_entry(part)
        return type(number) in (int, float) and (number == value or _are_nan(number, value))
    if shape_of(value) is None or shape_of(part) != shape_of(value):
        return False
    one, other = to_array(part), to_array(value)
    return one is not None and other is not None and np.array_equal(one, other, equal_nan=True)


def _are_nan(one: float, other: float) -> bool:
    return math.isnan(one) and math.isnan(other)
