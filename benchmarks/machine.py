"""One line about the machine, for the head of every table."""

import datetime
import os
import platform
from pathlib import Path

import numpy as np
import torch


def describe_machine() -> str:
    """Date, processor, cores, load, and the versions that numbers depend on."""
    facts = [
        datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        _processor(),
        f"{len(os.sched_getaffinity(0))} cores",
        f"load {os.getloadavg()[0]:.1f}",
        f"Linux {platform.release().partition('-')[0]}",
        f"Python {platform.python_version()}",
        f"torch {torch.__version__}",
        f"numpy {np.__version__}",
    ]
    return ", ".join(facts)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
