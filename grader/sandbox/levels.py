"""Levels of isolation: what each is made of, and what speaks against each before it is tried.

A level is never believed because of a kernel version or a setting. It is started,
and a throw-away worker inside it tries what must fail and what must work
(``inside/probes.py``). The strongest level that passes is used and named in every grade.
"""

import glob
import os
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.inside.landlock import NEWEST
from grader.sandbox import visible_paths

# No bytecode, no user's packages, no current folder on the path: as -I, but for our hash seed.
_FLAGS = ("-B", "-s", "-P")
_FACTS = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")
_GPU_FACTS = ("/proc/driver/nvidia", "/proc/sys/vm/mmap_min_addr")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_INSIDE = Path(__file__).parents[1] / "inside"
_NOBODY = 60_001  # ordinary users end at 60,000 (login.defs)
_FIRST_OF_RANGE, _RANGE = 1_879_048_192, 1_000  # just after those that systemd gives to containers
_OTHERS_MAY_START = 512
_BWRAP_SCRATCH = str(512 << 20)  # all workers of a grader share it


class IsolationError(Exception):
    """The machine does not give the isolation asked for; the message says why and what helps."""


class StartTimeoutError(IsolationError):
    """The machine was too busy to give it in time: nobody's fault, and worth another try."""


class GpuUnusableError(StartTimeoutError):
    """There is a card, and something else keeps it from us; the message says what."""


@dataclass(frozen=True)
class Level:
    """One level, ready to be started for one assignment.

    ``public`` is the folder that every worker sees, and ``data`` another, of which it may map
    ``mapped`` bytes on top of its memory; ``private`` are those that only a worker
    which names them sees (the reference), ``secret`` what must never be seen. With ``programs``
    workers see those of the machine. The wall uses nothing newer than ``newest_landlock``.
    """

    name: str
    public: str | None = None
    data: str | None = None
    mapped: int = 0
    private: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    device: str = "cpu"
    hash_seed: int = 0
    namespaces: bool = True
    landlock: bool = True
    filter: bool = True
    first_uid: int = 0
    uids: int = 1
    bwrap: str = ""
    newest_landlock: int = NEWEST
    programs: bool = False

    @property
    def roots(self) -> bool:
        """Whether the level has a file system of its own, with nothing in it but what is shown."""
        return self.namespaces or bool(self.bwrap)

    def wall(self) -> dict[str, Any]:
        """The settings that the launcher needs."""
        return {
            "level": self.name,
            "namespaces": self.namespaces,
            "landlock": self.landlock,
            "filter": self.filter,
            "places": self.places(),
            "read": [
                *map(os.path.realpath, [*self.binds(), *self._shown()]),
                *_FACTS,
                *_DEVICES,
                *(_GPU_FACTS if self.device == "cuda" else ()),
                *self._gpu(),
            ],
            "private": [os.path.realpath(path) for path in self.private],
            "first_uid": self.first_uid,
            "uids": self.uids,
            "counted": self._counted(),
            "mapped": self.mapped,
            "device": self.device,
            "newest_landlock": self.newest_landlock,
        }

    def binds(self) -> list[str]:
        """What every worker reads of the machine's own files."""
        extra = visible_paths.libraries() if self.device == "cuda" else []
        return [
            *self._system(),
            _FACTS[-1],
            *visible_paths.interpreter(),
            *visible_paths.sites(),
            *extra,
        ]

    def places(self) -> list[visible_paths.Place]:
        """What a file system of the level's own is made of, parents first."""
        shown = [*self._shown(), *self.private]
        hidden, system = [str(_INSIDE.parent), *self.secret], self._system()
        links = [
            link
            for path in [*self.binds(), *shown, *visible_paths.names_of_python()]
            for link in visible_paths.links_to(path)
        ]
        return visible_paths.in_order(
            [
                *links,
                *(("bind", path) for path in system),
                *(
                    ("bind", os.path.realpath(path))
                    for path in [*self.binds()[len(system) :], *self._gpu()]
                ),
                *(("hide", os.path.realpath(path)) for path in hidden),
                *(("bind", os.path.realpath(path)) for path in shown),
            ]
        )

    def objection(self, profile: str = "plain") -> str:
        """Why this level cannot be had here, where that is known beforehand; or ''."""
        if profile != "plain" and not self.namespaces:
            return f"the profile {profile!r} starts processes, which only own namespaces can hold"
        if self.roots:
            return ""
        for path in map(os.path.realpath, self.secret if self.landlock else ()):
            if visible_paths.below(path, map(os.path.realpath, self.binds())):
                return (
                    f"{path} lies in a folder that workers must read: move the assignment elsewhere"
                )
        if self.uids > 1:
            needed = [*visible_paths.interpreter(), *visible_paths.sites(), *self._shown()]
            closed = next(filter(None, map(visible_paths.closed_to_others, needed)), None)
            if closed:
                return (
                    f"{closed} is closed to the users that workers would be, who could not read it"
                )
        return ""

    def command(self, scratch: str) -> list[str]:
        """The interpreter to start, with what must stand before it."""
        before = self._bwrap_command(scratch) if self.bwrap else []
        return [*before, visible_paths.program(), *_FLAGS]

    def environment(self, folder: str) -> dict[str, str]:
        """All that a worker knows of the outside; with hashes that are the same in every run."""
        return {
            **visible_paths.environment(self.device, folder),
            "PYTHONHASHSEED": str(self.hash_seed),
        }

    def _bwrap_command(self, scratch: str) -> list[str]:
        """Without --die-with-parent, which follows a thread: the zygote ends with its socket."""
        words = [self.bwrap, "--unshare-all", "--unshare-user", "--new-session"]
        shown = self.places()
        bound = [path for act, path, *_ in shown if act == "bind" and not os.path.islink(path)]
        hidden = [
            path for act, path, *_ in shown if act == "hide" and visible_paths.below(path, bound)
        ]
        for act, path, *target in shown:
            if act == "bind" and not os.path.islink(path):
                words += ["--ro-bind-try", path, path]
            elif path in hidden:
                words += ["--tmpfs", path]
            elif act == "link" and not visible_paths.below(path, bound):
                words += ["--symlink", *target, path]
        words += ["--proc", "/proc", "--dev", "/dev", "--size", _BWRAP_SCRATCH]
        words += ["--tmpfs", scratch, "--dir", "/tmp"]  # noqa: S108 - inside
        for path in [*hidden, "/dev", "/"]:
            words += ["--remount-ro", path]
        return [*words, "--chdir", "/", "--"]

    def _shown(self) -> list[str]:
        """What every worker reads of ours and of the assignment's."""
        return [str(_INSIDE), *filter(None, (self.public, self.data))]

    def _system(self) -> tuple[str, ...]:
        whole = self.programs or self.device == "cuda"
        return visible_paths.WHOLE_SYSTEM if whole else visible_paths.SYSTEM

    def _gpu(self) -> list[str]:
        return sorted(glob.glob("/dev/nvidia*")) if self.device == "cuda" else []

    def _counted(self) -> int:
        """Processes and threads that count against a worker's limit though they are not its own."""
        if self.uids > 1 or (self.namespaces and _counts_by_namespace()):
            return 0
        return _tasks_of(os.getuid()) + _OTHERS_MAY_START


