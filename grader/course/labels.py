"""What the names in a download say: whose a file is, when it came, which attempt it was.

Each service names what it hands out in its own way. A name is read as one service's or not at all:
no student is guessed from half a name. Which service it was is decided for a whole folder, by most
of its names.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal, NamedTuple

from grader.course.starts import find_start

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

Kind = Literal["work", "text", "receipt"]

_CANVAS = re.compile(
    r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<id>\d+)_(?:(?P<order>\d+)_(?P<file>.+)|(?P<text>text|link)\.html)"
)
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?anon_(?P<id>[0-9A-Za-z]+)_(?:(?P<order>\d+)_(?P<file>.+)|(?P<text>text|link)\.html)"
)
_AGAIN = re.compile(r"(?P<stem>.+)-(?P<times>\d{1,3})(?P<suffix>\.[^.]+)")
_MOODLE = re.compile(
    r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?P<plugin>file|onlinetext)(?:_(?P<file>.*))?"
)
_BLACKBOARD = re.compile(
    r"(?P<before>.+_.+)_attempt_(?P<at>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<receipt>\.txt))?"
)
_BRIGHTSPACE = re.compile(
    r"(?P<numbers>\d+-\d+) - (?P<middle>.+) - (?P<at>[^-]+ [AP]M)(?: - (?P<file>.+))?"
)
_CLOCK = r" (?P<year>\d{4}) (?P<clock>\d{3,4}) (?P<half>[AP]M)"
_BRIGHTSPACE_TIMES = (
    re.compile(r"(?P<day>\d{1,2}) (?P<month>[A-Za-z]+)" + _CLOCK),
    re.compile(r"(?P<month>[A-Za-z]+) (?P<day>\d{1,2})," + _CLOCK),
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_QUIET = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints", "__pycache__"}
_HALF = re.compile("[\ud800-\udfff]")
_YEARS = range(1900, 9000)
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")


class Name(NamedTuple):
    """The name of an entry, and whether that is a folder."""

    text: str
    is_folder: bool


@dataclass(frozen=True, slots=True)
class Label:
    """What one name says. `came` is a wall clock's time, in no zone where the service names none.

    `student` is the service's id, or else the name as it stands; `file` is what the student called
    it, and "" of a folder. Of two of one student that have one `came` the higher `order` is later.
    """

    student: str
    name: str = ""
    file: str = ""
    came: datetime | None = None
    is_late: bool = False
    order: tuple[int, int] = (0, 0)
    kind: Kind = "work"


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known besides: the students of a roster, and the prefix of repositories' names.

    `starts` are, by service, what the names in this folder have before a student.
    """

    students: Collection[str] = ()
    prefix: str = ""
    starts: Mapping[str, str] = field(default_factory=dict)


def plain(name: str) -> str:
    """Return a name in the one normal form in which names are compared, and which can be written.

    Bytes that are no UTF-8 are shown as Python shows them.
    """
    return _HALF.sub(_show_half, unicodedata.normalize("NFC", name))


def _show_half(half: re.Match[str]) -> str:
    code = ord(half[0])
    return f"\\x{code & 0xFF:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def is_usual(moment: datetime) -> bool:
    """Whether one can reckon with a time: put it into another zone, and add some weeks."""
    return moment.year in _YEARS


def is_quiet(name: str) -> bool:
    """Whether a name is a system's or a download's own, and nobody's submission."""
    return name in _QUIET or name.startswith(".") or name == "index.html"


def is_archive(name: str) -> bool:
    """Whether a name ends as an archive's does that can be unpacked."""
    return name.lower().endswith(_ARCHIVES)


def stem_of(name: str) -> str:
    """Return a file's name without what says its kind."""
    lower = name.lower()
    ending = next((e for e in sorted(_ARCHIVES, key=len, reverse=True) if lower.endswith(e)), "")
    return name[: -len(ending)] if ending else PurePath(name).stem


def with_starts(names: Iterable[Name], hints: Hints) -> Hints:
    """Add to what is known the starts that the names of a folder have before known students."""
    repositories, before = set(), set()
    for name in names:
        text = plain(name.text)
        if name.is_folder:
            repositories.add(text)
        if found := _BLACKBOARD.fullmatch(text):
            before.add(found["before"])
    starts = {
        "GitHub": hints.prefix or find_start(repositories, hints.students, "-"),
        "Blackboard": find_start(before, hints.students, "_"),
    }
    return replace(hints, starts=starts)


