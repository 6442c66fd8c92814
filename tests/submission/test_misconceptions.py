"""One wrong word or number names no mistake: what is answered to several questions does."""

import pytest

from grader import Misconceptions

LENGTHS = Misconceptions(
    questions=(([3, 1, 2],), ([],), ([5],)),
    mistakes={
        "it counts from 0": (2, -1, 0),
        "it forgets the last, if there is one": (2, 0, 0),
        "it leaves an empty list out": (3, None, 1),
        "it says None of nothing": (3, None, 1),
    },
)


def from_zero(numbers):
    return len(numbers) - 1


def without_last(numbers):
    return len(numbers[:-1])


def none_of_nothing(numbers):
    return len(numbers) or None


def test_the_one_mistake_that_answers_all_alike_is_named():
    """Two that agree on the question that was lost are told apart by another."""
    assert LENGTHS.recognise(from_zero) == "it counts from 0"
    assert LENGTHS.recognise(without_last) == "it forgets the last, if there is one"
    with pytest.raises(AssertionError, match=r"^length: expected 3, got 2\nit counts from 0$"):
        LENGTHS.assert_answer(from_zero, ([3, 1, 2],), 3, what="length")


@pytest.mark.parametrize("ask", [len, none_of_nothing, lambda _: 7])
def test_nothing_is_named_that_could_be_another(ask):
    """Neither for who is right, nor where two mistakes answer alike, nor for one unheard of."""
    assert LENGTHS.recognise(ask) == ""
    if ask is not len:
        with pytest.raises(AssertionError, match=r"^length: expected 0, got \w+$"):
            LENGTHS.assert_answer(ask, ([],), 0, what="length")


def test_who_is_right_is_asked_no_more():
    """One question is one call."""
    asked = []
    LENGTHS.assert_answer(lambda _: asked.append(1) or 3, ([3, 1, 2],), 3, what="length")
    assert len(asked) == 1


def test_no_export_changes_the_questions_of_the_next():
    """A list is a copy of its own for each call."""
    LENGTHS.recognise(lambda numbers: numbers.clear() or 0)
    assert LENGTHS.questions == (([3, 1, 2],), ([],), ([5],))


def test_who_answers_rightly_the_second_time_is_told_so():
    """A check shows its latest call, which must be a wrong one."""
    answers = iter([2, 0, 0, 0, 3])
    with pytest.raises(AssertionError, match="asked the same again, it answers 3"):
        LENGTHS.assert_answer(lambda _: next(answers), ([3, 1, 2],), 3, what="length")
