"""A sandbox that is being made ready while something else goes on.

The thread that starts a process must outlive it: the sandbox dies with the thread that
started it, as it should with the grader. So the thread waits until the sandbox is left.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from grader.sandbox.opened import Sandbox

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment
    from grader.grading.options import GradingOptions


class SandboxFuture:
    """Starts a sandbox at once, hands it over when asked, closes it at the end."""

    def __init__(
        self,
        assignment: Assignment,
        options: GradingOptions,
        hash_seed: int,
    ) -> None:
        self._assignment, self._options = assignment, options
        self._hash_seed = hash_seed
        self._sandbox: Sandbox | None = None
        self._problem: BaseException | None = None
        self._ready, self._left = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._attend, name="sandbox", daemon=True)
        self._thread.start()

    def sandbox(self) -> Sandbox:
        """Wait for the sandbox; raises IsolationError if the machine gives no such one."""
        self._ready.wait()
        if self._problem is not None:
            raise self._problem
        assert self._sandbox is not None
        return self._sandbox

    @property
    def level(self) -> str:
        """The level of the sandbox, `none` while there is no sandbox."""
        return self._sandbox.level if self._sandbox is not None else "none"

    def close(self) -> None:
        """Leave the sandbox."""
        self._left.set()
        self._thread.join()

    def _attend(self) -> None:
        try:
            self._sandbox = Sandbox.start(
                self._assignment,
                level=self._options.isolation,
                device=self._options.device,
                allow_unsafe=self._options.allow_unsafe,
                hash_seed=self._hash_seed,
            )
        except BaseException as problem:  # noqa: BLE001 - raised again where the sandbox is asked for
            self._problem = problem
        self._ready.set()
        self._left.wait()
        if self._sandbox is not None:
            self._sandbox.close()
