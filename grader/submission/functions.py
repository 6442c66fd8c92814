"""What can be called in a worker: an export, what one returned, a method of that."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any, Protocol

from grader.sandbox import Outcome, Raised, Returned, SubmissionRaisedError, WorkerLostError

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.inside.frames import Handle


class Caller(Protocol):
    """Who makes a call in the worker of a check: `Calls`, for all that can be called."""

    def make(
        self,
        called: Any,  # noqa: ANN401 - the name of an export, or what one returned
        args: tuple[object, ...],
        kwargs: dict[str, object],
        *,
        method: str = "",
        seed: int | None = None,
        watch: bool = False,
        program: bool = False,
    ) -> Outcome:
        """Call an export by its name, or what one returned, and say what came of it."""
        ...


class Function:
    """Something that runs behind the wall when it is called, in the current check's worker."""

    def __init__(
        self,
        called: str | Handle,
        calls: Callable[[], Caller],
        *,
        method: str = "",
        seed: int | None = None,
    ) -> None:
        self._called, self._calls, self._method, self._seed = called, calls, method, seed

    def __call__(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever it returns
        """Return what the student's function returns.

        Raises SubmissionRaisedError if it raised, WorkerLostError if it hung or ended its
        process, and ExportMissingError if there is no such function.
        """
        return value_of(self.outcome(*args, **kwargs))

    def outcome(self, *args: object, **kwargs: object) -> Outcome:
        """Call the function; whatever happens comes back as data, save ExportMissingError."""
        return self._make(args, kwargs)

    def watched(self, *args: object) -> Outcome:
        """Call the function and look at its arguments again: Returned says what was done to one."""
        return self._make(args, {}, watch=True)

    def run_as_program(self, stdin: str, args: list[str]) -> Any:  # noqa: ANN401 - see `programs.run`
        """Call the function with `stdin` to read and `args` in `sys.argv`: see `programs.run`."""
        return value_of(self._make((), {"stdin": stdin, "args": args}, program=True))

    def seeded(self, seed: int) -> Function:
        """Return the same function, in whose calls random, numpy and torch begin at a seed.

        Else they begin at a number that the grade and the call's place in its check give.
        """
        return Function(self._called, self._calls, method=self._method, seed=index(seed) % 2**63)

    def __repr__(self) -> str:
        return f"<{self._called if isinstance(self._called, str) else self._method} in the worker>"

    def _make(self, args: tuple[object, ...], kwargs: dict[str, object], **how: Any) -> Outcome:  # noqa: ANN401
        return self._calls().make(
            self._called, args, kwargs, method=self._method, seed=self._seed, **how
        )


def value_of(outcome: Outcome) -> Any:  # noqa: ANN401 - whatever was returned
    """Return what a call returned, or raise what a call to an export raises."""
    match outcome:
        case Returned(value):
            return value
        case Raised() as raised:
            raise SubmissionRaisedError(raised)
        case lost:
            raise WorkerLostError(lost)
