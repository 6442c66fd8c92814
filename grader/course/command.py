"""What `grader class` does, from a folder of submissions to an exit code."""

from __future__ import annotations

import json
import shlex
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.assignment.folder import load_assignment
from grader.assignment.nearest import there_are
from grader.assignment.needs import with_needs
from grader.assignment.suite import load_suite
from grader.course.contents import circumstances_of, content_of
from grader.course.engines.jobs import EngineError, Settings, WrongUseError
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
        again = f"to go on: {shlex.join(self.words)}"
        try:
            understood = self._understand()
            if self.dry_run:
                _print(console, describe_intake(understood.intake, understood.keys))
                return GRADED
            with self._opened(understood.assignment.name) as store:
                if kind := network_of(self.folder):
                    complain(f"{self.folder} lies on a network ({kind}): its journal is no WAL")
                with ProgressBar(console, quiet=self.quiet) as bar, self._followed(bar) as watcher:
                    content = self._begin(understood, store)
                    again = f"to go on: {shlex.join(_without_regrade(self.words, self.regrade))}"
                    _print(console, understood.intake.notes if not self.quiet else ())
                    code = self._grade(complain, understood, content, store, watcher)
                    code, told = self._finish(code, understood, store, bar, watcher)
            _print(console, told)
        except KeyboardInterrupt:
            code = INTERRUPTED
        except (sqlite3.Error, OSError) as error:
            complain(f"{self.folder}: cannot be written: {_why(error)}; {again}")
            return WITHHELD
        if code == INTERRUPTED:
            complain(f"interrupted; what is graded is kept; {again}")
        return code

    def _understand(self) -> Understood:
        """Read the assignment and what was handed in; nothing is kept or graded yet."""
        assignment = load_assignment(self.assignment)
        ours = [self.out, *([self.events] if self.events else ())]
        if self.place.is_dir() and self.out.is_dir() and self.out.samefile(self.place):
            raise MisuseError(f"{self.out} holds the submissions: name another folder with --out")
        intake = read_class(assignment, self.place, self.roster, self.prefix, ours)
        intake.students, keys = read_attempts(intake.students, assignment.files)
        if not self.dry_run and (wrong := find_package_problems(assignment.packages)):
            raise MisuseError("\n".join(wrong))
        return Understood(assignment, intake, keys)

    @contextmanager
    def _opened(self, assignment: str) -> Iterator[Store]:
        """Hold the folder of grades, and open its store."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise MisuseError(f"{self.folder} is no folder: name one with --out") from error
        with held(self.folder), Store.open(self.folder, assignment) as store:
            yield store

    def _begin(self, understood: Understood, store: Store) -> Content:
        """Keep what grades are to be made of, and of whom; MisuseError for no such check."""
        assignment = understood.assignment
        circumstances = circumstances_of(assignment, self.settings)
        content = content_of(assignment, circumstances)
        if self.regrade not in (None, EVERYTHING, *content.checks):
            there = there_are(content.checks, self.regrade or "")
            raise MisuseError(f"--regrade {self.regrade}: no such check; {there}")
        content.note(store)
        store.note("circumstances", json.dumps(circumstances))
        store.note("shard", str(self.shard))
        store.note("service", understood.intake.service)
        store.note("folder", str(assignment.folder))
        store.keep_roll(understood.roll())
        if self.regrade is not None:
            store.forget(_to_forget(self.regrade, assignment))
        return content

    def _grade(
        self,
        complain: Callable[[str], object],
        understood: Understood,
        content: Content,
        store: Store,
        watcher: Watcher,
    ) -> int:
        """Grade what is missing or stale; return the exit code as far as it is known."""
        assignment, keys = understood.assignment, understood.keys
        mine = [row for row in understood.intake.students if self.shard.has(keys.get(row.id, ""))]
        raced, kept = load_suite(assignment).timed, store.outcomes()
        plan = make_plan(mine, keys, kept, content, raced=raced, races=self.races)
        settings = replace(self.settings, assignment=str(assignment.folder))
        try:
            start = self.engine.starter(assignment, settings, complain)
            ClassRun(store, start, content, watcher).run(plan)
        except KeyboardInterrupt:
            return INTERRUPTED
        except WrongUseError as error:
            complain(str(error))
            return MISUSED
        except EngineError as error:
            complain(f"no grade: {error}")
            return WITHHELD
        return GRADED

    def _finish(
        self, code: int, understood: Understood, store: Store, bar: ProgressBar, watcher: Watcher
    ) -> tuple[int, list[str]]:
        """Write the files of the class; return the exit code, and what is to be told."""
        assignment = understood.assignment
        rows = [r for r in read_rows(store, assignment) if self.shard.has(r.about.attempt)]
        counts = count_statuses({row.student: row.status for row in rows})
        if code == GRADED and {"withheld", "not_read"} & set(counts):
            code = WITHHELD
        written = False
        try:
            places = write_exports(self.folder, assignment, rows, understood.intake.service)
            written = True
        finally:
            if isinstance(watcher, EventLog):
                watcher.end(code if written else WITHHELD, counts)
        raced = load_suite(assignment).timed
        told = summarize(
            rows, changed=bar.changed, slowest=bar.slowest(), raced=raced, places=places
        )
        return code, [*told]

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

    def roll(self) -> dict[str, dict[str, object]]:
        """Return what is to be kept of each student."""
        return {row.id: about_of(row, self.keys.get(row.id, "")) for row in self.intake.students}


def _without_regrade(words: Sequence[str], regrade: str | None) -> list[str]:
    """Return a command that goes on with a regrade, and does not begin another."""
    kept = [word for word in words if not word.startswith("--regrade=")]
    if "--regrade" in kept:
        at = kept.index("--regrade")
        del kept[at : at + 1 + (kept[at + 1 : at + 2] == [regrade])]
    return kept


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
