"""Events of a class as JSON lines, for whoever follows by program: `docs/class.md` tells each.

Every line has `v`, the version of this format, `event`, and `at` in UTC. A version only gains
events and fields; what is taken away makes another one.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from grader.grade.late import format_exactly
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.course.plan import Work
    from grader.course.run import Watcher
    from grader.course.store import Outcome

VERSION = 1


@contextmanager
def open_events(path: Path, watcher: Watcher) -> Iterator[EventLog]:
    """Append events to a file; raises MisuseError where it cannot be written, then or later."""
    try:
        file = path.open("ab", buffering=0)  # what cannot be written is not kept for a second try
    except OSError as error:
        raise _unwritable(path, error) from error
    with file:
        yield EventLog(file, watcher)


class EventLog:
    """Writes each event as a line, at once, and passes it on."""

    def __init__(self, file: IO[bytes], watcher: Watcher) -> None:
        self.file, self.watcher = file, watcher

    def begin(self, total: int, level: str) -> None:
        """Write `begin`."""
        self._write("begin", total=total, isolation=level)
        self.watcher.begin(total, level)

    def check(self, work: Work, check: str) -> None:
        """Write `check`."""
        self._write("check", students=work.students, check=check)
        self.watcher.check(work, check)

    def graded(self, work: Work, outcome: Outcome, before: Outcome | None) -> None:
        """Write `graded`."""
        grade = outcome.grade
        self._write(
            "graded",
            students=work.students,
            status=outcome.status,
            problem=outcome.problem,
            score=grade.score if grade and outcome.status != "withheld" else None,
            max_score=grade.max_score if grade else None,
            seconds=grade.seconds if grade else None,
        )
        self.watcher.graded(work, outcome, before)

    def tick(self, running: Sequence[Work]) -> None:
        """Pass it on: that time passes is no event."""
        self.watcher.tick(running)

    def end(self, exit_code: int, counts: Mapping[str, int]) -> None:
        """Write `end`, the last one of a command that was not killed."""
        self._write("end", exit=exit_code, statuses=counts)

    def _write(self, event: str, **fields: object) -> None:
        line = {"v": VERSION, "event": event, "at": format_exactly(datetime.now(UTC)), **fields}
        try:
            self.file.write(json.dumps(line).encode() + b"\n")
        except OSError as error:
            raise _unwritable(self.file.name, error) from error


def _unwritable(place: Path | str, error: OSError) -> MisuseError:
    return MisuseError(f"--events {place}: cannot be written: {error.strerror}; grades are kept")
