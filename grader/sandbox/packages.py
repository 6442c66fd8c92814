"""Whether the packages that an assignment names are there, and can be imported before a fork."""

import os
import subprocess
import sys
from collections.abc import Sequence

_SECONDS = 120
_PROGRAM = """
import importlib, os, sys, threading
importlib.import_module(sys.argv[1])
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join(1)
sys.exit(4 if len(os.listdir("/proc/self/task")) > 1 else 0)
"""
_STARTS_THREADS = 4
_ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS", "NUMEXPR")}


def find_package_problems(packages: Sequence[str]) -> list[str]:
    """Import each in a process of its own; say what is wrong with it and what to do."""
    return [problem for name in packages if (problem := _problem_of(name))]


def _problem_of(name: str) -> str:
    command = [sys.executable, "-P", "-c", _PROGRAM, name]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, a name that was checked
            command,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            text=True,
            errors="replace",
            env={**os.environ, **_ONE_THREAD},
        )
    except subprocess.TimeoutExpired:
        return f"{name}: importing it takes more than {_SECONDS} s"
    if done.returncode == _STARTS_THREADS:
        return f"{name}: importing it starts a thread, so workers cannot be forked: take it out"
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it ended at once"])[-1]
        return f"{name}: cannot be imported here ({last[:200]}): install it, or take it out"
    return ""
