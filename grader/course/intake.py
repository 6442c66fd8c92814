"""From a folder, and a roster where there is one, to a row for every student: what counts of each.

Whatever happens a student has a row. Of several attempts the last counts, and the others are
listed; what one of a group handed in counts for all of them; what does not match is said.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.course.entries import Entry, Listing, is_code, list_entries
from grader.course.labels import Hints, Label, is_archive, plain
from grader.course.matching import Matcher
from grader.course.roster import Member, read_roster
from grader.course.students import Attempt, Student, share_in_groups, shown
from grader.source.handin import MisuseError
from grader.source.notices import listed
from grader.text import clean_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from grader.assignment.folder import Assignment


@dataclass
class Intake:
    """What was understood of a class's hand-ins: its service, its rows, and what is to be known."""

    service: str
    students: list[Student] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_class(
    assignment: Assignment, place: Path, roster: Path | None = None, prefix: str = ""
) -> Intake:
    """Read a folder of submissions, or a roster that names a path for each; raises MisuseError."""
    late = assignment.late
    zone: ZoneInfo | None = getattr(late.deadline, "tzinfo", None) if late else None
    zone = zone if hasattr(zone, "key") else None
    if place.is_file() and place.suffix.lower() == ".csv":
        members = read_roster(place, zone)
        listing = Listing(place.parent, "", _entries_of(members, place.parent))
    elif not place.is_dir():
        what = "neither a folder nor a roster" if place.exists() else "not there"
        raise MisuseError(
            f"{clean_path(str(place))} is {what}: name a folder with the submissions, or a CSV "
            "with the columns student and path"
        )
    else:
        members = read_roster(roster, zone) if roster else []
        known = {member.student for member in members} | {m.name for m in members if m.name}
        listing = list_entries(place, Hints(known, prefix))
    return _Reading(assignment, members, listing, zone).read()


def _entries_of(members: Iterable[Member], folder: Path) -> tuple[Entry, ...]:
    """Return the entries that the rows of a roster name."""
    entries = []
    for member in members:
        if not member.path:
            continue
        path = folder / member.path
        problem = "" if path.exists() or path.is_symlink() else "is not there"
        if path.is_symlink():
            problem = "is a link, and no link is graded: hand in the file itself"
        file = "" if path.is_dir() else path.name
        entries.append(Entry(path, Label(member.student, member.name, file), problem=problem))
    return tuple(entries)


class _Reading:
    """Brings the entries of a download and the rows of a roster together."""

    def __init__(
        self,
        assignment: Assignment,
        members: Sequence[Member],
        listing: Listing,
        zone: ZoneInfo | None,
    ) -> None:
        self.accepts, self.files, self.zone = assignment.accepts, assignment.files, zone
        self.members = {member.student: member for member in members}
        self.matcher = Matcher(members, listing.folder)
        self.listing = listing
        self.intake = Intake(listing.service)

    def read(self) -> Intake:
        """Return a row for each student, in the roster's order and then by name."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.listing.entries:
            for label in entry.people or (entry.label,):
                for student in self._students_of(entry, label):
                    found[student].append(replace(entry, label=label))
        self._note("not recognised, and not graded", self.listing.unknown)
        if self.matcher.members:
            strangers = [student for student in found if student not in self.matcher.members]
            self._note("handed in, and not in the roster", map(shown, strangers))
        absent = [student for student in self.matcher.members if student not in found]
        order = [*self.matcher.members, *sorted(set(found) - set(self.matcher.members))]
        rows = [self._row(student, found.get(student, [])) for student in order]
        self.intake.students = share_in_groups(rows)
        handed = {row.id for row in self.intake.students if row.attempt}
        self._note("in the roster, and nothing came", [shown(s) for s in absent if s not in handed])
        self._note_namesakes()
        return self.intake

    def _students_of(self, entry: Entry, label: Label) -> list[str]:
        matched = self.matcher.match(entry.path, label)
        for member in matched or [Member(label.student, label.name)]:
            self.members.setdefault(member.student, member)
        return [member.student for member in matched] or [label.student]

    def _row(self, student: str, entries: Sequence[Entry]) -> Student:
        member = self.members[student]
        work = [entry for entry in entries if entry.label.kind != "receipt"]
        if not work:
            if entries:
                problem = "came without a file: only the receipt is there"
                return Student(member, Attempt(entries[0].path, problem=problem))
            return Student(member)
        latest = max(_when(entry) for entry in work)
        last = [entry for entry in work if _when(entry) == latest]
        chosen = self._choose(last, member)
        rest = [entry for entry in work if entry.path != chosen.path]
        earlier = tuple(self._attempt(entry, member) for entry in rest if self._is_work(entry))
        is_bare = chosen.is_late and chosen.came is None
        notices = ("late by its name, which does not say by how much",) if is_bare else ()
        return Student(member, chosen, earlier, notices)

    def _choose(self, entries: Sequence[Entry], member: Member) -> Attempt:
        """Return what counts of one attempt: of each name the last, and one of those."""
        held = [entry for entry in entries if not any(_is_later(other, entry) for other in entries)]
        accepted = [e for e in held if e.label.file in self.accepts]
        chosen = accepted or [e for e in held if self._is_work(e)]
        if len(chosen) == 1:
            return self._attempt(chosen[0], member)
        first = (chosen or held)[0]
        names = ", ".join(clean_path(e.label.file or e.path.name) for e in chosen or held)
        wanted = " or ".join(self.accepts) or f".zip or folder with {listed([*self.files])}"
        problem = (
            f"is one of {len(chosen)} candidates, {names}: hand in one of them"
            if chosen
            else first.problem or f"is no {wanted}: there is {names}"
        )
        return replace(self._attempt(first, member), problem=problem)

    def _is_work(self, entry: Entry) -> bool:
        """Whether an entry may be what is asked for; of several files a folder or an archive is."""
        file = entry.label.file
        if not file or is_archive(file) or entry.problem:
            return True
        return not self.files and (file in self.accepts or is_code(file))

    def _attempt(self, entry: Entry, member: Member) -> Attempt:
        label = entry.label
        came = member.submitted_at or label.came
        if came is not None and came.tzinfo is None:
            came = came.replace(tzinfo=self.zone) if self.zone else None
        return Attempt(entry.path, label.file, came, label.is_late, entry.problem)

    def _note(self, words: str, names: Iterable[str]) -> None:
        if every := list(names):
            more = f" and {len(every) - 20} more" if len(every) > 20 else ""
            self.intake.notes.append(f"{words}: {', '.join(every[:20])}{more}")

    def _note_namesakes(self) -> None:
        names, ids = defaultdict(list), defaultdict(list)
        for row in self.intake.students:
            if row.member.name:
                names[row.member.name].append(row.id)
            ids[row.id.casefold()].append(row.id)
        for kind, found in (("one name", names), ("ids that differ by case alone", ids)):
            same = [" and ".join(map(shown, several)) for several in found.values()]
            both = [text for text, ids in zip(same, found.values(), strict=True) if len(ids) > 1]
            self._note(f"students of {kind}, kept apart by id", both)


def _is_later(other: Entry, entry: Entry) -> bool:
    """Whether a file of the same name was handed in after one."""
    is_same = plain(other.label.file) == plain(entry.label.file)
    return is_same and other.label.order > entry.label.order


def _when(entry: Entry) -> datetime:
    came = entry.label.came or datetime(1, 1, 1, tzinfo=UTC)
    return came if came.tzinfo else came.replace(tzinfo=UTC)
