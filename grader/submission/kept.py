"""What an export returned and is no data: it stays in its worker, and can be called there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.inside.frames import Handle
from grader.submission.functions import Caller, Function, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.sandbox import Outcome


@dataclass(frozen=True, repr=False)
class Kept(Handle):
    """What an export returned and is no data, such as a model or an object of a student's class.

    It stands for the object in the other calls of its check, and can be called where it is:
    `model(x)`, and by its methods, `stack.push(1)`. `export` is what returned it.
    """

    export: str = ""
    calls: Caller | None = field(default=None, compare=False)

    def __call__(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever it returns
        """Call the object in its worker; returns and raises what calling an export does."""
        return value_of(self.outcome(*args, **kwargs))

    def outcome(self, *args: object, **kwargs: object) -> Outcome:
        """Call the object; whatever happens comes back as data."""
        return self.method("").outcome(*args, **kwargs)

    def seeded(self, seed: int) -> Function:
        """Return the object as a function in whose calls the generators begin at a seed."""
        return self.method("").seeded(seed)

    def method(self, name: str) -> Function:
        """Return a method of the object, also one whose name something here has, as `outcome`."""
        return Function(self, self._calls, method=name)

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):  # Python's own questions, as a copy or numpy asks them
            raise AttributeError(name)
        return self.method(name)

    def _calls(self) -> Caller:
        assert self.calls is not None
        return self.calls


def with_kept(value: Any, export: str, calls: Caller) -> Any:  # noqa: ANN401 - whatever was returned
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
    return any(True for _ in numbers_of(value))


def numbers_of(value: object) -> Iterator[int]:
    """Yield the number of each object in a value that an export returned and that stayed."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from numbers_of(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from numbers_of(item)
    elif isinstance(value, Handle):
        yield value.number
