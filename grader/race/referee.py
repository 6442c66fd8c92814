"""Holds every answer of a race to its workload's check, and knows whose fault it is to fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.race import messages
from grader.race.errors import RaceError
from grader.race.lap import Unusable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.race.lap import Run
    from grader.race.workload import Arguments, Workload

__all__ = ["Referee"]


class Referee:
    """Checks the answers of one race; `last` is the question and the answer that it looked at."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self.last: tuple[Arguments, Any] | None = None

    def check_reference(self, questions: Sequence[Arguments], run: Run) -> None:
        """Check the reference's answers; raises RaceError, whatever is wrong."""
        try:
            self._check(questions, run, run)
        except Exception as error:
            raise RaceError(messages.reference_wrong(_words_of(error))) from error

    def check(self, questions: Sequence[Arguments], run: Run, expected: Run) -> None:
        """Check a submission's answers where the reference's have passed; raises AssertionError.

        So an answer with which the check itself cannot work is a wrong one, and so is one that
        broke what the workload does before or after the call.
        """
        try:
            self._check(questions, run, expected)
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError(messages.unusable(error)) from error

    def check_again(self, questions: Sequence[Arguments], run: Run, earlier: Run) -> None:
        """Hold what a question got now to what it got before, as if that were the truth."""
        try:
            self.check(questions, run, earlier)
        except AssertionError as error:
            raise AssertionError(messages.another_answer(str(error))) from error

    def _check(self, questions: Sequence[Arguments], run: Run, expected: Run) -> None:
        for question, answer, truth in zip(questions, run.answers, expected.answers, strict=False):
            if isinstance(answer, Unusable):
                self.last = question, answer.answer
                raise answer.error
            self.last = question, answer
            self._workload.check(question, answer, truth)


def _words_of(error: Exception) -> str:
    return str(error) if isinstance(error, AssertionError) else messages.unusable(error)
