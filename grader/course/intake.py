"""From a folder, and a roster where there is one, to a row for every student: what counts of each.

Whatever happens a student has a row. Of several attempts the last counts, and the others are
listed; what one of a group handed in counts for all of them; what does not match is said.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.course.entries import Listing, is_code, list_entries
from grader.course.gradescope_export import FILE as METADATA
from grader.course.labels import Hints, Label, is_archive, plain
from grader.course.matching import Matcher
from grader.course.roster import Member, read_roster
from grader.course.roster_paths import add_paths
from grader.course.students import Attempt, Student, share_in_groups, shown, some, tell_namesakes
from grader.source.handin import MisuseError
from grader.source.notices import listed
from grader.text import clean_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import tzinfo
    from pathlib import Path

    from grader.assignment.folder import Assignment

_NUMBERED = ("Canvas", "Moodle")
_TIMED = ("Gradescope", "Blackboard", "Brightspace")


@dataclass
class Intake:
    """What was understood of a class's hand-ins: its service, its rows, and what is to be known."""

    service: str
    students: list[Student] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """An entry as what one student handed in, whom the service calls so; a path may have told."""

    path: Path
    label: Label
    problem: str
    service_id: str
    by_path: bool


def read_class(
    assignment: Assignment,
    place: Path,
    roster: Path | None = None,
    prefix: str = "",
    ignored: Collection[Path] = (),
) -> Intake:
    """Read a folder of submissions, or a roster that names a path for each; raises MisuseError.

    What is `ignored` may lie in the folder, and is nobody's; so are the roster and any grades.
    """
    zone = assignment.late.deadline.tzinfo if assignment.late else None
    if place.is_file() and place.suffix.lower() == ".csv":
        if roster:
            raise MisuseError(f"{place} and {roster} are two rosters: name a folder and a roster")
        members, bases = read_roster(place, zone), [place.parent]
        listing = Listing(place.parent, "")
        if not any(member.path for member in members):
            raise MisuseError(
                f"{place}: names no `path` for anybody: add that column, or name the folder of the "
                "submissions and this file as its --roster"
            )
    elif not place.is_dir():
        what = "neither a folder nor a roster" if place.exists() else "not there"
        raise MisuseError(
            f"{clean_path(str(place))} is {what}: name a folder with the submissions, or a CSV "
            "with the columns student and path"
        )
    else:
        members = read_roster(roster, zone) if roster else []
        known = {member.student for member in members} | {m.name for m in members if m.name}
        ours = [*ignored, roster] if roster else ignored
        listing = list_entries(place, Hints(known, plain(prefix)), ours)
        bases = [*([roster.parent] if roster else []), place, listing.folder]
    listing, by_path = add_paths(listing, members, bases)
    if not listing.entries and (listing.unknown or not members):
        raise MisuseError(_nobody(listing, prefix))
    return _Reading(assignment, Matcher(members, by_path), listing, zone).read()


def _nobody(listing: Listing, prefix: str) -> str:
    """Return what is to be done where nothing in a folder is anybody's."""
    folder = clean_path(str(listing.folder))
    if not listing.unknown:
        return f"{folder}: nothing was handed in there: name the folder with the submissions"
    names = some(listing.unknown, 5)
    if prefix:
        return f"{folder}: no folder's name begins with --prefix {prefix!r}: there is {names}"
    wanted = (
        f"{METADATA} names none of them" if listing.service == "Gradescope" else "none is a name"
    )
    return f"{folder}: nobody's work is recognised, {wanted} of {listing.service}: there is {names}"


