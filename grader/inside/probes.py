"""What must fail behind a wall, tried beside what must work by a worker that is thrown away.

Each probe comes back as an empty text when the wall did as it should, and otherwise as
what happened. A level with one wrong probe is not that level. A probe that must fail
does so by an OSError, or says what it could do; it undoes what it did.
"""

import errno
import os
import resource
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any

from . import gpu, system
from .syscalls import NUMBER
from .works import MUST_WORK, MUST_WORK_ON_A_GPU, Facts, Probe


def run(facts: Facts) -> dict[str, str]:
    """Try everything.

    ``facts``: paths that must stay closed, pids of others, the public folders, the device.
    """
    refused = (
        {name: _refused(probe, facts) for name, probe in MUST_FAIL.items()}
        if facts["walled"]
        else {}
    )
    must_work = MUST_WORK | (MUST_WORK_ON_A_GPU if facts["device"] == "cuda" else {})
    works = {name: _works(probe, facts) for name, probe in must_work.items()}
    return {**refused, **works}


def _refused(probe: Probe, facts: Facts) -> str:
    try:
        result = probe(facts)
    except OSError:
        return ""
    return "" if result is None else f"was possible: {str(result)[:80]}"


def _works(probe: Probe, facts: Facts) -> str:
    try:
        probe(facts)
    except Exception as error:  # noqa: BLE001 - any failure of something ordinary is the finding
        return f"failed: {type(error).__name__}: {error}"[:200]
    return ""


def _possible(act: Callable[..., object], *words: object) -> bool:
    """Whether the kernel let us do it."""
    try:
        act(*words)
    except OSError:
        return False
    return True


def _which(act: Callable[[Any], object], things: Iterable[Any]) -> object:
    """Those things with which an act was possible; None if it was with none."""
    return [thing for thing in things if _possible(act, thing)] or None


def _did(act: Callable[..., object], *words: object) -> Probe:
    """A probe that does one thing, and says so if it came back."""

    def probe(_facts: Facts) -> object:
        act(*words)
        return "done"

    return probe


def _open(path: str, flags: int = os.O_RDONLY) -> None:
    os.close(os.open(path, flags))


def _open_to_write(path: str) -> None:
    _open(path, os.O_WRONLY)


def _others(facts: Facts) -> list[int]:
    """Numbers of other processes; one of our own by that number is no other."""
    return [pid for pid in facts["pids"] if pid != os.getpid()]


def _see_processes(facts: Facts) -> object:
    names = ("environ", "mem", "maps", "cmdline")
    return _which(_open, [f"/proc/{pid}/{name}" for pid in _others(facts) for name in names])


def _signal_nothing(pid: int) -> None:
    os.kill(pid, 0)


def _write_outside(facts: Facts) -> object:
    folders = ["/", "/usr", "/dev", "/etc", "/var/tmp", "/home", "/tmp", facts["folder"]]  # noqa: S108 - must fail
    shared = ["/dev/shm"] if facts["shared"] else []  # noqa: S108 - without namespaces it is everybody's
    return _which(_create, [*folders, *shared])


def _create(folder: str) -> None:
    path = os.path.join(folder, "torchmarks-probe")
    _open(path, os.O_CREAT | os.O_WRONLY)
    os.unlink(path)


def _change_outside(facts: Facts) -> object:
    path = facts["file"]
    acts: tuple[tuple[Any, ...], ...] = (
        (_open, path, os.O_WRONLY),
        (_open, path, os.O_RDONLY | os.O_TRUNC),
        (_open, path, os.O_ACCMODE),
        (_open, path, os.O_ACCMODE | os.O_TRUNC),
        (os.truncate, path, 0),
        (os.chmod, path, 0o600),
        (os.utime, path, (0, 0)),
        (os.rename, path, path + "2"),
        (os.unlink, path),
    )
    return [act.__name__ for act, *words in acts if _possible(act, *words)] or None


