"""The wall, seen from outside: start a zygote, fork workers from it, call them, end them."""

from grader.sandbox.choice import open_zygote
from grader.sandbox.levels import GpuUnusableError, IsolationError, StartTimeoutError
from grader.sandbox.outcome import (
    Died,
    ExportMissingError,
    Outcome,
    Raised,
    Returned,
    SubmissionRaisedError,
    TimedOut,
    WorkerLostError,
)
from grader.sandbox.worker import Worker
from grader.sandbox.zygote import Zygote

__all__ = [
    "Died",
    "ExportMissingError",
    "GpuUnusableError",
    "IsolationError",
    "Outcome",
    "Raised",
    "Returned",
    "StartTimeoutError",
    "SubmissionRaisedError",
    "TimedOut",
    "Worker",
    "WorkerLostError",
    "Zygote",
    "open_zygote",
]
