"""The wall, seen from outside: start a zygote, fork workers from it, call them, end them."""

from grader.box.choice import open_zygote
from grader.box.levels import GpuUnusable, Overdue, Refused
from grader.box.outcome import (
    Died,
    ExportMissing,
    Outcome,
    Raised,
    Returned,
    SubmissionRaised,
    TimedOut,
    WorkerLost,
)
from grader.box.worker import Worker
from grader.box.zygote import Zygote

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
