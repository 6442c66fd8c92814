"""What `grader class` does, from a folder of submissions to an exit code."""

from __future__ import annotations

import json
import shlex
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.assignment.folder import load_assignment
from grader.assignment.needs import with_needs
from grader.assignment.suite import load_suite
from grader.course.contents import circumstances_of, content_of
from grader.course.engines.jobs import EngineError, Settings
from grader.course.engines.named import EngineName
from grader.course.events import EventLog, open_events
from grader.course.exports import write_exports
from grader.course.intake import read_class
from grader.course.place import held, network_of
from grader.course.plan import Races, make_plan, read_attempts
from grader.course.progress import ProgressBar
from grader.course.rows import about_of, count_statuses, read_rows
from grader.course.run import ClassRun
from grader.course.shards import Shard
from grader.course.store import Store
from grader.course.summary import describe_intake, summarize
from grader.sandbox.packages import find_package_problems
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from grader.assignment.folder import Assignment
    from grader.course.contents import Content
    from grader.course.intake import Intake
    from grader.course.run import Watcher

GRADED, MISUSED, WITHHELD, INTERRUPTED = 0, 2, 3, 130
EVERYTHING = "*"


@dataclass(frozen=True)
class ClassCommand:
    """One run of the command: `regrade` names checks to run again, or `EVERYTHING`.

    Of a class in parts it grades one `shard`, into a folder of its own.
    """

    assignment: str
    place: Path
    out: Path
    words: Sequence[str]
    roster: Path | None = None
    prefix: str = ""
    settings: Settings = field(default_factory=lambda: Settings(""))
    races: Races = "last"
    shard: Shard = field(default_factory=Shard)
    engine: EngineName = field(default_factory=EngineName)
    regrade: str | None = None
    dry_run: bool = False
    quiet: bool = False
    events: Path | None = None

    @property
    def folder(self) -> Path:
        """Where this command keeps its grades."""
        return self.shard.folder(self.out)

    def run(self, console: Console, complain: Callable[[str], object]) -> int:
        """Grade what is missing or stale, write the files, tell; return the exit code.

        Raises AssignmentError, SecretError and MisuseError.
        """
        assignment = load_assignment(self.assignment)
        intake = read_class(assignment, self.place, self.roster, self.prefix)
        intake.students, keys = read_attempts(intake.students, assignment.files)
        if self.dry_run:
            _print(console, describe_intake(intake, keys))
            return GRADED
        if wrong := find_package_problems(assignment.packages):
            raise MisuseError("\n".join(wrong))
        again = f"to go on: {shlex.join(self.words)}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with held(self.folder), Store.open(self.folder, assignment.name) as store:
                if kind := network_of(self.folder):
                    complain(f"{self.folder} lies on a network ({kind}): its journal is no WAL")
                code = self._grade(console, complain, Understood(assignment, intake, keys), store)
        except KeyboardInterrupt:
            code = INTERRUPTED
        except (sqlite3.Error, OSError) as error:
            complain(f"{self.folder}: cannot be written: {_why(error)}; {again}")
            return WITHHELD
        if code == INTERRUPTED:
            complain(f"interrupted; what is graded is kept; {again}")
        return code

    def _grade(
        self,
        console: Console,
        complain: Callable[[str], object],
        understood: Understood,
        store: Store,
    ) -> int:
        assignment, intake, keys = understood.assignment, understood.intake, understood.keys
        _print(console, intake.notes if not self.quiet else ())
        moved = _keep_roll(store, understood)
        content = self._content(assignment, store)
        mine = [row for row in intake.students if self.shard.has(keys.get(row.id, ""))]
        if self.regrade is not None:
            store.forget(_to_forget(self.regrade, assignment))
        raced, kept = load_suite(assignment).timed, store.outcomes()
        plan = make_plan(mine, keys, kept, content, raced=raced, races=self.races)
        settings, code = replace(self.settings, assignment=str(assignment.folder)), GRADED
        with ProgressBar(console, quiet=self.quiet) as bar, self._followed(bar) as watcher:
            try:
                start = self.engine.starter(assignment, settings, complain)
                ClassRun(store, start, content, watcher).run(plan)
            except KeyboardInterrupt:
                code = INTERRUPTED
            except EngineError as error:
                complain(f"no grade: {error}")
                code = WITHHELD
            rows = [r for r in read_rows(store, assignment) if self.shard.has(r.about.attempt)]
            counts = count_statuses({row.student: row.status for row in rows})
            if code == GRADED and {"withheld", "not_read"} & set(counts):
                code = WITHHELD
            if isinstance(watcher, EventLog):
                watcher.end(code, counts)
        done = {student for one in (plan.checks, plan.races) for w in one for student in w.students}
        places = write_exports(self.folder, assignment, rows, intake.service, done | moved)
        told = summarize(
            rows, changed=bar.changed, slowest=bar.slowest(), raced=raced, places=places
        )
        _print(console, told)
        return code

    def _content(self, assignment: Assignment, store: Store) -> Content:
        """Return the content of this run's grades, and note it; MisuseError for no such check."""
        circumstances = circumstances_of(assignment, self.settings)
        content = content_of(assignment, circumstances)
        store.note("circumstances", json.dumps(circumstances))
        store.note("content", content.shared)
        store.note("shard", str(self.shard))
        if self.regrade not in (None, EVERYTHING, *content.checks):
            known = ", ".join(content.checks)
            raise MisuseError(f"--regrade {self.regrade}: no such check; there are {known}")
        return content

    @contextmanager
    def _followed(self, bar: ProgressBar) -> Iterator[Watcher]:
        """Have events written too, where that is asked for."""
        if self.events is None:
            yield bar
            return
        with open_events(self.events, bar) as log:
            yield log


@dataclass(frozen=True)
class Understood:
    """What is to be graded for an assignment, and the key of each student's attempt."""

    assignment: Assignment
    intake: Intake
    keys: dict[str, str]


def _keep_roll(store: Store, understood: Understood) -> set[str]:
    """Keep what is understood of each student now; return those of whom it is another."""
    keys, before = understood.keys, store.roll()
    rows = {row.id: about_of(row, keys.get(row.id, "")) for row in understood.intake.students}
    store.keep_roll(rows)
    store.note("service", understood.intake.service)
    store.note("folder", str(understood.assignment.folder))
    return {student for student, about in rows.items() if before.get(student) != about}


def _why(error: sqlite3.Error | OSError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _to_forget(regrade: str, assignment: Assignment) -> list[str]:
    """Return the checks to run again: all, or one with those that build on it."""
    checks = assignment.checks
    if regrade == EVERYTHING:
        return list(checks)
    return [name for name in checks if regrade in with_needs(assignment.needs, [name])]


def _print(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
