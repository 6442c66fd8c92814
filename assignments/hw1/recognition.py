"""A mistake is named by what it answers to several questions, as no other does.

One wrong answer says little: a depth that is one too small may come of counting from 0, or of
taking a tie for a failure. So whoever is wrong is asked a few questions more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader import assert_equal

Ask = Callable[..., Any]


@dataclass(frozen=True)
class Signs:
    """Questions, and by words for each known mistake the answers of whoever makes it."""

    questions: Sequence[tuple[Any, ...]]
    mistakes: Mapping[str, Sequence[Any]]

    def recognise(self, ask: Ask) -> str:
        """Name the mistake that answers every question as `ask` does; "" if there is none."""
        got = [ask(*map(copied, question)) for question in self.questions]
        return next((words for words, wrong in self.mistakes.items() if [*wrong] == got), "")

    def assert_answer(self, ask: Ask, question: tuple[Any, ...], answer: Any, what: str) -> None:
        """Hold `ask(*question)` to the answer, and where it is another look for the mistake."""
        if ask(*question) == answer:
            return
        mistake = self.recognise(ask)
        got = ask(*question)  # again: a check shows its latest call
        assert got != answer, f"asked the same again, it answers {got!r}"
        assert_equal(got, answer, what=what, mistakes={mistake: got} if mistake else None)


def copied(value: Any) -> Any:
    """Return a list of one's own, and anything else as it is."""
    return [*value] if isinstance(value, list) else value
