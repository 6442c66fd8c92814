"""What the GPU itself says during a race: its clock rate, its throttling, and a probe kernel.

A stopped process may still have kernels running, which no processor clock shows. So before
each of the reference's turns a third worker times one fixed kernel: where that takes longer than
usual, or the clock rate has fallen, the lap is spoiled and does not count.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.card import Reading

__all__ = ["PROBE", "GpuWatch"]

PROBE = '''
import ctypes

import torch

held = []


def probe():
    """Multiply matrices three times, a millisecond or two each; return the quickest's seconds.

    By events on the card, which do not see what keeps this process waiting. What another process
    told the second-level cache to keep is given up first.
    """
    if not held:
        held.append(torch.randn(3072, 3072, device="cuda"))
        for _ in range(20):
            held[0] @ held[0]
        torch.cuda.synchronize()
    ctypes.CDLL("libcuda.so.1").cuCtxResetPersistingL2Cache()
    events = [torch.cuda.Event(enable_timing=True) for _ in range(4)]
    events[0].record()
    for event in events[1:]:
        held[0] @ held[0]
        event.record()
    events[-1].synchronize()
    return min(a.elapsed_time(b) for a, b in zip(events, events[1:])) / 1e3
'''
"""Source of the worker that runs the probe kernel."""

_SLOW_PROBE = 1.10  # by events; by a clock outside half of an idle card's probes were 3 % over
_SLOW_CLOCK = 0.75
_FEW = 5  # readings before a median says anything
_THROTTLED = {  # nvml.h, nvmlClocksThrottleReason*: those that are not of our own making
    0x08: "the hardware slowed down",
    0x20: "too hot (software limit)",
    0x40: "too hot (hardware limit)",
    0x80: "power brake",
}


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
