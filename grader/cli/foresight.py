"""What would keep a command from its end, found before it begins; nothing here imports torch."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment.folder import AssignmentError, load_assignment
from grader.files import OutputFile, require_places
from grader.reports import ReportError, detect, require_apart, require_places_of
from grader.reports.record import why_not_over
from grader.reports.registry import find_format
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.grading.selection import Selection


def foresee(
    assignment: str,
    selection: Selection,
    record: Path | None,
    targets: Sequence[str],
    replay: Path | None,
) -> str:
    """Say why there can be no such run: its assignment, its checks, its places; "" if there can."""
    try:
        selection.choose(load_assignment(assignment))
        require_places_of(targets_of(targets), os.environ, Path.cwd())
        if replay is not None:
            _require_kept(replay, targets_of(targets))
        if record is not None:
            _require_record(record, targets_of(targets), replay)
    except (AssignmentError, MisuseError, ReportError) as problem:
        return str(problem)
    return ""


def _require_kept(replay: Path, targets: Sequence[str]) -> None:
    """Raise ReportError where a report would take the place of the grade to repeat."""
    for target in targets:
        require_apart(find_format(target).places(os.environ, Path.cwd()), [replay])


def _require_record(record: Path, targets: Sequence[str], replay: Path | None) -> None:
    """Raise ReportError where the grade could not be written, or would take another file's place.

    That may be the grade to repeat, which nobody could repeat again.
    """
    if why := why_not_over(record):
        raise ReportError(f"--json {record}: {why}")
    if replay is not None and record.exists() and replay.exists() and record.samefile(replay):
        raise ReportError(f"--json {record}: is the grade to repeat: name another file")
    with blamed_on_json(record):
        require_places([OutputFile(record.absolute(), b"", named=True)])
    for target in targets:
        for place in find_format(target).places(os.environ, Path.cwd()):
            if target != "json" and place.place.absolute() == record.absolute():
                raise ReportError(f"--json {record}: --to {target} is written there too")


def targets_of(named: Sequence[str]) -> list[str]:
    """Return the targets of reports: those that are named, or else those that are there."""
    return list(named) or detect(os.environ)


@contextlib.contextmanager
def blamed_on_json(record: Path) -> Iterator[None]:
    """Make of an OSError the complaint that a record cannot be written there."""
    try:
        yield
    except OSError as error:
        raise ReportError(f"--json {record}: cannot be written: {error.strerror}") from error