def levels(**what: Any) -> list[Level]:  # noqa: ANN401 - the fields of Level
    """The levels that could work here, strongest first, L0 last."""
    if os.getuid() == 0:
        ranged = {"first_uid": _FIRST_OF_RANGE, "uids": _RANGE, **what}
        return [
            Level("L3r", **ranged),
            Level("L3", first_uid=_NOBODY, **what),
            Level("L3-landlock", landlock=False, **ranged),
            Level("L2u", namespaces=False, first_uid=_NOBODY, uids=_RANGE, **what),
            Level(
                "L0",
                namespaces=False,
                landlock=False,
                filter=False,
                first_uid=_NOBODY,
                uids=_RANGE,
                **what,
            ),
        ]
    # The system's own, whatever the grader's PATH says.
    bwrap = shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin") or ""
    return [
        Level("L3", **what),
        Level("L3-landlock", landlock=False, **what),
        *([Level("L3b", namespaces=False, bwrap=bwrap, **what)] if bwrap else []),
        Level("L2", namespaces=False, **what),
        Level("L0", namespaces=False, landlock=False, filter=False, **what),
    ]


def _counts_by_namespace() -> bool:
    """Since Linux 5.14 a user's processes are counted for each user namespace on its own."""
    numbers = platform.release().split("-")[0].split(".")
    return tuple(int(n) for n in numbers[:2] if n.isdigit()) >= (5, 14)


def _tasks_of(uid: int) -> int:
    """Processes and threads of a user, as far as they can be seen."""
    found = 0
    for entry in os.scandir("/proc"):
        try:
            if entry.name.isdigit() and entry.stat().st_uid == uid:
                found += len(os.listdir(f"{entry.path}/task"))
        except OSError:
            continue
    return found
