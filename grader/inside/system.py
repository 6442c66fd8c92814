"""The kernel, by ctypes: the few calls that Python's ``os`` does not have."""

import ctypes
import errno
import os
import platform
import struct
import sys

if sys.platform != "win32":  # there this is imported by whoever practises, and nothing is called
    import resource

    _libc = ctypes.CDLL(None, use_errno=True)
    _libc.syscall.restype = ctypes.c_long

MACHINE = platform.machine()

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
PR_CAPBSET_DROP, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 24, 28, 47, 4
SECUREBITS_NO_ROOT_LOCKED = 0x2F

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2

_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID = 1, 2
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_SYS_MOUNT_SETATTR = 442
_CAPABILITY_VERSION_3 = 0x20080522
_MADV_COLLAPSE = 25


def check(result: int, what: str) -> int:
    """Return ``result``, or raise the OSError that ``errno`` names if it is negative."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: object) -> int:
    """Make a system call; integers travel as longs. Negative results raise OSError."""
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return check(_libc.syscall(ctypes.c_long(number), *words), f"system call {number}")


def prctl(option: int, *arguments: int) -> None:
    """Ask for an operation on this process; missing arguments are 0. See prctl in section 2."""
    words = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    check(_libc.prctl(ctypes.c_int(option), *words), f"prctl {option}")


def die_with_parent() -> None:
    """Ask for SIGKILL when the parent ends; a change of user clears it, so ask again then."""
    prctl(PR_SET_PDEATHSIG, 9)


def unshare(flags: int) -> None:
    """Leave the namespaces that ``flags`` name for new ones."""
    check(_libc.unshare(ctypes.c_int(flags)), f"unshare {flags:#x}")


def setns(descriptor: int, kind: int) -> None:
    """Enter the namespace behind an open descriptor."""
    check(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(kind)), "setns")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount, bind or remount, as section 2 of the manual has it."""
    texts = [os.fsencode(t) if t else None for t in (source, target, kind)]
    options = os.fsencode(data) if data else None
    check(_libc.mount(*texts, ctypes.c_ulong(flags), options), f"mount {target}")


def unmount(target: str) -> None:
    """Detach a mount, busy or not."""
    check(_libc.umount2(os.fsencode(target), MNT_DETACH), f"unmount {target}")


def make_read_only(target: str) -> None:
    """Make a mount and all below it read-only and nosuid (Linux 5.12), or the top one on older."""
    attributes = struct.pack("4Q", _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID, 0, 0, 0)
    try:
        path = os.fsencode(target)
        syscall(_SYS_MOUNT_SETATTR, _AT_FDCWD, path, _AT_RECURSIVE, attributes, len(attributes))
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        kept = os.statvfs(target).f_flag & (MS_NODEV | MS_NOEXEC | 0x400 | 0x800 | 0x200000)
        mount("", target, "", MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | kept)


def collapse(address: int, size: int) -> bool:
    """Put a piece of this process's memory into large pages (Linux 6.1); whether that was done."""
    words = ctypes.c_size_t(address), ctypes.c_size_t(size), ctypes.c_int(_MADV_COLLAPSE)
    return bool(_libc.madvise(*words) == 0)


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root and hang the former one under ``old``."""
    syscall(_SYS_PIVOT_ROOT[MACHINE], os.fsencode(new), os.fsencode(old))


def forgo_capabilities() -> None:
    """Make sure that no capability can ever be gained again; those held now stay for a moment."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    prctl(PR_SET_SECUREBITS, SECUREBITS_NO_ROOT_LOCKED)


def clear_capabilities() -> None:
    """Give up every capability held."""
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    check(_libc.capset(header, bytes(24)), "capset")


def set_limit(name: int, value: int) -> None:
    """Lower one resource limit, soft and hard, never above the present hard limit."""
    _, hard = resource.getrlimit(name)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(name, (value, value))
