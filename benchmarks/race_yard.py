"""A place to race whole files of an assignment, without pytest, for the benchmarks of the race."""

from __future__ import annotations

import importlib
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from grader.assignment.folder import load_assignment
from grader.race import Rules, Workload, run_race
from grader.race.exponents import Growth, fit_growth
from grader.race.growth import run_growth
from grader.race.run import rules_for
from grader.race.zygote_pool import ZygotePool
from grader.sandbox.opened import Sandbox
from grader.source.handin import Source, load_handin
from grader.submission.client import Client, Submission

if TYPE_CHECKING:
    from types import ModuleType

    from grader.assignment.rubric import Speed
    from grader.race import Result

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Task:
    """One raced check: its assignment, name and export, and where its workload is made.

    Where its growth is seen, `sizes` names what it is seen over.
    """

    assignment: str
    check: str
    export: str
    workload: str
    sizes: str = ""

    def questions(self) -> Workload:
        """Make the workload."""
        made: Workload = getattr(self._module, self.workload)()
        return made

    def questions_of_size(self) -> tuple[tuple[int, ...], Workload]:
        """Make the workload whose growth is seen, and say over which sizes."""
        made: Workload = getattr(self._module, f"{self.workload}_of_size")()
        return tuple(getattr(self._module, self.sizes)), made

    @property
    def _module(self) -> ModuleType:
        return importlib.import_module(f"assignments.{self.assignment}.workload_hidden")

    @property
    def folder(self) -> Path:
        """The assignment's folder."""
        return ROOT / "assignments" / self.assignment

    def pace(self, name: str) -> Path:
        """Return the file of a named pace; "reference" is the reference itself."""
        if name == "reference":
            reference = load_assignment(self.folder).reference
            if reference is None:
                raise FileNotFoundError(f"{self.folder} has no reference")
            return reference
        return self.folder / "paces" / f"{name}.py"

    def names(self) -> list[str]:
        """All named paces."""
        return sorted(path.stem for path in (self.folder / "paces").glob("*.py"))


HESSIAN = Task("hw2", "test_hessian_is_fast", "hessian", "questions", "SIZES")
TRAIN = Task("hw1", "test_train_is_fast", "train", "trainings")
MATRIX = Task("hw3", "test_conv2d_matrix_is_fast", "conv2d_matrix", "matrices", "SIDES")
TASKS = {"hw2": HESSIAN, "hw1": TRAIN, "hw3": MATRIX}


class Yard:
    """Sandboxes for one task on one device, opened and closed with a ``with`` statement."""

    def __init__(self, task: Task, rules: Rules | None = None, device: str = "cpu") -> None:
        self.task, self.device = task, device
        self.assignment = load_assignment(task.folder)
        limit = self.assignment.limits.check_seconds
        self.rules = rules or rules_for(self.terms, limit, device)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.sandbox = Sandbox.start(self.assignment, device=self.device)
        self._stack.callback(self.sandbox.close)
        self.pool = self.sandbox.beside(ZygotePool).launch(self.rules.generations)
        self.pool.wait_for(self.rules.generations - 1)
        self.reference = self.enter(self.task.pace("reference"))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def terms(self) -> Speed:
        """What the assignment gives for which slowdown."""
        terms = self.assignment.speed[self.task.check].on(self.device)
        if terms is None:
            raise ValueError(f"{self.task.check} is not raced on {self.device}")
        return terms

    def enter(self, path: Path) -> Submission:
        """Make a submission of a file; the reference sees what a reference may see."""
        role = "reference" if path == self.task.pace("reference") else "submission"
        source = load_handin(path, (path.name,))
        if not isinstance(source, Source):
            raise FileNotFoundError(source.sentence)
        return Submission(Client(self.sandbox, source, self.assignment, role=role))

    def race(
        self, path: Path, seed: int, terms: Speed | None = None, rules: Rules | None = None
    ) -> tuple[Result, float]:
        """Race one file; also returns the seconds that it took, zygotes apart."""
        entrant: Any = self.enter(path)
        began = time.perf_counter()
        result = run_race(
            getattr(entrant, self.task.export),
            getattr(self.reference, self.task.export),
            workload=self.task.questions(),
            terms=terms or self.terms,
            seed=seed,
            device=self.device,
            rules=rules or self.rules,
        )
        return result, time.perf_counter() - began

    def grow(self, path: Path, seconds: float) -> Growth:
        """See how the time of one file's export grows beside the reference's."""
        entrant: Any = self.enter(path)
        sides = (getattr(one, self.task.export) for one in (entrant, self.reference))
        sizes, workload = self.task.questions_of_size()
        how: dict[str, Any] = {"sizes": sizes, "workload": workload, "seconds": seconds}
        return fit_growth(self.task.export, sizes, run_growth(*sides, **how))
