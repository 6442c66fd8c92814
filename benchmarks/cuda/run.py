"""The steps one after another, each in a process of its own, within the time that there is."""

from __future__ import annotations

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
    CUT_OFF,
    FAILED,
    PASSED,
    Item,
    Record,
    StepRecord,
    last_lines,
    name_code,
)
from benchmarks.cuda.steps import STEPS, Step, read_items
from benchmarks.machine import describe_machine

if TYPE_CHECKING:
    import argparse

RESULTS = Path(__file__).parents[1] / "results"
_LEAST = 5.0  # seconds without which a step is not begun
_LAST_WORDS = 5.0  # seconds that a step has for its end, once it was told the time


def run_steps(options: argparse.Namespace) -> int:
    """Run the steps that are missing and keep what they find; return the exit code."""
    into = options.into or (RESULTS if options.device == "cuda" else Path(tempfile.mkdtemp()))
    record = Record(into, "cuda", {step.name: step.title for step in STEPS})
    code, machine = name_code(), f"{describe_machine()}, {_name_device(options.device)}."
    end = time.monotonic() + 60 * options.minutes
    for step in STEPS:
        known = record.steps[step.name]
        if not _is_wanted(step, options) or (known.code == code and known.status == PASSED):
            continue
        seconds = min(step.seconds, end - time.monotonic())
        if seconds < _LEAST:
            break
        print(f"== {step.title} (at most {seconds:.0f} s)", flush=True)
        kept = record.begin(step.name, code, machine)
        _do(step, kept, seconds, options)
        record.keep()
        print(f"== {kept.status} after {kept.seconds:.0f} s", flush=True)
        if step.name == "machine" and kept.status == FAILED:
            break  # nothing that follows could say more
    print(f"written to {record.path} and {record.path.with_suffix('.md').name}")
    states = {record.steps[step.name].status for step in STEPS if _is_wanted(step, options)}
    return 1 if FAILED in states else 0 if states == {PASSED} else 3


def _is_wanted(step: Step, options: argparse.Namespace) -> bool:
    return not options.steps or step.name in options.steps


def _do(step: Step, kept: StepRecord, seconds: float, options: argparse.Namespace) -> None:
    """Do one step, and end it with all that it started when its time is up."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        items = Path(folder) / "items"
        items.write_text("".join(_line(item) for item in kept.items if item.passed))
        command = [sys.executable, "-m", "benchmarks.cuda.steps", step.name, f"--items={items}"]
        command += [f"--device={options.device}", f"--seconds={seconds - _LAST_WORDS}"]
        code, text = _run([*command, *(["--short"] if options.short else [])], seconds)
        kept.items = read_items(items)
    kept.seconds = round(time.monotonic() - began, 1)
    if code is None:
        kept.status = CUT_OFF
    else:
        kept.status = FAILED if code or kept.failures or not kept.items else PASSED
    kept.last = last_lines(text) if code else []


def _run(command: list[str], seconds: float) -> tuple[int | None, str]:
    """Run a command, show what it prints as it comes; its exit code (None: cut off) and output."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    said: list[str] = []
    reader = threading.Thread(target=_show, args=(process, said), daemon=True)
    reader.start()
    try:
        code: int | None = process.wait(seconds)
    except (subprocess.TimeoutExpired, KeyboardInterrupt) as end:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(end, KeyboardInterrupt):
            raise
        code = None
    reader.join(_LAST_WORDS)
    return code, "".join(said)


def _show(process: subprocess.Popen[str], said: list[str]) -> None:
    for line in process.stdout or ():
        said.append(line)
        print(line, end="", flush=True)


def _line(item: Item) -> str:
    return json.dumps(asdict(item)) + "\n"


def _name_device(device: str) -> str:
    return torch.cuda.get_device_name() if device == "cuda" else "on the CPU"
