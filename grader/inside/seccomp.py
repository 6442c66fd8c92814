"""The system-call filter of a worker, as a classic BPF program written by hand.

Namespaces and Landlock take away *what* can be reached; the filter takes away
the verbs: sockets, processes, tracing, mounting, signals to others, the clock,
and the young corners of the kernel where most of its faults are found.
"""

import ctypes
import errno
import struct

from . import system
from .syscalls import LAST_KNOWN, NUMBER

_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000
_CLONE_THREAD = 0x10000
_CLONE_NAMESPACES = 0x7E020080
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_SIGNAL_OWNERS = (0x8901, 0x8902)  # FIOSETOWN, SIOCSPGRP: signals to others by way of a file
_FILE_SIGNALS = (8, 10, 15, 1024, 1026)  # F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY
_LOCKS = (6, 7, 37, 38)  # F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW: felt outside as flock is
_CORE_SCHEDULING = 62  # keeps others off the other half of a core
_HARMLESS_IOCTLS = (0x5400, 0x4600, 0)  # of terminals and pipes, of a GPU; others change files
_AF_UNIX = 1
_O_TRUNC_AND_MODE, _O_TRUNC = 0x203, 0x200
_SET_FILTER, _ALL_THREADS = 1, 1

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _AND, _RETURN = (
    0x20,
    0x15,
    0x35,
    0x45,
    0x54,
    0x06,
)
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_AT_NUMBER, _AT_ARCHITECTURE, _AT_ARGUMENTS = 0, 4, 16

Step = tuple[int, int, int, int]

_NEVER = """
ptrace process_vm_readv process_vm_writev kcmp unshare setns mount umount2 pivot_root chroot
rt_sigqueueinfo rt_tgsigqueueinfo bpf perf_event_open userfaultfd keyctl add_key request_key
init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff syslog acct
quotactl name_to_handle_at open_by_handle_at iopl ioperm modify_ldt uselib lookup_dcookie
personality setpriority sched_setaffinity sched_setscheduler sched_setattr sched_setparam ioprio_set
setrlimit setsid setpgid mknod mknodat vmsplice memfd_create clock_settime clock_adjtime
settimeofday adjtimex sethostname setdomainname vhangup shmget shmat shmctl semget msgget mq_open
fanotify_init inotify_init inotify_init1 move_pages migrate_pages pidfd_send_signal io_uring_setup
io_uring_enter io_uring_register open_tree move_mount fsopen fsconfig fsmount fspick pidfd_open
pidfd_getfd process_madvise mount_setattr quotactl_fd memfd_secret process_mrelease sync syncfs
listmount statmount semop semtimedop semctl msgsnd msgrcv msgctl mq_unlink
landlock_create_ruleset landlock_add_rule landlock_restrict_self
""".split()
_SOCKETS = "socket socketpair connect bind listen accept accept4".split()
_PROCESSES = "fork vfork".split()
_PROGRAMS = "execve execveat".split()
# Without namespaces, files of the same user can be spoilt by name: Landlock does not cover these.
_FILE_FACTS = """
chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat
setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr truncate flock
""".split()


def install(profile: str, own_pid: int | None = None) -> None:
    """Filter every thread of this process, for good.

    ``profile`` is ``plain`` (threads, but no processes, programs or sockets),
    ``workers`` (processes and Unix sockets, for DataLoader) or ``compile`` (programs
    too). ``own_pid`` is given where the pid namespace is shared with others: signals
    may then go to that process alone, and calls that change files by name are refused.
    """
    steps = program(profile, own_pid)
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(buffer))
    system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)
    system.syscall(NUMBER["seccomp"], _SET_FILTER, _ALL_THREADS, header)


def program(profile: str, own_pid: int | None) -> list[Step]:
    """The filter's instructions: architecture first, then arguments, then plain refusals."""
    steps = _architecture()
    for name, error in _refusals(profile, own_pid).items():
        steps += _refuse(name, error)
    for name, argument, test, value in _argument_rules(profile, own_pid):
        steps += _refuse_argument(name, argument, test, value)
    beyond = [(_JUMP_AT_LEAST, 0, 1, LAST_KNOWN + 1), (_RETURN, 0, 0, _FAIL | errno.ENOSYS)]
    return [*steps, *beyond, (_RETURN, 0, 0, _ALLOW)]


