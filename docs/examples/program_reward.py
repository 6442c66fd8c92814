"""Reward programs by the share of the points that they earn."""

import re
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from grader import Grader, GradingOptions

Completion = str | Sequence[dict[str, str]]
_BLOCK = re.compile(r"```(?:python)?\n(.*?)```", re.DOTALL)


class ProgramReward:
    """Called by the trainer as a reward function; closed with the training."""

    __name__ = "program_reward"

    def __init__(self, assignment: str, seed: int) -> None:
        self.grader = Grader(assignment, fresh=True, options=GradingOptions(seed=seed))

    def __call__(self, completions: Sequence[Completion], **_: object) -> list[float | None]:
        """Return a reward for each completion, in order."""
        programs = map(program_of, completions)
        return [grade.reward for grade in self.grader.grade_many(programs)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.grader.close()


def program_of(completion: Completion) -> str:
    """Return the last block of code in what a policy wrote, or all of it."""
    text = completion if isinstance(completion, str) else completion[-1]["content"]
    blocks = _BLOCK.findall(text)
    return blocks[-1] if blocks else text
