"""What the calls of one party go by: its source in a sandbox, loaded when asked, and its time."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from grader.submission.hangs import Pace
from grader.submission.loading import Loader

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from grader.assignment.folder import Assignment
    from grader.sandbox import Worker
    from grader.sandbox.deadline import Deadline
    from grader.sandbox.opened import Sandbox
    from grader.source.handin import Source
    from grader.submission.allowance import Allowance


class Connection:
    """A source, the sandbox where it runs, and what limits its calls.

    `allowance` is the time that it may take, and what is within `apart` takes none of another's;
    `pace` is what each of its calls gets, in full where none is given.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        source: Source,
        assignment: Assignment,
        *,
        role: str = "submission",
        allowance: Allowance | None = None,
        apart: Callable[[], AbstractContextManager[None]] = nullcontext,
        pace: Pace | None = None,
    ) -> None:
        self.sandbox, self.assignment, self.role = sandbox, assignment, role
        self.loader = Loader(source, assignment, reference=role == "reference")
        self.allowance, self.apart = allowance, apart
        self.pace = pace or Pace(assignment.limits.call_seconds, patient=True)

    def mark(self) -> Callable[[], None]:
        """Return what undoes, from now on, all that its calls leave behind outside their check."""
        undo = [self.loader.mark(), self.pace.mark()]
        undo += [self.allowance.mark()] if self.allowance else []

        def take_back() -> None:
            for one in undo:
                one()

        return take_back

    def spawn(self, sandbox: Sandbox, deadline: Deadline) -> Worker:
        """A loaded worker of one's own, outside any check; WorkerLostError if loading ends it."""
        return self.loader.fork(sandbox, deadline=deadline)
