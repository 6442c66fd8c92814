"""A submission: one attribute per export, each a function that runs behind the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.submission.calls import Calls
from grader.submission.connection import Connection
from grader.submission.functions import Function

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment
    from grader.assignment.limits import Limits
    from grader.sandbox.opened import Sandbox
    from grader.source.handin import Source


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


class Client(Connection):
    """Behind a submission: the connection to it, and the calls of the check of the moment."""

    def __init__(
        self,
        sandbox: Sandbox,
        source: Source,
        assignment: Assignment,
        **how: Any,  # noqa: ANN401 - see `Connection`
    ) -> None:
        super().__init__(sandbox, source, assignment, **how)
        self.calls = Calls(self, 0)

    def begin(self, seed: int, limits: Limits | None = None) -> Calls:
        """A run of a check begins: its calls will share one fresh worker, and all its seconds."""
        self.calls.end()
        self.calls = Calls(self, seed, limits)
        return self.calls
