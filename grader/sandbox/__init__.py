"""The wall, seen from outside: start a zygote, fork workers from it, call them, end them.

opened        Sandbox: a zygote for one assignment, at a level that proved itself
levels        what each level is made of, and what speaks against it
choice        trying them from the strongest, with a throw-away worker that tries the wall
visible_paths      what of the machine's files a worker may read;  scratch: where it may write
packages      whether the packages that an assignment names can be imported before a fork
zygote, worker      the two processes, as the grader holds them;  zygote_client: a line to the first
outcome       what a call came to;  plain: a worker's words made harmless;  ending: how it ended
deadline, waiting      when to stop waiting, and what of the time was others'
lines, wire, arguments, captured_output      socket, pipes and memory between the two sides
process_handle      a hold on a process;  machine: facts about it
card          what the driver tells of a graphics card;  card_memory: what a worker has of it
gpu           whether a worker opened it, and what a failure means
"""

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
