"""Who is asked in one grading: the submission, the reference, the judge; each a client of its own.

A check begins with fresh workers for all of them, and they end with it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from grader.assignment.folder import AssignmentError
from grader.grading.author_code import AuthorCode, functions_of, judged_by, probed_by
from grader.grading.check_run import CheckRun
from grader.grading.handed import load_reference
from grader.grading.shared import Shared
from grader.source.handin import Source, Unreadable, load_handin
from grader.submission.client import Client, Submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.assignment.check import Check
    from grader.assignment.folder import Assignment
    from grader.sandbox.opened import Sandbox
    from grader.submission.allowance import Allowance
    from grader.submission.calls import Calls
    from grader.submission.hangs import Pace


class Roles:
    """The clients of one grading, opened when they are first asked for, and the run they are in.

    `role` is the submission's own, `paces` are its and the reference's, `tell` hears what an
    instructor should know.
    """

    def __init__(
        self,
        assignment: Assignment,
        source: Source | Unreadable,
        sandbox: Callable[[], Sandbox],
        allowance: Allowance,
        *,
        role: str,
        paces: tuple[Pace, Pace],
        seed_for: Callable[[str], int],
        tell: Callable[[str], None],
    ) -> None:
        self.assignment, self.source, self._sandbox = assignment, source, sandbox
        self.allowance, self._role, self._seed_for, self._tell = allowance, role, seed_for, tell
        self._pace, self._reference_pace = paces
        self.check_run: CheckRun | None = None
        self._began_with = (0, assignment.limits)
        self.clients: dict[str, Client] = {}

    @cached_property
    def submission(self) -> Submission:
        """What was handed in, behind the wall."""
        assert isinstance(self.source, Source)
        more: dict[str, Any] = {"role": self._role, "allowance": self.allowance}
        more["pace"] = self._pace
        return Submission(self._open("submission", self.source, **more))

    @cached_property
    def reference(self) -> Submission | None:
        """The submission that earns every point, where this copy has it."""
        path = self.assignment.reference
        if path is None or not path.is_file():
            return None
        source = _readable(load_reference(self.assignment, path), "the reference")
        more: dict[str, Any] = {"role": "reference", "apart": self.allowance.apart}
        more["pace"] = self._reference_pace
        return Submission(self._open("reference", source, **more))

    @cached_property
    def shared(self) -> Shared:
        """What checks share of the submission's answers."""
        return self._shared(self.submission, "submission")

    @cached_property
    def reference_shared(self) -> Shared | None:
        """The same of the reference's, asked in the submission's place."""
        reference = self.reference
        return self._shared(reference, "reference") if reference else None

    @cached_property
    def judge(self) -> AuthorCode:
        """The functions of `judge.py`, in workers that no student's code has been in."""
        path = self.assignment.folder / "judge.py"
        about = replace(self.assignment, exports=functions_of(path), reference=None)
        source = _readable(load_handin(path, (path.name,)), "the judge")
        more: dict[str, Any] = {"role": "judge", "apart": self.allowance.apart}
        client = self._open("judge", source, about, **more)
        return AuthorCode(path, judged_by(lambda: client.calls, self._tell))

    @cached_property
    def probes(self) -> AuthorCode:
        """The functions of `probes.py`, in the worker of the submission that is asked."""
        path = self.assignment.folder / "probes.py"
        return AuthorCode(path, probed_by(self._calls_of_submission, path))

    @property
    def is_asked(self) -> bool:
        """Whether anybody was asked anything in the run of the moment."""
        return any(client.calls.is_asked for client in self.clients.values())

    def begin(self, check: Check) -> CheckRun:
        """Begin one run of a check, with fresh workers."""
        seed = self._seed_for(f"calls of {check.name}")
        self._began_with = (seed, self.assignment.limits_of(check.name))
        began = {name: one.begin(*self._began_with) for name, one in self.clients.items()}
        self.check_run = CheckRun(check, began.get("submission"), began.get("reference"))
        return self.check_run

    def mark(self) -> Callable[[], None]:
        """Return what undoes all that calls leave behind from now on; their workers end with it."""
        undo = [client.mark() for client in self.clients.values()]

        def take_back() -> None:
            self.end()
            for one in undo:
                one()

        return take_back

    def end(self) -> None:
        """End the workers of the run, with all their descendants."""
        for client in self.clients.values():
            client.calls.end()

    def _open(
        self,
        name: str,
        source: Source,
        about: Assignment | None = None,
        **more: Any,  # noqa: ANN401 - what a client takes
    ) -> Client:
        """Have a client, whose calls are of the run of the moment."""
        client = self.clients[name] = Client(
            self._sandbox(), source, about or self.assignment, **more
        )
        calls = client.begin(*self._began_with)
        if self.check_run is not None and name == "submission":
            self.check_run.calls = calls
        if self.check_run is not None and name == "reference":
            self.check_run.reference_calls = calls
        return client

    def _shared(self, submission: Submission, name: str) -> Shared:
        return Shared(submission, self.clients[name], self._seed_for, lambda: self.check_run)

    def _calls_of_submission(self) -> Calls:
        _ = self.submission
        return self.clients["submission"].calls


def _readable(source: Source | Unreadable, what: str) -> Source:
    if isinstance(source, Unreadable):
        raise AssignmentError(f"{what}: {source.sentence}")
    return source
