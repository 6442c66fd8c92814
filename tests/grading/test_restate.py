"""What was held is asserted again of the last answer, and only where that would be true."""

import math

import numpy as np
import pytest
import torch

from grader import (
    as_array,
    as_number,
    as_tuple,
    as_word,
    assert_close,
    assert_equal,
)
from grader.grading.restate import Held, restate
from grader.grading.source_text import InexpressibleError
from grader.sandbox import Returned
from grader.submission.call import Call
from grader.submission.claims import ClaimError, Comparison, Raises, Unchanged

WORDS = ("saddle", "minimum")
MATRIX = np.arange(100.0).reshape(10, 10)


def call(answer, *args, export="f"):
    """A call that returned something."""
    return Call(export, args, {}, Returned(answer), 0.0)


def claim_of(hold, answer):
    """What an assertion claims of an answer that is wrong."""
    with pytest.raises(ClaimError) as raised:
        hold(answer)
    return raised.value.claim


def run(lines, imports, answer):
    """Run lines in which `f` returns an answer; what they end with."""
    space = {"f": lambda *_: answer}
    try:
        exec("\n".join([*sorted(imports), *lines]), space)
    except (AssertionError, TypeError, ValueError) as error:
        return type(error)
    return None


HELD = {
    "a number": (lambda a: assert_close(as_number(a), 2.0, rtol=1e-9), 3, (2, torch.tensor([2.0]))),
    "all entries": (lambda a: assert_close(a, [1.0, 2.0], rtol=0), [1.0, 3.0], ([1, 2],)),
    "entries of a tensor": (
        lambda a: assert_close(a, torch.eye(2), rtol=0, atol=1e-9),
        torch.zeros(2, 2),
        (torch.eye(2, requires_grad=True), torch.eye(2, dtype=torch.float64)),
    ),
    "the entry farthest off": (lambda a: assert_close(a, MATRIX, rtol=0), MATRIX.T, (MATRIX,)),
    "what was made of it": (
        lambda a: assert_close(sum(a), 3.0, rtol=0, of="got.sum()"),
        [1.0, 1.0],
        ([1.0, 2.0], torch.tensor([3.0])),
    ),
    "a shape": (lambda a: as_array(a, (2,)), [[1.0]], ([1, 2], torch.zeros(2))),
    "that it is an array": (as_array, "no", ([1.0],)),
    "that it is a number": (as_number, None, (1, 2.5, torch.tensor([2.5]), np.float64(3))),
    "one of some words": (lambda a: as_word(a, WORDS), "sadle", ("saddle",)),
    "parts": (lambda a: as_tuple(a, 2), (1, 2, 3), ((1, 2), [3, 4])),
    "one of its parts": (
        lambda a: assert_close(as_number(as_tuple(a, 2)[1]), 5.0, rtol=0),
        (5.0, 6.0),
        ((0.0, 5.0),),
    ),
    "a word": (lambda a: assert_equal(as_word(a, WORDS), "minimum"), "saddle", ("minimum",)),
    "nothing": (lambda a: assert_equal(a, None), 3, (None,)),
}
"""What is held, an answer that is wrong, and some that are right."""


@pytest.mark.parametrize("what", HELD)
def test_what_was_held_is_held_again(what):
    """The lines fail with the wrong answer, and with no right one in whatever form it comes."""
    hold, wrong, right = HELD[what]
    imports = set()
    lines = restate(Held(claim_of(hold, wrong), call(wrong)), "f()", (), imports)
    assert run(lines, imports, wrong) in {AssertionError, ValueError, TypeError}
    for answer in right:
        assert run(lines, imports, answer) is None


def test_a_comparison_is_held_again():
    """Whichever side the answer stands on."""
    lines = restate(Held(Comparison("==", 3, 4), call(4)), "f()", (), set())
    assert (run(lines, set(), 4), run(lines, set(), 3)) == (AssertionError, None)
    lines = restate(Held(Comparison("is not", None, None), call(None)), "f()", (), set())
    assert (run(lines, set(), None), run(lines, set(), 3)) == (AssertionError, None)


def test_an_exception_that_is_missing_is_missed_again():
    """It fails where none is raised, and where another is."""
    lines = restate(Held(Raises("ValueError"), call(3)), "f()", (), set())
    space = {}
    assert run(lines, set(), 3) is AssertionError
    exec("def f():\n    raise ValueError", space)
    exec("\n".join(lines), space)


@pytest.mark.parametrize(
    "spoil", ["x[0] = 9", "x.grad = x + 1", "y.append(1)", "x.requires_grad_()"]
)
def test_what_was_done_to_an_argument_is_seen_again(spoil):
    """Values, gradients, lists; and nothing where nothing is done."""
    lines = restate(Held(Unchanged(), call(None)), "f(x, y)", ("x", "y"), set())
    space = {"x": torch.zeros(2), "y": [1.0], "f": lambda x, y: exec(spoil, {"x": x, "y": y})}
    with pytest.raises(AssertionError, match="not as they were"):
        exec("\n".join(lines), space)
    exec("\n".join(lines), space | {"f": lambda *_: None})


EARLIER = call([1.0, 2.0], export="encode")
DEPENDS = {
    "an argument came out of an earlier call": Held(
        Comparison("==", 3, 4), call(3, [1.0, 2.0]), (EARLIER,)
    ),
    "a number did, of another function": Held(
        Comparison("==", 3, 4), call(3, 7), (call(7, export="encode"),)
    ),
    "what should have been a model did": Held(None, call(3, None), (call(None, export="train"),)),
    "what is expected did": Held(Comparison("==", 3, EARLIER.outcome.value), call(3), (EARLIER,)),
    "what was held is no part of the answer": Held(Comparison("==", 8, 4), call(3)),
    "two parts are alike": Held(
        claim_of(lambda a: assert_close(a, 2.0, rtol=0), np.float64(1.0)), call((1.0, 1.0))
    ),
    "what is expected is infinite": Held(
        claim_of(lambda a: assert_close(a, math.inf, rtol=0), 1.0), call(1.0)
    ),
    "there is no argument": Held(Unchanged(), call(3)),
    "the exception is of no built-in kind": Held(Raises("LinAlgError"), call(3)),
}


@pytest.mark.parametrize("why", DEPENDS)
def test_what_might_not_hold_of_a_right_answer_is_not_asserted(why):
    """Nor what cannot be written."""
    with pytest.raises(InexpressibleError):
        restate(DEPENDS[why], "f()", (), set())


def test_names_of_arguments_are_kept_free():
    """The answer has a name that no argument has."""
    lines = restate(Held(Comparison("==", 3, 4), call(3, 1)), "f(got)", ("got",), set())
    assert lines == ["got2 = f(got)", "assert got2 == 4, got2"]
