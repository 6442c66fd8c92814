"""Zygotes at the strongest level of this machine, and workers with a few lines of code in them."""

import os

import pytest

from grader.assignment.limits import Limits
from grader.sandbox import IsolationError, Returned, open_zygote

QUICK = Limits(call_seconds=5, cpu_seconds=5, memory=512 << 20, scratch=8 << 20, files=64)


def strong(**what):
    """A zygote of at least L3; the suite fails without one, unless TORCHMARKS_ALLOW_WEAK=1."""
    try:
        return open_zygote("L3", notebooks=False, **what)
    except IsolationError as refused:
        if os.environ.get("TORCHMARKS_ALLOW_WEAK") == "1":
            pytest.skip(f"TORCHMARKS_ALLOW_WEAK=1: {refused}")
        pytest.fail(f"this machine has no strong wall, so nothing here is tested: {refused}")


def fork_with(zygote, code, limits=QUICK, **more):
    """One worker with code loaded as ``hw.py``."""
    worker = zygote.fork(limits, **more)
    outcome, _ = worker.load(request(code), limits.load_seconds)
    assert isinstance(outcome, Returned), outcome
    return worker


def request(code, path=()):
    """What a loader asks of a worker."""
    return {
        "kind": "py",
        "name": "hw.py",
        "cells": [(0, code, [])],
        "mode": "needed",
        "statement_seconds": 5,
        "all_seconds": 5,
        "exports": [],
        "also": [],
        "files": [],
        "path": list(path),
        "packages": [],
        "modules": [],
        "linked": {},
        "skip": [],
    }
