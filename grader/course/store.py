"""What each attempt came to, in SQLite: one transaction a grade, and nothing twice.

A grade belongs to a student and an attempt, which is told by the hash of what was handed in, and
knows the content that each of its checks was made from. What people decided is kept apart.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from grader.course.place import network_of
from grader.reports.record import parse_json, render_json
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.grade.result import Grade

Status = Literal["graded", "partial", "withheld", "not_read", "not_handed_in"]
FILE = "grades.sqlite"
_VERSION = 1
_TABLES = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE students (
    position INTEGER PRIMARY KEY, student TEXT NOT NULL UNIQUE, about TEXT NOT NULL
);
CREATE TABLE outcomes (
    student TEXT NOT NULL, attempt TEXT NOT NULL, status TEXT NOT NULL, problem TEXT NOT NULL,
    shared TEXT NOT NULL, checks TEXT NOT NULL, notices TEXT NOT NULL, grade BLOB,
    PRIMARY KEY (student, attempt)
);
CREATE TABLE decisions (
    student TEXT NOT NULL, check_name TEXT NOT NULL, points REAL NOT NULL,
    why TEXT NOT NULL, who TEXT NOT NULL, decided_at TEXT NOT NULL,
    PRIMARY KEY (student, check_name)
)
"""
_SELECT = "SELECT student, attempt, status, problem, shared, checks, notices, {} FROM outcomes"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to: its status, and a grade or the problem for which there is none.

    `shared` and `checks` are the hashes of the content that it was made from; a check that did not
    run has none.
    """

    attempt: str
    status: Status
    problem: str = ""
    shared: str = ""
    checks: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class HumanDecision:
    """What a person decided for a check of a student: so many points, and why."""

    student: str
    check: str
    points: float
    why: str
    who: str
    at: str


class Store:
    """The one file of a folder of grades. Opened by one process at a time: see `place.held`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @classmethod
    @contextmanager
    def open(cls, folder: Path, assignment: str = "") -> Iterator[Store]:
        """Open the store of a folder; MisuseError if it is another assignment's.

        It is made where there is none; without an assignment it has to be there.
        """
        if not assignment:
            require_grades(folder)
        journal = "DELETE" if network_of(folder) else "WAL"
        with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as database:
            try:
                database.execute(f"PRAGMA journal_mode={journal}")
                database.execute("PRAGMA synchronous=FULL")
                _prepare(database, assignment, folder)
            except sqlite3.OperationalError:
                raise  # a full disk, and no file of somebody else's
            except sqlite3.DatabaseError as error:
                raise MisuseError(f"{folder / FILE}: {error}") from error
            yield cls(database)

    def outcomes(self) -> dict[tuple[str, str], Outcome]:
        """Return what each attempt came to, by student and attempt, without the grades."""
        rows = self._database.execute(_SELECT.format("NULL"))
        return {(row[0], row[1]): _outcome(row) for row in rows}

    def outcome(self, student: str, attempt: str) -> Outcome | None:
        """Return what one attempt came to, with its grade, if that is known."""
        query = f"{_SELECT.format('grade')} WHERE student = ? AND attempt = ?"
        row = self._database.execute(query, (student, attempt)).fetchone()
        return _outcome(row) if row else None

    def keep(self, students: Sequence[str], outcome: Outcome) -> None:
        """Keep what an attempt came to, for each of a group: all of it, or nothing."""
        grade = outcome.grade
        blob = None if grade is None else render_json(grade, instructor=True)
        values = (
            *(outcome.attempt, outcome.status, outcome.problem, outcome.shared),
            *(json.dumps(dict(outcome.checks)), json.dumps(outcome.notices), blob),
        )
        with self._transaction():
            self._database.executemany(
                "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(student, *values) for student in students],
            )

    def decisions(self) -> list[HumanDecision]:
        """Return what people decided."""
        rows = self._database.execute("SELECT * FROM decisions ORDER BY student, check_name")
        return [HumanDecision(*row) for row in rows]

    def decide(self, decision: HumanDecision) -> None:
        """Keep what a person decided, in place of what was decided before."""
        row = (decision.student, decision.check, decision.points, decision.why)
        with self._transaction():
            self._database.execute(
                "INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?)",
                (*row, decision.who, decision.at),
            )

    def undo(self, student: str, check: str) -> bool:
        """Take a decision back; False where there is none."""
        with self._transaction():
            done = self._database.execute(
                "DELETE FROM decisions WHERE student = ? AND check_name = ?", (student, check)
            )
        return done.rowcount > 0

    def roll(self) -> dict[str, dict[str, object]]:
        """Return what was last understood of each student, in order."""
        rows = self._database.execute("SELECT student, about FROM students ORDER BY position")
        return {student: json.loads(about) for student, about in rows}

    def keep_roll(self, roll: Mapping[str, Mapping[str, object]]) -> None:
        """Keep what is understood of each student now."""
        rows = [(i, student, json.dumps(about)) for i, (student, about) in enumerate(roll.items())]
        with self._transaction():
            self._database.execute("DELETE FROM students")
            self._database.executemany("INSERT INTO students VALUES (?, ?, ?)", rows)

    def forget(self, checks: Iterable[str]) -> None:
        """Have checks run again, of every attempt; until then what they came to stays."""
        gone = set(checks)
        rows = self._database.execute("SELECT student, attempt, checks FROM outcomes").fetchall()
        left = [
            (json.dumps({k: v for k, v in json.loads(keys).items() if k not in gone}), *who)
            for *who, keys in rows
        ]
        with self._transaction():
            self._database.executemany(
                "UPDATE outcomes SET checks = ? WHERE student = ? AND attempt = ?", left
            )

    def note(self, key: str, value: str) -> None:
        """Keep a fact about the folder, such as the service that its names are of."""
        with self._transaction():
            self._database.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (key, value))

    def noted(self, key: str) -> str:
        """Return a fact about the folder, or ""."""
        query = "SELECT value FROM about WHERE key = ?"
        row = self._database.execute(query, (key,)).fetchone()
        return row[0] if row else ""

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise


def require_grades(folder: Path) -> None:
    """Raise MisuseError where a folder holds no grades of a class."""
    if not (folder / FILE).is_file():
        raise MisuseError(f"{folder} holds no grades of a class: `grader class` makes them")


def _prepare(database: sqlite3.Connection, assignment: str, folder: Path) -> None:
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        database.execute("BEGIN EXCLUSIVE")
        for table in _TABLES.split(";"):
            database.execute(table)
        database.execute("INSERT INTO about VALUES ('assignment', ?)", (assignment,))
        database.execute(f"PRAGMA user_version={_VERSION}")
        database.execute("COMMIT")
    elif version != _VERSION:
        raise MisuseError(f"{folder / FILE}: was made by another version of the kit")
    row = database.execute("SELECT value FROM about WHERE key = 'assignment'").fetchone()
    if row and assignment and row[0] != assignment:
        raise MisuseError(f"{folder} holds grades of {row[0]}: name another folder with --out")


def _outcome(row: tuple[str, str, Status, str, str, str, str, bytes | None]) -> Outcome:
    _, attempt, status, problem, shared, checks, notices, blob = row
    grade = None if blob is None else parse_json(blob)
    told = tuple(json.loads(notices))
    return Outcome(attempt, status, problem, shared, json.loads(checks), told, grade)
