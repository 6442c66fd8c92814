"""What several checks share: work that asks a submission once, and the data that came of it.

It is the one exception to the rule that nothing of one check reaches the next. So what is handed on
is data: no handle and no file, from a worker that has ended, and a copy for each check.
"""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.grading.measure import GraderFaultError
from grader.sandbox import WorkerLostError
from grader.submission.calls import Calls
from grader.submission.kept import holds_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from grader.grading.check_run import CheckRun
    from grader.submission.call import Call
    from grader.submission.client import Client, Submission


@dataclass(frozen=True)
class _Came:
    """What came of some work, in which check, and the call made last."""

    check: str
    value: object
    error: BaseException | None
    call: Call | None


class Shared:
    """Does work with a submission once, whichever check asks first; the fixture `shared`."""

    def __init__(
        self,
        submission: Submission,
        client: Client,
        seed_for: Callable[[str], int],
        run_of_the_moment: Callable[[], CheckRun | None],
    ) -> None:
        self._submission, self._client, self._seed_for = submission, client, seed_for
        self._run = run_of_the_moment
        self._came: dict[Hashable, _Came] = {}

    def __call__(self, work: Callable[..., Any], *args: Hashable) -> Any:  # noqa: ANN401 - whatever work returns
        """Return a copy of what `work(submission, *args)` returned, or raise what it raised.

        The work has a worker and a time of its own, `check_seconds` of `[limits]`, and is told from
        others by its name and the `args`; it is a function at the top of a module.
        """
        __tracebackhide__ = True
        if "<" in getattr(work, "__qualname__", "<"):
            told = "shared(work): define work at the top of a module, so that all checks mean one"
            raise GraderFaultError(told)
        if (run := self._run()) is None:
            raise GraderFaultError("shared is for use inside a check")
        key = (work.__module__, work.__qualname__, args)
        known = self._came.get(key)
        came = known or self._came.setdefault(key, self._do(work, args, run))
        run.shared_call = came.call
        if came.error is not None:
            run.told_at = came.check if known else ""
            raise came.error
        return copy.deepcopy(came.value)

    def _do(self, work: Callable[..., Any], args: tuple[Hashable, ...], run: CheckRun) -> _Came:
        client = self._client
        before, own = client.calls, Calls(client, self._seed_for(f"shared {work.__qualname__}"))
        client.calls = own
        value, error = None, None
        try:
            value = work(self._submission, *args)
        except (Exception, WorkerLostError) as raised:  # noqa: BLE001 - raised in each check
            error = raised
        finally:
            own.end()
            client.calls = before
        if error is None and _holds_handle(value):
            told = f"shared({work.__name__}): it returned what has stayed in its worker, not data"
            error = TypeError(told)  # whose fault that is, the reference tells
        return _Came(run.check.name, value, error, own.last)


def _holds_handle(value: object) -> bool:
    if dataclasses.is_dataclass(value) and not isinstance(value, type) and not holds_kept(value):
        return any(_holds_handle(getattr(value, f.name)) for f in dataclasses.fields(value))
    if isinstance(value, list | tuple):
        return any(map(_holds_handle, value))
    if isinstance(value, dict):
        return any(map(_holds_handle, value.values()))
    return holds_kept(value)
