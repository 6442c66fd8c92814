"""Landlock: which paths a worker may open, enforced by the kernel (Linux 5.13 and newer)."""

import os
import struct
from collections.abc import Iterable

from . import system

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION = 1
_RULE_PATH = 1
# Version 7 adds nothing to refuse, only what is logged.
NEWEST = 6
"""The newest version that is made use of."""

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_CHAR, MAKE_BLOCK, TRUNCATE, IOCTL_DEV = 1 << 6, 1 << 11, 1 << 14, 1 << 15
READ = EXECUTE | READ_FILE | READ_DIR
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

# Access rights known to each version of the interface: 13, then REFER, TRUNCATE, IOCTL_DEV.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_NETWORK = 0b11  # bind and connect of TCP, version 4
_SCOPES = 0b11  # abstract Unix sockets and signals to the outside, version 6


def version() -> int:
    """The kernel's Landlock version, 0 where there is none; asked of the kernel itself."""
    try:
        return system.syscall(_CREATE, None, 0, _VERSION)
    except OSError:
        return 0


def restrict(read: Iterable[str], write: Iterable[str], newest: int = NEWEST) -> None:
    """Allow, for good, reading below ``read`` and all but devices below ``write``; nothing else.

    A path that does not exist is passed over. Nothing newer than the version ``newest`` is used,
    so that an older kernel can be tried on a younger one. Raises OSError where Landlock is missing.
    """
    known = min(version(), newest)
    handled = (1 << _RIGHTS.get(known, 16)) - 1
    words = (handled, _NETWORK if known >= 4 else 0, _SCOPES if known >= 6 else 0)
    # No longer than that version's own.
    attributes = struct.pack("3Q", *words)[: 8 if known < 4 else 16 if known < 6 else 24]
    rules = system.syscall(_CREATE, attributes, len(attributes), 0)
    for path in read:
        _allow(rules, path, READ & handled)
    for path in write:
        _allow(rules, path, handled & ~(MAKE_CHAR | MAKE_BLOCK | EXECUTE))
    system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)  # the kernel asks for it first
    system.syscall(_RESTRICT, rules, 0)
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):  # the kernel refuses a folder's rights on a file
        rights &= ON_FILES
    system.syscall(_ADD, rules, _RULE_PATH, struct.pack("=Qi", rights, place), 0)
    os.close(place)
