"""A worker and the card: whether it opened it, and what a failure to open it means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.sandbox.card_memory import TAKEN
from grader.sandbox.levels import GpuUnusableError, IsolationError, StartTimeoutError
from grader.sandbox.outcome import Died, Returned, TimedOut, describe

if TYPE_CHECKING:
    from grader.sandbox.worker import Worker

__all__ = ["explain_failure", "wait_for_gpu"]

_OPEN_SECONDS = 60
_CAUSES = {
    r"busy or unavailable|DevicesUnavailable|exclusive": (
        "the card takes one process at a time (exclusive mode), and grading needs several: "
        "`nvidia-smi -c DEFAULT` as its owner allows that, or choose another card by "
        "CUDA_VISIBLE_DEVICES"
    ),
    r"out of memory|MEMORY_ALLOCATION": TAKEN,
    r"driver version is insufficient|driver on your system is too old": (
        "the NVIDIA driver is older than what this torch was built for: update the driver, or "
        "install a torch built for an older CUDA"
    ),
    r"no kernel image is available": (
        "this torch was not built for a card of this kind (torch.cuda.get_arch_list() says for "
        "which): install one that was, or choose another card by CUDA_VISIBLE_DEVICES"
    ),
}


def wait_for_gpu(worker: Worker, level: str) -> Worker:
    """Wait until a worker has opened the GPU, which it does before it sees any submission.

    Raises GpuUnusableError where something else keeps the card from us, StartTimeoutError where it
    takes too long, and IsolationError where the level does not let it through; the worker is ended.
    """
    outcome = worker.ask("nothing", {}, _OPEN_SECONDS)
    if isinstance(outcome, Returned):
        return worker
    worker.close()
    if isinstance(outcome, TimedOut):
        raise StartTimeoutError(f"{level}: the GPU was not opened within {_OPEN_SECONDS} s")
    if isinstance(outcome, Died) and outcome.by_others:
        raise GpuUnusableError(outcome.reason)
    if cause := explain_failure(describe(outcome)):
        raise GpuUnusableError(cause)
    raise IsolationError(f"{level}: the GPU cannot be opened ({describe(outcome)})")


def explain_failure(reason: str) -> str:
    """Say what a failure to open the card means and what helps; "" where that is not known."""
    causes = _CAUSES.items()
    return next((said for cause, said in causes if re.search(f"(?i){cause}", reason)), "")
