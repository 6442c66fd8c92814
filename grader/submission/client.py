"""A submission: one attribute per export, each a function that runs behind the wall."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from grader.submission.calls import Calls
from grader.submission.functions import Function
from grader.submission.hangs import Pace
from grader.submission.loading import Loader

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from grader.assignment.folder import Assignment
    from grader.assignment.limits import Limits
    from grader.sandbox import Worker
    from grader.sandbox.deadline import Deadline
    from grader.sandbox.opened import Sandbox
    from grader.source.handin import Source
    from grader.submission.allowance import Allowance


class Export(Function):
    """One function or class of a submission; calling it runs it in the current check's worker."""

    def __init__(self, client: Client, name: str) -> None:
        super().__init__(name, lambda: client.calls)
        self.client = client
        self.__name__ = name
        self.__doc__ = f"Call {name} in the worker."


class Submission:
    """What one student handed in, seen through its exports and nothing else."""

    def __init__(self, client: Client) -> None:
        self.__role = client.role
        for name in client.assignment.exports:
            setattr(self, name, Export(client, name))

    def __repr__(self) -> str:
        return f"<{self.__role}>"


class Client:
    """Behind a submission: its source in a sandbox, loaded when asked, and the calls of the moment.

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
        self.calls = Calls(self, 0)

    def begin(self, seed: int, limits: Limits | None = None) -> Calls:
        """A run of a check begins: its calls will share one fresh worker, and all its seconds."""
        self.calls.end()
        self.calls = Calls(self, seed, limits)
        return self.calls

    def spawn(self, sandbox: Sandbox, deadline: Deadline) -> Worker:
        """A loaded worker of one's own, outside any check; WorkerLostError if loading ends it."""
        return self.loader.fork(sandbox, deadline=deadline)