def choose_service(names: Iterable[Name], hints: Hints) -> str:
    """Return the service that most of the names in a folder are of; "" where there is none."""
    every = list(names)
    found = {
        service: sum(read(name, hints) is not None for name in every)
        for service, read in SERVICES.items()
    }
    best = max(found, key=lambda service: found[service])
    return best if 2 * found[best] > len(every) else ""


def read_label(service: str, name: Name, hints: Hints) -> Label | None:
    """Read a name as a service's; of none, as a student's own. None where it is not recognised."""
    name = Name(plain(name.text), name.is_folder)
    if service:
        return SERVICES[service](name, hints)
    if name.is_folder:
        return Label(name.text)
    return Label(stem_of(name.text), file=name.text)


def _canvas(name: Name, _: Hints) -> Label | None:
    found = _CANVAS_ANONYMOUS.fullmatch(name.text) or _CANVAS.fullmatch(name.text)
    if found is None or name.is_folder:
        return None
    who = found.groupdict().get("name") or ""
    if who != who.lower():
        return None
    late = bool(found["late"])
    if found["text"]:
        return Label(found["id"], who, name.text, None, late, kind="text")
    file, times = found["file"], 0
    if again := _AGAIN.fullmatch(file):
        file, times = again["stem"] + again["suffix"], int(again["times"])
    return Label(found["id"], who, file, None, late, (times, int(found["order"])))


def _moodle(name: Name, _: Hints) -> Label | None:
    found = _MOODLE.fullmatch(name.text)
    if found is None or not (name.is_folder or found["file"]):
        return None
    kind: Kind = "text" if found["plugin"] == "onlinetext" else "work"
    file = "" if name.is_folder else found["file"]
    return Label(found["id"], found["name"], file, kind=kind)


def _blackboard(name: Name, hints: Hints) -> Label | None:
    found = _BLACKBOARD.fullmatch(name.text)
    if found is None:
        return None
    try:
        came = datetime.strptime(found["at"], "%Y-%m-%d-%H-%M-%S")  # noqa: DTZ007 - in no zone
    except ValueError:
        return None
    if not is_usual(came):
        return None
    student = _user_of(found["before"], hints.starts.get("Blackboard", ""))
    kind: Kind = "receipt" if found["receipt"] and not found["file"] else "work"
    return Label(student, "", "" if name.is_folder else found["file"] or "", came, kind=kind)


def _user_of(before: str, start: str) -> str:
    """Return the user in `{assignment}_{user}`: after a known start, or what is sure, or all."""
    if start and before.startswith(start) and before != start:
        return before.removeprefix(start)
    return before.partition("_")[2] if before.count("_") == 1 else before


def _brightspace(name: Name, hints: Hints) -> Label | None:
    found = _BRIGHTSPACE.fullmatch(name.text)
    if found is None or not (name.is_folder or found["file"]):
        return None
    if (came := _brightspace_time(found["at"])) is None:
        return None
    first, _, rest = found["middle"].partition(" ")
    is_id = bool(rest) and (first in hints.students or any(map(str.isdigit, first)))
    student, who = (first, rest) if is_id else (found["middle"], found["middle"])
    return Label(student, who, found["file"] or "", came)


def _brightspace_time(text: str) -> datetime | None:
    found = next(filter(None, (one.fullmatch(text) for one in _BRIGHTSPACE_TIMES)), None)
    if found is None or (month := found["month"][:3].lower()) not in _MONTHS:
        return None
    hour, minute = divmod(int(found["clock"]), 100)
    hour = hour % 12 + 12 * (found["half"] == "PM")
    try:
        came = datetime(  # noqa: DTZ001 - in no zone
            int(found["year"]), _MONTHS.index(month) + 1, int(found["day"]), hour, minute
        )
    except ValueError:
        return None
    return came if is_usual(came) else None


def _repository(name: Name, hints: Hints) -> Label | None:
    """Read a repository's name, whose start is known: a student may have hyphens."""
    start = hints.starts.get("GitHub", hints.prefix)
    rest = name.text.removeprefix(start)
    return Label(rest) if name.is_folder and rest and rest != name.text else None


SERVICES: dict[str, Callable[[Name, Hints], Label | None]] = {
    "Canvas": _canvas,
    "Moodle": _moodle,
    "Blackboard": _blackboard,
    "Brightspace": _brightspace,
    "GitHub": _repository,
}
"""The services whose names are known; Gradescope names its folders in a file, and not here."""