def _fork(_facts: Facts) -> object:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "fork"


def _trace(pid: int) -> None:
    # ptrace; 16 is PTRACE_ATTACH.
    system.syscall({"x86_64": 101, "aarch64": 117}[system.MACHINE], 16, pid, 0, 0)


def _unknown_call(_facts: Facts) -> object:
    try:
        return system.syscall(999, 0)  # no kernel has so many yet
    except OSError as error:
        return None if error.errno == errno.ENOSYS else error


def _reached(name: str) -> None:
    """Make a call that must be refused before it looks at its arguments."""
    try:
        system.syscall(NUMBER[name], 0, 0, 0, 0, 0, 0)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.ENOSYS):
            raise


def _raise_limit(name: str) -> None:
    most = resource.RLIM_INFINITY
    try:
        resource.setrlimit(getattr(resource, name), (most, most))
    except ValueError as error:  # how Python says "not permitted" here
        raise OSError(errno.EPERM, name) from error


def _open_socket(kind: tuple[int, int]) -> None:
    socket.socket(*kind).close()


def _inherited(_facts: Facts) -> object:
    """Descriptors beyond standard input, two pipes, a socket and the memory for arguments."""
    found = []
    for number in sorted(set(range(6, 4096)) - gpu.descriptors):  # 0 to 5 are its own: confine.py
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found or None


def _secret_environment(_facts: Facts) -> object:
    known = ("TORCHMARKS", "TOKEN", "SECRET", "PASSWORD", "GITHUB_", "SSH_", "AWS_")
    return [name for name in os.environ if name.upper().startswith(known)] or None


_SETTINGS = ("kernel/core_pattern", "vm/drop_caches", "kernel/modprobe")
_LIMITS = ("RLIMIT_NOFILE", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NPROC")
_OFF_THE_LIST = """
fadvise64 readahead mincore cachestat splice io_setup timer_create timerfd_create signalfd4
inotify_init1 sendmsg recvmsg setsockopt io_uring_setup userfaultfd mlockall mq_open openat2 clone3
""".split()
_SOCKETS = (  # families and types: inet, inet6, unix, netlink, packet, alg, vsock
    *((2, 2), (2, 1), (10, 1), (1, 1), (16, 3), (17, 3), (38, 5), (40, 1)),
)

MUST_FAIL: dict[str, Probe] = {
    "read what is closed": lambda facts: _which(_open, facts["closed"]),
    "read another process": _see_processes,
    "signal another process": lambda facts: _which(_signal_nothing, _others(facts)),
    "write outside the scratch folder": _write_outside,
    "change a file outside": _change_outside,
    "write the kernel's settings": lambda _: _which(
        _open_to_write, ["/proc/sysrq-trigger", *(f"/proc/sys/{name}" for name in _SETTINGS)]
    ),
    "keep an inherited descriptor": _inherited,
    "see the grader's environment": _secret_environment,
    "start a process": _fork,
    "run a program": _did(os.execv, "/bin/true", ["true"]),
    "trace a process": lambda facts: _which(_trace, facts["pids"]),
    "open a socket": lambda _: _which(_open_socket, _SOCKETS),
    "enter a user namespace": _did(system.unshare, system.CLONE_NEWUSER),
    "mount": _did(system.mount, "x", "/", "tmpfs"),
    "change the root": _did(os.chroot, "/"),
    "set the clock": lambda _: _did(time.clock_settime, time.CLOCK_REALTIME, time.time())({}),
    "move to another core": _did(os.sched_setaffinity, 0, {0}),
    "raise a limit": lambda _: _which(_raise_limit, _LIMITS),
    "make an anonymous file": _did(os.memfd_create, "probe"),
    "call what the kernel may learn later": _unknown_call,
    "call what is not on the list": lambda _: _which(
        _reached, [name for name in _OFF_THE_LIST if NUMBER.get(name, -1) >= 0]
    ),
}
