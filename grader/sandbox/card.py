"""The graphics card as its driver tells of it: clock rate, throttling, memory, who holds it.

By the driver's library through pynvml (the extra ``cuda``), else by the command nvidia-smi,
which takes fifty times as long.
"""

from __future__ import annotations

import importlib
import math
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from grader.sandbox.visible_paths import gpu_in_use

__all__ = ["Card", "Reading", "find_card", "parse_memory", "parse_reading"]

_CLOCK = "--query-gpu=clocks.sm,clocks_throttle_reasons.active"
_FREE = "--query-gpu=memory.free,memory.total"
_HELD = "--query-compute-apps=pid,used_memory"
_NAMES = "--query-gpu=uuid"
_TIMEOUT = 10
_SLOW_PAUSE = 1.0  # between two runs of the command


@dataclass(frozen=True, slots=True)
class Reading:
    """The rate of the card's clock and the reasons for which it is held down, a bit each."""

    megahertz: float
    throttled: int = 0


_UNKNOWN = Reading(math.nan)
_COMMAND_ERRORS = (OSError, subprocess.SubprocessError, ValueError)


class Card(Protocol):
    """One graphics card, asked about by whatever the machine has for that."""

    pause: float

    def read(self) -> Reading:
        """Return its clock and its throttling as they are now."""
        ...

    def memory_of(self, pid: int) -> int | None:
        """Return how many bytes of the card a process holds; None where that is not told."""
        ...

    def memory(self) -> tuple[int, int] | None:
        """Return how many bytes of the card are free, and how many there are; None as above."""
        ...


class _LibraryCard:
    """A card asked about through the driver's library: some microseconds a question."""

    pause = 0.0

    def __init__(self, nvml: Any, handle: Any) -> None:  # noqa: ANN401 - pynvml has no types
        self._nvml, self._handle = nvml, handle

    def read(self) -> Reading:
        """Return its clock and its throttling as they are now."""
        nvml, handle = self._nvml, self._handle
        try:
            return Reading(
                float(nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_SM)),
                int(nvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle)),
            )
        except nvml.NVMLError:
            return _UNKNOWN

    def memory_of(self, pid: int) -> int | None:
        """Return how many bytes of the card a process holds; None where that is not told."""
        try:
            processes = self.processes()
        except self._nvml.NVMLError:
            return None
        return next((process.usedGpuMemory for process in processes if process.pid == pid), None)

    def memory(self) -> tuple[int, int] | None:
        """Return how many bytes of the card are free, and how many there are; None as above."""
        try:
            told = self._nvml.nvmlDeviceGetMemoryInfo(self._handle)
        except self._nvml.NVMLError:
            return None
        return int(told.free), int(told.total)

    def processes(self) -> Any:  # noqa: ANN401 - as above
        """Return all that compute on the card; a library newer than its driver may raise."""
        return self._nvml.nvmlDeviceGetComputeRunningProcesses(self._handle)


class _CommandCard:
    """A card asked about through nvidia-smi."""

    pause = _SLOW_PAUSE

    def __init__(self, gpu: str) -> None:
        self._gpu = gpu

    def read(self) -> Reading:
        """Return its clock and its throttling as they are now."""
        try:
            return parse_reading(self._ask(_CLOCK))
        except _COMMAND_ERRORS:
            return _UNKNOWN

    def memory_of(self, pid: int) -> int | None:
        """Return how many bytes of the card a process holds; None where that is not told."""
        try:
            return parse_memory(self._ask(_HELD), pid)
        except _COMMAND_ERRORS:
            return None

    def memory(self) -> tuple[int, int] | None:
        """Return how many bytes of the card are free, and how many there are; None as above."""
        try:
            free, total = self._ask(_FREE).splitlines()[0].split(",")
            return int(free) << 20, int(total) << 20
        except (*_COMMAND_ERRORS, IndexError):
            return None

    def _ask(self, query: str) -> str:
        return _run(query, f"--id={self._name}")

    @cached_property
    def _name(self) -> str:
        """The card's whole name: CUDA takes the beginning of one, and the command does not."""
        names = [] if self._gpu.isdecimal() else _run(_NAMES).split()
        return next((name for name in names if name.startswith(self._gpu)), self._gpu)


def find_card() -> Card | None:
    """Return the card in use: by pynvml, else by nvidia-smi, else None."""
    gpu = gpu_in_use()
    try:
        nvml: Any = importlib.import_module("pynvml")
        nvml.nvmlInit()
        card = _LibraryCard(nvml, _find_handle(nvml, gpu))
        card.processes()
    except Exception:  # noqa: BLE001 - not installed, no driver, no device: each has its own class
        return _CommandCard(gpu) if shutil.which("nvidia-smi") else None
    return card


def _find_handle(nvml: Any, gpu: str) -> Any:  # noqa: ANN401 - as above
    """Return what the library calls a card, of which CUDA knows number, name or a beginning."""
    if gpu.isdecimal():
        return nvml.nvmlDeviceGetHandleByIndex(int(gpu))
    for handle in map(nvml.nvmlDeviceGetHandleByIndex, range(nvml.nvmlDeviceGetCount())):
        if nvml.nvmlDeviceGetUUID(handle).startswith(gpu):
            return handle
    return nvml.nvmlDeviceGetHandleByUUID(gpu)  # part of a card (MIG) is not among them


def _run(*query: str) -> str:
    command = ["nvidia-smi", *query, "--format=csv,noheader,nounits"]
    done = subprocess.run(  # noqa: S603 - a command of the driver's
        command, capture_output=True, text=True, check=True, timeout=_TIMEOUT
    )
    return done.stdout


def parse_reading(text: str) -> Reading:
    """Read a line of nvidia-smi, such as ``1980, 0x0000000000000001``; raises ValueError."""
    megahertz, throttled = text.splitlines()[0].split(",")
    return Reading(float(megahertz), int(throttled.strip(), 16))


def parse_memory(text: str, pid: int) -> int | None:
    """Find a process among lines of nvidia-smi, such as ``4711, 512`` (MiB); None if not there."""
    found = re.search(rf"^{pid}, *(\d+)$", text, re.MULTILINE)
    return int(found[1]) << 20 if found else None
