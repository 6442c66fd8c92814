"""One line about the machine, for the head of every table, and one thread to measure on."""

import datetime
import os
import platform

import numpy as np
import torch

from grader.sandbox.machine import processor
from reference.openblas import LIBRARY


def describe_machine() -> str:
    """Date, processor, cores, load, and the versions that numbers depend on."""
    facts = [
        datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        processor(),
        f"{len(os.sched_getaffinity(0))} cores",
        f"load {os.getloadavg()[0]:.1f}",
        f"Linux {platform.release().partition('-')[0]}",
        f"Python {platform.python_version()}",
        f"torch {torch.__version__}",
        f"numpy {np.__version__}",
    ]
    return ", ".join(facts)


def one_thread() -> None:
    """Let torch, and the OpenBLAS within numpy, work on one thread."""
    torch.set_num_threads(1)
    if LIBRARY is not None:
        LIBRARY.scipy_openblas_set_num_threads64_(1)
