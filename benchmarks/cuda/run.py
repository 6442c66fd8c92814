"""The steps one after another, each in a process of its own, within the time that there is."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from benchmarks.cuda.record import (
    FAILED,
    PASSED,
    Item,
    Record,
    StepRecord,
    last_lines,
    name_code,
)
from benchmarks.cuda.steps import NOT_ALL, STEPS, Step, read_items
from benchmarks.machine import describe_machine

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

RESULTS = Path(__file__).parents[1] / "results"
_LEAST = 5.0  # seconds without which a step is not begun
_OFTEN = 1.0  # seconds after which what a step has told is kept
_LAST_WORDS = 5.0  # seconds that a step has for its end, once it was told the time


def run_steps(options: argparse.Namespace) -> int:
    """Run the steps that are missing and keep what they find; return the exit code."""
    for_good = options.device == "cuda" and not options.short
    into = options.into or (RESULTS if for_good else Path(tempfile.mkdtemp()))
    record = Record(into, "cuda", {step.name: step.title for step in STEPS})
    code, card = name_code() + (", short" if options.short else ""), _name_device(options.device)
    end = time.monotonic() + 60 * options.minutes
    for step in STEPS:
        known = record.steps[step.name]
        is_done = known.is_of(code, card) and known.status == PASSED
        if is_done or not _is_wanted(step, options):
            continue
        seconds = min(step.seconds, end - time.monotonic())
        if seconds < _LEAST:
            break
        print(f"== {step.title} (at most {seconds:.0f} s)", flush=True)
        kept = record.begin(step.name, code, card, f"{describe_machine()}, {card}.")
        _do(step, kept, seconds, options, record.keep)
        print(f"== {kept.status} after {kept.seconds:.0f} s", flush=True)
        if step.name == "machine" and kept.status == FAILED:
            break  # nothing that follows could say more
    print(f"written to {record.path} and {record.path.with_suffix('.md').name}")
    wanted = [record.steps[step.name] for step in STEPS if _is_wanted(step, options)]
    return _exit_code(wanted, [step for step in wanted if step.is_of(code, card)])


def _exit_code(wanted: list[StepRecord], done: list[StepRecord]) -> int:
    """What went wrong outdoes what was not reached; what others have done is not reached here."""
    if any(step.status == FAILED or step.failures for step in done):
        return 1
    return 0 if [step.status for step in done] == [PASSED] * len(wanted) else 3


def _is_wanted(step: Step, options: argparse.Namespace) -> bool:
    return not options.steps or step.name in options.steps


def _do(
    step: Step,
    kept: StepRecord,
    seconds: float,
    options: argparse.Namespace,
    keep: Callable[[], None],
) -> None:
    """Do one step, keep what it tells as it comes, and end it when its time is up."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        items = Path(folder) / "items"
        items.write_text("".join(map(_line, kept.items)))

        def look() -> None:
            if (found := read_items(items)) != kept.items:
                kept.items, kept.seconds = found, round(time.monotonic() - began, 1)
                keep()

        command = [sys.executable, "-m", "benchmarks.cuda.steps", step.name, f"--items={items}"]
        command += [f"--device={options.device}", f"--seconds={seconds - _LAST_WORDS}"]
        code, text = _run([*command, *(["--short"] if options.short else [])], seconds, look)
    kept.seconds = round(time.monotonic() - began, 1)
    if code not in (None, NOT_ALL):
        kept.status = FAILED if code or kept.failures or not kept.items else PASSED
        kept.last = last_lines(text) if code else []
    keep()


def _run(command: list[str], seconds: float, look: Callable[[], None]) -> tuple[int | None, str]:
    """Run a command, show what it prints as it comes; its exit code (None: cut off) and output."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    said: list[str] = []
    reader = threading.Thread(target=_show, args=(process, said), daemon=True)
    reader.start()
    end = time.monotonic() + seconds
    try:
        while process.poll() is None and (left := end - time.monotonic()) > 0:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(min(_OFTEN, left))
            look()
        code = process.poll()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        look()
    reader.join(_LAST_WORDS)
    return code, "".join(said)


def _show(process: subprocess.Popen[str], said: list[str]) -> None:
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            said.append(line)
            print(line, end="", flush=True)


def _line(item: Item) -> str:
    return json.dumps(asdict(item)) + "\n"


def _name_device(device: str) -> str:
    return torch.cuda.get_device_name() if device == "cuda" else "on the CPU"
