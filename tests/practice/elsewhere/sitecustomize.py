"""Stands for a system without what Linux alone, or POSIX alone, has: imported when Python starts.

What others wrote is imported first, since it chooses by the real system; then the parts are gone,
or refuse what Windows refuses, and the kit is told that this is Windows.
"""

import builtins
import importlib
import os
import select
import signal
import socket
import sys
from errno import EACCES, EINVAL
from functools import partial
from types import SimpleNamespace

OTHERS = """
IPython.core.inputtransformer2 _pytest.pytester ast asyncio ctypes hypothesis.stateful
hypothesis.strategies jinja2 mmap msgspec.json nbformat numpy numpy.random platformdirs pytest
rich.console rich.live subprocess tempfile watchdog.observers zoneinfo
"""
MODULES = {"fcntl", "grp", "pwd", "resource", "termios", "tty"}
PARTS = {
    os: "fork getuid geteuid getsid killpg memfd_create mkfifo pidfd_open pread readv setsid "
    "sched_getaffinity writev O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK O_PATH",
    select: "epoll poll",
    signal: "ITIMER_PROF ITIMER_REAL SIGALRM SIGHUP SIGPROF SIGUSR1 SIGXCPU alarm "
    "pidfd_send_signal setitimer",
    socket: "AF_UNIX MSG_NOSIGNAL SOCK_SEQPACKET recv_fds send_fds",
}

for other in OTHERS.split():
    importlib.import_module(other)
for home, names in PARTS.items():
    for name in filter(partial(hasattr, home), names.split()):
        delattr(home, name)
real_import, real_open, real_stat = builtins.__import__, os.open, os.stat
real_listdir, real_link, real_isfile = os.listdir, os.symlink, os.path.isfile


def import_here(name, names=None, *more, **named):
    """Refuse the kit what is not there elsewhere; others chose before."""
    asks = str((names or named.get("globals") or {}).get("__name__", ""))
    if name.partition(".")[0] in MODULES and asks.startswith("grader"):
        raise ImportError(f"{asks} imports {name}, which is not there on Windows")
    return real_import(name, names, *more, **named)


def open_here(path, flags, mode=0o777, *, dir_fd=None):
    """Open no folder, and nothing from one that is open."""
    refuse_descriptor(dir_fd)
    if os.path.isdir(path):
        raise PermissionError(EACCES, "Permission denied", path)
    return real_open(path, flags, mode)


def stat_here(path, *, dir_fd=None, follow_symlinks=True):
    """Look at nothing from a folder that is open."""
    refuse_descriptor(dir_fd)
    return real_stat(path, follow_symlinks=follow_symlinks)


def listdir_here(path="."):
    """List no folder that is open."""
    if isinstance(path, int):
        raise TypeError("listdir: path should be string, bytes, os.PathLike or None, not int")
    return real_listdir(path)


def refuse_descriptor(dir_fd):
    """Refuse what is told from where an open folder is."""
    if dir_fd is not None:
        raise NotImplementedError("dir_fd unavailable on this platform")


def isfile_here(path):
    """Find a file by its name in other letters, too."""
    folder, name = os.path.split(os.path.abspath(path))
    alike = real_listdir(folder) if os.path.isdir(folder) else []
    return any(
        one.casefold() == name.casefold() and real_isfile(os.path.join(folder, one))
        for one in alike
    )


def link_here(src, dst, *_more, **_named):
    """Link nothing, as for a user who is no administrator."""
    raise OSError(EINVAL, "A required privilege is not held by the client", src, 1314, dst)


def join_here(src, dst):
    """Join a folder, as anybody may."""
    if not os.path.isdir(src):
        raise NotADirectoryError(src)
    real_link(os.path.abspath(src), dst)


os.open, os.stat, os.listdir, os.symlink = open_here, stat_here, listdir_here, link_here
os.path.isfile = isfile_here
sys.modules["_winapi"] = SimpleNamespace(CreateJunction=join_here)
builtins.__import__ = import_here
sys.platform = "win32"