def _architecture() -> list[Step]:
    steps = [
        (_LOAD, 0, 0, _AT_ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _ARCHITECTURE[system.MACHINE]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _AT_NUMBER),
    ]
    if system.MACHINE == "x86_64":
        steps += [(_JUMP_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _FAIL | errno.ENOSYS)]
    return steps


def _refusals(profile: str, own_pid: int | None) -> dict[str, int]:
    names = list(_NEVER)
    if profile == "plain":
        names += [*_SOCKETS, *_PROCESSES]
    if profile != "compile":
        names += [*_PROGRAMS, "flock"]  # a lock on a library's file would be felt outside
    if own_pid is not None:
        names += _FILE_FACTS
    refused = dict.fromkeys(names, errno.EPERM)
    refused["clone3"] = errno.ENOSYS  # glibc falls back to clone, whose flags can be read here
    if own_pid is not None:
        refused["openat2"] = errno.ENOSYS
    return refused


def _argument_rules(profile: str, own_pid: int | None) -> list[tuple[str, int, str, int]]:
    rules = [
        ("clone", 0, "any_bit", _CLONE_NAMESPACES),
        *(("ioctl", 1, "equal", request) for request in (*_TERMINAL_INPUT, *_SIGNAL_OWNERS)),
        *(("fcntl", 1, "equal", command) for command in (*_FILE_SIGNALS, *_LOCKS)),
        ("prlimit64", 0, "differs", 0),
        ("prctl", 0, "equal", system.PR_SET_PDEATHSIG),
        ("prctl", 0, "equal", system.PR_SET_DUMPABLE),
        ("prctl", 0, "equal", _CORE_SCHEDULING),
    ]
    if profile == "plain":
        rules.append(("clone", 0, "no_bit", _CLONE_THREAD))
    else:
        rules += [(name, 0, "differs", _AF_UNIX) for name in ("socket", "socketpair")]
    if own_pid is not None:
        rules += [(name, 0, "differs", own_pid) for name in ("kill", "tgkill")]
        rules += [("tkill", 0, "differs", own_pid)]
        rules += [("open", 1, "truncates", 0), ("openat", 2, "truncates", 0)]
        rules.append(("ioctl", 1, "of_files", 0))
    return rules


def _refuse(name: str, error: int) -> list[Step]:
    number = NUMBER[name]
    if number < 0:
        return []
    return [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _FAIL | error)]


def _refuse_argument(name: str, argument: int, test: str, value: int) -> list[Step]:
    """Refuse a call whose argument (its low 32 bits) passes the test."""
    number = NUMBER[name]
    if number < 0:
        return []
    tests = {
        "equal": [(_JUMP_EQUAL, 0, 1, value)],
        "differs": [(_JUMP_EQUAL, 1, 0, value)],
        "any_bit": [(_JUMP_ANY_BIT, 0, 1, value)],
        "no_bit": [(_JUMP_ANY_BIT, 1, 0, value)],
        "truncates": [(_AND, 0, 0, _O_TRUNC_AND_MODE), (_JUMP_EQUAL, 0, 1, _O_TRUNC)],
    }
    last = len(_HARMLESS_IOCTLS)
    tests["of_files"] = [
        (_AND, 0, 0, 0xFF00),
        *((_JUMP_EQUAL, last - at, 0, kind) for at, kind in enumerate(_HARMLESS_IOCTLS)),
    ]
    block = [
        (_LOAD, 0, 0, _AT_ARGUMENTS + 8 * argument),
        *tests[test],
        (_RETURN, 0, 0, _FAIL | errno.EPERM),
        (_LOAD, 0, 0, _AT_NUMBER),
    ]
    return [(_JUMP_EQUAL, 0, len(block), number), *block]
