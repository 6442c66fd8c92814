"""Stands for a system without what Linux alone, or POSIX alone, has: imported when Python starts.

What others wrote is imported first, since it chooses by the real system; then the parts are gone,
and the kit is told that this is Windows.
"""

import builtins
import importlib
import os
import select
import signal
import socket
import sys
from functools import partial

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
real_import = builtins.__import__


def import_here(name, names=None, *more, **named):
    """Refuse the kit what is not there elsewhere; others chose before."""
    asks = str((names or named.get("globals") or {}).get("__name__", ""))
    if name.partition(".")[0] in MODULES and asks.startswith("grader"):
        raise ImportError(f"{asks} imports {name}, which is not there on Windows")
    return real_import(name, names, *more, **named)


builtins.__import__ = import_here
sys.platform = "win32"
