"""What a worker gives up, in order, before it sees a byte of the submission.

The order matters: mounting needs the capabilities that are dropped next, Landlock
needs the mounts, and the filter comes last because it forbids all of the above. A GPU is
opened just before the filter: its driver's library makes sockets and threads for itself, which
no student's code may do after it.
"""

import os
import resource
import sys
from dataclasses import dataclass

from . import gpu, landlock, namespaces, seccomp, system
from .landlock import NEWEST

REQUESTS, PRINTS, WHEREABOUTS, ARGUMENTS = 3, 1, 4, 5
_STACK = 16 << 20
_OPEN_FILES = 128  # pipes and sockets hold the kernel's memory: see security.md
_PROCESSES = 64  # threads too; where processes may be, each has the whole of `memory`
_MOST_DESCRIPTORS = 1 << 20  # the kernel's fs.nr_open
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - with namespaces it is a new one of our own


@dataclass(frozen=True)
class Wall:
    """How the zygote and its workers are held; fixed when the zygote starts.

    ``first_uid`` and ``uids``: the range that workers take their user from, if there is
    one; inside namespaces the range is mapped to 0 and up. ``counted`` is the number of
    processes and threads that the kernel counts against a worker's user besides its own, and
    ``mapped`` that of bytes of data that a worker may map besides its memory.
    """

    level: str
    namespaces: bool
    landlock: bool
    filter: bool
    places: list[tuple[str, ...]]
    read: list[str]
    private: list[str]
    first_uid: int = 0
    uids: int = 1
    counted: int = 0
    mapped: int = 0
    device: str = "cpu"
    newest_landlock: int = NEWEST


@dataclass(frozen=True)
class WorkerLimits:
    """What one worker may use: bytes, seconds, counts; ``private`` are folders it alone sees."""

    number: int
    memory: int
    cpu_seconds: int
    scratch: int
    files: int
    gpu_memory: int = 0
    profile: str = "plain"
    threads: int = 1
    private: tuple[str, ...] = ()
    folder: str = namespaces.SCRATCH

    @property
    def private_memory(self) -> int:
        """Bytes of private memory: what a submission may take, and the stacks of its threads."""
        return self.memory + (self.threads - 1) * _STACK


def confine(wall: Wall, limits: WorkerLimits, *descriptors: int) -> None:
    """Lock this process in for good, with its line, its two pipes and its memory for arguments.

    Raises OSError if any part of the wall cannot be had.
    """
    system.die_with_parent()  # a fork does not inherit it
    # A group of its own, so that a signal to the group reaches nobody else.
    if os.getsid(0) != os.getpid():
        os.setsid()
    uid = _uid(wall, limits)
    if wall.namespaces:
        _own_file_system(wall, limits)
    else:
        _own_folder(limits.folder, uid)
    # Before the limits: descriptors have high numbers meanwhile.
    _descriptors(*descriptors)
    _identity(wall, uid)
    _set_limits(wall, limits)
    os.chdir(limits.folder)
    if wall.landlock:
        hidden = set(wall.private) - set(limits.private)
        read = [path for path in [*wall.read, *limits.private] if path not in hidden]
        shared = [_SHARED_MEMORY] if wall.namespaces else []
        write = [limits.folder, "/dev/null", *shared, *_devices(wall)]
        landlock.restrict(read, write, wall.newest_landlock)
    if wall.device == "cuda":
        gpu.open_gpu(limits.gpu_memory)
        _limit_private_memory(limits)
    if wall.filter:
        own_pid = None if wall.namespaces else os.getpid()
        seccomp.install(limits.profile, own_pid, wall.device)


def _own_file_system(wall: Wall, limits: WorkerLimits) -> None:
    system.unshare(system.CLONE_NEWNS | system.CLONE_NEWIPC)
    for place in wall.private:
        if place not in limits.private:
            namespaces.cover(place)
    namespaces.scratch(limits.scratch, limits.files)


def _own_folder(folder: str, uid: int | None) -> None:
    """Without a file system of one's own: a folder that is nobody else's."""
    os.mkdir(folder, 0o700)
    if uid is not None:  # while we may: the user changes next
        os.chown(folder, uid, uid)
    os.environ.update(HOME=folder, TMPDIR=folder)
    if "tempfile" in sys.modules:
        sys.modules["tempfile"].tempdir = None  # type: ignore[attr-defined]  # look again, should anybody have looked before


