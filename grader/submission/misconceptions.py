"""A mistake is named by what it answers to several questions, as no other does.

One wrong answer of a word or a number says little: one too small may come of counting from 0, or of
taking a tie for a failure. So whoever is wrong is asked a few questions more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.submission.assertions import assert_equal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Misconceptions"]


@dataclass(frozen=True)
class Misconceptions:
    """Questions, and by words for each known mistake what whoever makes it answers to them.

    A question is the tuple of a call's arguments.
    """

    questions: Sequence[tuple[Any, ...]]
    mistakes: Mapping[str, Sequence[Any]]

    def recognise(self, ask: Callable[..., Any]) -> str:
        """Name the mistake that answers every question as `ask` does; "" if there is none."""
        got = [ask(*map(_copied, question)) for question in self.questions]
        return next((words for words, wrong in self.mistakes.items() if [*wrong] == got), "")

    def assert_answer(
        self, ask: Callable[..., Any], question: tuple[Any, ...], expected: object, *, what: str
    ) -> None:
        """Hold `ask(*question)` to what is expected, and where it is another name the mistake."""
        __tracebackhide__ = True
        if ask(*question) == expected:
            return
        mistake = self.recognise(ask)
        got = ask(*question)  # again: a check shows its latest call
        assert got != expected, f"asked the same again, it answers {got!r}"
        assert_equal(got, expected, what=what, mistakes={mistake: got} if mistake else None)


def _copied(value: object) -> object:
    """Return a list of one's own, and anything else as it is."""
    return [*value] if isinstance(value, list) else value
