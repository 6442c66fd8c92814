"""What the GPU itself says during a race: its clock rate, its throttling, and a probe kernel.

A stopped process may still have kernels running, which no processor clock shows. So before
each of the reference's turns a third worker times one fixed kernel: where that takes longer than
usual, or the clock rate has fallen, the lap is spoiled and does not count.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PROBE", "GpuWatch", "Reading", "find_reader", "gpu_in_use"]

PROBE = '''
import ctypes

import torch

held = []


def probe():
    """Multiply matrices for one to two milliseconds, and wait until it is done.

    What another process told the second-level cache to keep is given up first.
    """
    if not held:
        held.append(torch.randn(3072, 3072, device="cuda"))
        for _ in range(20):
            held[0] @ held[0]
        torch.cuda.synchronize()
    ctypes.CDLL("libcuda.so.1").cuCtxResetPersistingL2Cache()
    held[0] @ held[0]
    torch.cuda.synchronize()
'''
"""Source of the worker that runs the probe kernel."""

_SLOW_PROBE = 1.03
_SLOW_CLOCK = 0.75
_FEW = 5  # readings before a median says anything
_THROTTLED = {  # nvml.h, nvmlClocksThrottleReason*: those that are not of our own making
    0x08: "the hardware slowed down",
    0x20: "too hot (software limit)",
    0x40: "too hot (hardware limit)",
    0x80: "power brake",
}
_QUERY = "--query-gpu=clocks.sm,clocks_throttle_reasons.active"
_TIMEOUT = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """The rate of the GPU's clock and the reasons for which it is held down, a bit each."""

    megahertz: float
    throttled: int = 0


@dataclass
class GpuWatch:
    """Judges each lap by a probe, in seconds, and by a reading of the GPU, if there is one."""

    probe: Callable[[], float]
    read: Callable[[], Reading] | None = None
    probes: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    def inspect(self) -> str:
        """Return why the lap that follows cannot count, or ""."""
        return self._inspect_probe() or self._inspect_clock()

    def _inspect_probe(self) -> str:
        seconds, known = self.probe(), list(self.probes)
        self.probes.append(seconds)
        if len(known) >= _FEW and seconds > _SLOW_PROBE * median(known):
            share = seconds / median(known) - 1
            return f"the GPU was busy: the probe kernel took {100 * share:.0f} % longer than usual"
        return ""

    def _inspect_clock(self) -> str:
        if self.read is None:
            return ""
        reading, known = self.read(), list(self.rates)
        self.rates.append(reading.megahertz)
        for bit, reason in _THROTTLED.items():
            if reading.throttled & bit:
                return f"the GPU was throttled: {reason}"
        if len(known) >= _FEW and reading.megahertz < _SLOW_CLOCK * median(known):
            return f"the GPU's clock fell to {reading.megahertz:.0f} MHz"
        return ""


def find_reader() -> Callable[[], Reading] | None:
    """Return a function that reads the GPU in use: by pynvml, else by nvidia-smi, else None."""
    gpu = gpu_in_use()
    try:
        nvml: Any = importlib.import_module("pynvml")
        nvml.nvmlInit()
        by_number, by_name = nvml.nvmlDeviceGetHandleByIndex, nvml.nvmlDeviceGetHandleByUUID
        handle = by_number(int(gpu)) if gpu.isdecimal() else by_name(gpu)
    except Exception:  # noqa: BLE001 - not installed, no driver, no device: each has its own class
        return partial(_read_by_command, gpu) if shutil.which("nvidia-smi") else None
    return lambda: Reading(
        float(nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_SM)),
        int(nvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle)),
    )


def gpu_in_use() -> str:
    """Return the number or name of the first GPU that processes of ours may see."""
    return os.environ.get("CUDA_VISIBLE_DEVICES", "").partition(",")[0].strip() or "0"


def parse_reading(text: str) -> Reading:
    """Read a line of nvidia-smi, such as ``1980, 0x0000000000000001``; raises ValueError."""
    megahertz, throttled = text.splitlines()[0].split(",")
    return Reading(float(megahertz), int(throttled.strip(), 16))


def _read_by_command(gpu: str) -> Reading:
    command = ["nvidia-smi", _QUERY, "--format=csv,noheader,nounits", f"--id={gpu}"]
    done = subprocess.run(  # noqa: S603 - a command of the driver's
        command, capture_output=True, text=True, check=True, timeout=_TIMEOUT
    )
    return parse_reading(done.stdout)
