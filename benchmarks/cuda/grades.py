"""Steps 2 and 8: references, right and wrong solutions graded on the device, several at once.

Each loses there what it loses on the CPU: nothing, or what its docstring says; of a check that did
not run, or withholds the grade, that is not known, and has not passed. Races have a step of
their own; hw1's long fit is shortened as in its tests.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cuda.record import ROOT, Item
from grader.assignment.folder import Assignment, load_assignment
from grader.assignment.suite import load_suite
from grader.grade.result import Verdict
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.sandbox.opened import Sandbox
from grader.threads import keep_to_one_thread
from tests.submissions import correct, is_as_said, mutants, shorten_hw1

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from benchmarks.cuda.steps import Wish
    from grader.selftest.solutions import Solution

FIRST = {
    "hw2": ("loops", "analyze_gauss_newton", "classify_by_trace", "taylor_without_half"),
    "hw1": ("slices", "train_sgd", "predict_column", "diagnose_slack"),
    "hw3": ("torch_calls", "conv2d_matrix_channels_last", "build_cnn_mean", "compare_swapped"),
}
_MOST_AT_ONCE = 6  # each holds a context or two on the card, and half a gigabyte of it for each
_rooms: dict[str, tuple[Assignment, Sandbox]] = {}


@dataclass(frozen=True)
class Job:
    """One file to grade; none is the reference."""

    homework: str
    solution: Solution | None = None

    @property
    def path(self) -> Path | None:
        """The file."""
        return self.solution.path if self.solution else None

    def is_as_said(self, lost: Collection[str]) -> bool:
        """Whether it lost what it says that it loses, and besides only what it may lose."""
        return is_as_said(lost, self.solution) if self.solution else not lost

    @property
    def name(self) -> str:
        """Homework and file."""
        return f"{self.homework} {self.path.stem if self.path else 'the reference'}"


def some(wish: Wish) -> Iterator[Item]:
    """Grade the references, by whose draws the others go, and a few solutions of each homework."""
    jobs = [job for homework in FIRST for job in all_jobs(homework) if _is_first(job)]
    jobs.sort(key=lambda job: job.solution is not None)
    yield from _grade(jobs, wish)


def all_others(wish: Wish) -> Iterator[Item]:
    """Grade what `some` does not, the right ones first."""
    jobs = [job for homework in FIRST for job in all_jobs(homework) if not _is_first(job)]
    jobs.sort(key=lambda job: bool(job.solution and job.solution.loses))
    yield from _grade(jobs, wish)


def all_jobs(homework: str) -> list[Job]:
    """Return the reference and every solution of a homework."""
    files = [*correct(homework), *mutants(homework)]
    return [Job(homework), *(Job(homework, one) for one in files)]


def _is_first(job: Job) -> bool:
    return job.path is None or job.path.stem in FIRST[job.homework]


def _grade(jobs: list[Job], wish: Wish) -> Iterator[Item]:
    """Grade several at once; those that are not done in time are left for another run."""
    waiting = [job for job in jobs if job.name not in wish.known][: 1 if wish.short else None]
    at_once = max(1, min(_MOST_AT_ONCE, (os.cpu_count() or 2) // 2, len(waiting)))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(at_once, context, keep_to_one_thread) as pool:
        share = 0.05 if wish.short else 0.5
        begun = [pool.submit(grade_one, job, wish.device, share) for job in waiting]
        for done in as_completed(begun):
            yield done.result()


def grade_one(job: Job, device: str, share: float) -> Item:
    """Grade one file in this process, whose sandboxes are kept for the next."""
    assignment, sandbox = _open(job.homework, device)
    role = "submission" if job.path else "reference"
    options = GradingOptions(seed=1, share=share, device=device, role=role)  # type: ignore[arg-type] # two words
    checks = frozenset(assignment.checks) - load_suite(assignment).timed
    grade = grade_submission(assignment, job.path, options=options, sandbox=sandbox, select=checks)
    asked = [check for check in grade.checks if check.name in checks]
    told = {check.name: f"{check.verdict}: {check.message}" for check in asked}
    unknown = [c.name for c in asked if not c.is_decided or c.verdict is Verdict.grader_error]
    lost = {c.name: told[c.name] for c in asked if c.credit < 1 and c.name not in unknown}
    said = f"{grade.score:g} of {grade.ran_max_score:g} points in {grade.seconds:.1f} s"
    loses = job.solution.loses if job.solution else frozenset[str]()
    said += "".join(f"; lost {name}: {lost[name]}" for name in sorted(lost.keys() - loses))
    said += "".join(f"; not known {name}: {told[name]}" for name in unknown)
    said += "".join(f"; kept {name}" for name in sorted(loses - lost.keys() - {*unknown}))
    numbers = {"seconds": grade.seconds, "points": grade.score}
    passed = job.is_as_said(lost) and not unknown
    return Item(job.name, passed=passed, said=said, numbers=numbers)


def _open(homework: str, device: str) -> tuple[Assignment, Sandbox]:
    if homework not in _rooms:
        folder = ROOT / "assignments" / homework
        if homework == "hw1":
            folder = shorten_hw1(Path(tempfile.mkdtemp(prefix="hw1-")))
        assignment = load_assignment(folder)
        _rooms[homework] = assignment, Sandbox.start(assignment, device=device)
        atexit.register(_rooms[homework][1].close)
    return _rooms[homework]
