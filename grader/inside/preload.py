"""Everything that a submission is likely to import, imported once, before any is seen.

Imports only: a tensor operation would start threads, and a fork of a process with
threads can hang. ``torch.func`` alone pulls in some 860 modules at its first call.
"""

import contextlib
import gc
import importlib
import os
import sys
import threading
from collections.abc import Sequence

from .large_pages import join_pages

MODULES = (
    "numpy",
    "numpy.random",
    "collections",
    "copy",
    "dataclasses",
    "functools",
    "itertools",
    "linecache",
    "math",
    "random",
    "typing",
    "warnings",
)
NOTEBOOK = ("IPython.core.inputtransformer2",)
_NEVER = 1 << 20  # collections of the middle generation
_THREAD_SECONDS = 5.0  # the zygote refuses to fork with one that goes on
_PARTS = {
    "torch": (
        "torch.nn",
        "torch.optim",
        "torch.utils.data",
        "torch._dynamo",
        "torch.func",
        "torch._decomp.decompositions_for_jvp",
        "torch.profiler._cupti_monitor",
    ),
    "matplotlib": ("matplotlib.pyplot",),
    "scipy": ("scipy.linalg", "scipy.optimize"),
}
"""What is imported of a package besides itself."""


def preload(*, notebooks: bool, packages: Sequence[str] = ()) -> None:
    """Import everything, keep torch to one thread, and freeze the heap for cheap forks.

    ``packages`` are what the assignment allows; a submission has no say in this.
    """
    usual = gc.get_threshold()
    # What is imported stays: looking through all of it again and again takes a sixth of the time.
    # What is young is looked through, or garbage would lie between what every worker needs.
    gc.set_threshold(*usual[:2], _NEVER)
    wanted = [part for package in packages for part in (package, *_PARTS.get(package, ()))]
    for name in (*MODULES, *(NOTEBOOK if notebooks else ()), *wanted):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for thread in threading.enumerate():  # a timer of matplotlib's, which it has called off
        if thread is not threading.main_thread():
            thread.join(_THREAD_SECONDS)
    if torch := sys.modules.get("torch"):
        from . import tensors  # noqa: F401, PLC0415 - now, whatever a submission does to imports

        torch.set_num_threads(1)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*usual)
    join_pages()


def allow_threads(count: int) -> None:
    """Let a worker compute with so many threads; the zygote, which forks, has one."""
    if count > 1:
        os.environ["OMP_NUM_THREADS"] = str(count)  # for what is imported from now on
        if torch := sys.modules.get("torch"):
            torch.set_num_threads(count)
