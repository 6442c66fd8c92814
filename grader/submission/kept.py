"""What an export returned and is no data: it stays in its worker, and can be called there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.inside.frames import Handle
from grader.sandbox import Outcome, Raised, Returned, SubmissionRaisedError, WorkerLostError

if TYPE_CHECKING:
    from grader.submission.client import Calls


@dataclass(frozen=True, repr=False)
class Kept(Handle):
    """What an export returned and is no data, such as a model: it can be called where it is.

    It stands for the object in the other calls of its check. `export` is what returned it.
    """

    export: str = ""
    calls: Calls | None = field(default=None, compare=False)

    def __call__(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever it returns
        """Call the object in its worker; returns and raises what calling an export does."""
        return value_of(self.outcome(*args, **kwargs))

    def outcome(self, *args: object, **kwargs: object) -> Outcome:
        """Call the object; whatever happens comes back as data."""
        assert self.calls is not None
        return self.calls.make(self, args, kwargs)


def value_of(outcome: Outcome) -> Any:  # noqa: ANN401 - whatever was returned
    """Return what a call returned, or raise what a call to an export raises."""
    match outcome:
        case Returned(value):
            return value
        case Raised() as raised:
            raise SubmissionRaisedError(raised)
        case lost:
            raise WorkerLostError(lost)


def with_kept(value: Any, export: str, calls: Calls) -> Any:  # noqa: ANN401 - whatever was returned
    """Put objects that can be called in the place of handles, at any depth."""
    match value:
        case Handle(number, kind, words):
            return Kept(number, kind, words, export, calls)
        case list() | tuple():
            return type(value)(with_kept(item, export, calls) for item in value)
        case dict():
            return {key: with_kept(item, export, calls) for key, item in value.items()}
    return value


def holds_kept(value: object) -> bool:
    """Whether a value, or a part of it, is what an export returned and stayed in the worker."""
    if isinstance(value, list | tuple):
        return any(map(holds_kept, value))
    if isinstance(value, dict):
        return any(map(holds_kept, value.values()))
    return isinstance(value, Handle)