def _descriptors(requests: int, prints: int, stack_dump: int, arguments: int) -> None:
    """Keep a socket, two pipes and a piece of memory; close all else that the zygote had open."""
    kept = [os.dup(d) for d in (requests, prints, stack_dump, arguments)]
    # Above what is in use, so that none is overwritten before it is moved.
    high = [os.dup2(d, 200 + i) for i, d in enumerate(kept)]
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(high[1], PRINTS)
    os.dup2(high[1], 2)
    os.dup2(high[0], REQUESTS)
    # These two are not for programs that a worker starts.
    os.dup2(high[2], WHEREABOUTS, inheritable=False)
    os.dup2(high[3], ARGUMENTS, inheritable=False)
    os.closerange(ARGUMENTS + 1, _MOST_DESCRIPTORS)


def _uid(wall: Wall, limits: WorkerLimits) -> int | None:
    """The user to become; None where a worker stays who the zygote is."""
    if wall.uids == 1:
        return None
    first = 1 if wall.namespaces else wall.first_uid  # 0 is the zygote's own in there
    return first + limits.number % (wall.uids - 1)


def _identity(wall: Wall, uid: int | None) -> None:
    """Become a user of one's own where there is a range of them, and give up every capability."""
    if wall.namespaces and uid is None:
        namespaces.be_user_of_ones_own()
    # Before the change of user, which takes away the right to do it.
    if wall.namespaces or os.geteuid() == 0:
        system.forgo_capabilities()
    if uid is not None:
        os.setgroups([])  # groups, group, user: each takes the right that the last one gives up
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    system.clear_capabilities()
    if not wall.namespaces and os.getuid() == 0:
        raise PermissionError("no student's code runs as root")
    system.die_with_parent()


def _set_limits(wall: Wall, limits: WorkerLimits) -> None:
    """Limit what this process may still take, on top of what the zygote's imports hold."""
    held, data = _memory_held()
    kernel = [
        (resource.RLIMIT_FSIZE, limits.scratch),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_NPROC, wall.counted + _PROCESSES),
        (resource.RLIMIT_STACK, _STACK),
        (resource.RLIMIT_CORE, 1),  # 0 would still start a handler that core_pattern names
        (resource.RLIMIT_SIGPENDING, _PROCESSES),  # the kernel counts them for each user
        (resource.RLIMIT_MEMLOCK, 0),  # this and the next are counted for each user
        (resource.RLIMIT_MSGQUEUE, 0),
    ]
    if wall.device == "cpu":  # a CUDA process reserves more address space than the machine has
        # What is mapped and hardly used: a first thread maps 140 MiB, scipy 150, another 64.
        spare = wall.mapped + (512 << 20) + (limits.threads - 1) * (64 << 20)
        kernel.append((resource.RLIMIT_AS, held + limits.private_memory + spare))
        kernel.append((resource.RLIMIT_DATA, data + limits.private_memory))
    for name, value in kernel:
        system.set_limit(name, value)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    hard = limits.cpu_seconds + 1 if most < 0 else min(limits.cpu_seconds + 1, most)
    # A second between SIGXCPU, which has the line written down, and SIGKILL.
    resource.setrlimit(resource.RLIMIT_CPU, (min(limits.cpu_seconds, hard), hard))


def _limit_private_memory(limits: WorkerLimits) -> None:
    """Limit private memory, counted from what the GPU's driver has taken by now."""
    _, data = _memory_held()
    system.set_limit(resource.RLIMIT_DATA, data + limits.private_memory)


def _devices(wall: Wall) -> list[str]:
    """What a CUDA worker must be able to write to: the GPU's device files, its threads' names."""
    if wall.device != "cuda":
        return []
    return [*(path for path in wall.read if path.startswith("/dev/nvidia")), "/proc/self/task"]


def _memory_held() -> tuple[int, int]:
    """Bytes of address space and of private data that this process has now."""
    with open("/proc/self/statm", "rb") as facts:
        pages = facts.read().split()
    size = resource.getpagesize()
    return int(pages[0]) * size, int(pages[5]) * size
