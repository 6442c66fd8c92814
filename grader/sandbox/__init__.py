"""The wall, seen from outside: start a zygote, fork workers from it, call them, end them."""

from grader.sandbox.choice import open_zygote
from grader.sandbox.levels import GpuUnusable, Overdue, Refused
from grader.sandbox.outcome import (
    Died,
    ExportMissing,
    Outcome,
    Raised,
    Returned,
    SubmissionRaised,
    TimedOut,
    WorkerLost,
)
from grader.sandbox.worker import Worker
from grader.sandbox.zygote import Zygote

__all__ = [
    "Died",
    "ExportMissing",
    "GpuUnusable",
    "Outcome",
    "Overdue",
    "Raised",
    "Refused",
    "Returned",
    "SubmissionRaised",
    "TimedOut",
    "Worker",
    "WorkerLost",
    "Zygote",
    "open_zygote",
]