class _Reading:
    """Brings the entries of a download and the rows of a roster together."""

    def __init__(
        self, assignment: Assignment, matcher: Matcher, listing: Listing, zone: tzinfo | None
    ) -> None:
        self.accepts, self.files, self.zone = assignment.accepts, assignment.files, zone
        self.members = dict(matcher.members)
        self.matcher = matcher
        self.listing = listing
        self.intake = Intake(listing.service)

    def read(self) -> Intake:
        """Return a row for each student, in the roster's order and then by name."""
        found = self._match()
        self._note("left out, since the grades of a class are kept there", self.listing.left)
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
        if self.zone and self.listing.service in _TIMED:
            read = [r for r in self.intake.students if r.attempt and not r.attempt.problem]
            timeless = [shown(r.id) for r in read if r.attempt and not r.attempt.came]
            self._note("not judged late, since it is not told when it came", timeless)
        for words, names in tell_namesakes(self.intake.students, self._placeholder()):
            self._note(words, names)
        return self.intake

    def _match(self) -> dict[str, list[Found]]:
        """Return what was found of each student."""
        pairs = [(e, label) for e in self.listing.entries for label in e.people or (e.label,)]
        matches = self.matcher.match_all((entry.path, label) for entry, label in pairs)
        found: dict[str, list[Found]] = defaultdict(list)
        for (entry, label), match in zip(pairs, matches, strict=True):
            for member in match.members or [self._stranger(label)]:
                self.members.setdefault(member.student, member)
                is_one = len(match.members) < 2 and match.by != "group"
                own = label.student if is_one and self.listing.service in _NUMBERED else ""
                one = Found(entry.path, label, entry.problem, own, match.by == "path")
                found[member.student].append(one)
        moved = [e.path.name for (e, _), m in zip(pairs, matches, strict=True) if m.by == "moved"]
        words = "matched by name, since in the roster the id is another's"
        self._note(words, map(clean_path, moved))
        return found

    def _stranger(self, label: Label) -> Member:
        """Return who is in no roster; an id that is there another's is told apart by the name."""
        is_anothers = label.student in self.matcher.members
        student = f"{label.name} ({label.student})" if is_anothers else label.student
        return Member(student, label.name)

    def _row(self, student: str, found: Sequence[Found]) -> Student:
        member = self.members[student]
        work = [one for one in found if one.label.kind == "work"]
        work = work or [one for one in found if one.label.kind == "text"]
        if not work:
            if found:
                problem = "came without a file: only the receipt is there"
                return Student(member, Attempt(found[0].path, problem=problem))
            return Student(member)
        asked = [one for one in work if one.by_path] or work
        latest = max(map(_when, asked))
        counts, attempt = self._choose([one for one in asked if _when(one) == latest], member)
        rest = [one for one in work if one.path != attempt.path]
        earlier = tuple(self._attempt(one, member) for one in rest if self._is_work(one))
        is_bare = attempt.is_late and attempt.came is None
        notices = ("late by its name, which does not say by how much",) if is_bare else ()
        known = (one.service_id for one in (counts, *found))
        return Student(member, attempt, earlier, notices, next(filter(None, known), ""))

    def _choose(self, found: Sequence[Found], member: Member) -> tuple[Found, Attempt]:
        """Return what counts of one attempt: of each name the last, and one of those."""
        held = [one for one in found if not any(_is_later(other, one) for other in found)]
        accepted = [one for one in held if one.label.file in self.accepts]
        chosen = accepted or [one for one in held if self._is_work(one)]
        first = (chosen or held)[0]
        if len(chosen) == 1:
            return first, self._attempt(first, member)
        names = ", ".join(clean_path(one.label.file or one.path.name) for one in chosen or held)
        wanted = " or ".join(self.accepts) or f".zip or folder with {listed([*self.files])}"
        problem = (
            f"is one of {len(chosen)} candidates, {names}: hand in one of them"
            if chosen
            else first.problem or f"is no {wanted}: there is {names}"
        )
        return first, replace(self._attempt(first, member), problem=problem)

    def _is_work(self, one: Found) -> bool:
        """Whether something may be what is asked for; of several files a folder or archive is."""
        file = one.label.file
        if not file or is_archive(file) or one.problem:
            return True
        return not self.files and (file in self.accepts or is_code(file))

    def _attempt(self, one: Found, member: Member) -> Attempt:
        label = one.label
        came = member.submitted_at or label.came
        if came is not None and came.tzinfo is None:
            came = came.replace(tzinfo=self.zone) if self.zone else None
        return Attempt(one.path, label.file, came, label.is_late, one.problem)

    def _note(self, words: str, names: Iterable[str]) -> None:
        if every := list(names):
            self.intake.notes.append(f"{words}: {some(every, 20)}")

    def _placeholder(self) -> str:
        """Return the one word that Moodle writes in place of every name where names are hidden."""
        names = {entry.label.name for entry in self.listing.entries} - {""}
        name = names.pop() if len(names) == 1 and self.listing.service == "Moodle" else ""
        return "" if " " in name else name


def _is_later(other: Found, one: Found) -> bool:
    """Whether a file of the same name was handed in after one."""
    is_same = plain(other.label.file) == plain(one.label.file)
    return is_same and other.label.order > one.label.order


def _when(one: Found) -> datetime:
    came = one.label.came or datetime(1, 1, 1, tzinfo=UTC)
    return came if came.tzinfo else came.replace(tzinfo=UTC)
