"""One run of one check: what it compared, where it first failed, what it measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis.errors import UnsatisfiedAssumption

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.grade import Timing, Verdict
    from grader.plugin.counterexample import Comparison
    from grader.plugin.suite import Check
    from grader.submission import Call


@dataclass(frozen=True, slots=True)
class Finding:
    """What one run of a check came to; `call` is the one that lost it, at `place`."""

    verdict: Verdict
    message: str = ""
    counterexample: str | None = None
    credit: float = 0.0
    measured: float | None = None
    timing: Timing | None = None
    call: Call | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure as it was seen, with the call before it, in case the worker is lost later."""

    error: BaseException
    compared: Comparison | None
    call: Call | None


@dataclass
class Trial:
    """The state of one run; `last_call` tells the latest call of the submission."""

    check: Check
    last_call: Callable[[], Call | None]
    compared: Comparison | None = None
    failure: Failure | None = None
    measured: float | None = None
    timing: Timing | None = None
    inputs: int = 0
    in_setup: bool = False
    ended_by: BaseException | None = None

    def end(self, error: BaseException) -> BaseException:
        """Note what `measure` or `race` is about to raise, and return it: nothing may catch it."""
        self.ended_by = error
        return error

    def watch(self, body: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any test function's arguments
        """Run the body of a check once, and keep what is needed to explain a failure."""
        __tracebackhide__ = True
        self.inputs += 1
        self.compared = None
        try:
            return body(*args, **kwargs)
        except UnsatisfiedAssumption:
            raise
        except Exception as error:
            self.failure = self.failed_with(error)
            raise

    def failed_with(self, error: BaseException) -> Failure:
        """Note an error together with the state in which it came."""
        return Failure(error, self.compared, self.last_call())
