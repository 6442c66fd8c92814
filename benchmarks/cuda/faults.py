"""Step 4: what ends a worker on a GPU must cost its check alone, and no worker takes the card."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cuda.record import ROOT, Item
from grader.assignment.folder import load_assignment
from grader.grade.result import Verdict
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.sandbox.opened import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cuda.steps import Wish
    from grader.assignment.folder import Assignment

SOUND = ROOT / "tests" / "correct" / "hw2" / "loops.py"
ASKED = "test_gradient_is_exact"
OTHERS = ("test_classify_names_the_kind", "test_hessian_is_exact")
FAULTS = {
    "reads out of bounds": """
def gradient(loss, theta):
    import torch
    rows = torch.zeros(4, device=theta.device)
    found = rows[torch.tensor([10**9], device=theta.device)]
    return found.expand(len(theta)).clone()
""",
    "reads an illegal address": """
def gradient(loss, theta):
    import torch
    if theta.device.type == "cpu":
        import ctypes
        ctypes.string_at(8)
    code = "template <typename T> T read(T x) { T* at = (T*)8; return *at + x; }"
    out = torch.cuda.jiterator._create_jit_fn(code)(theta)
    torch.cuda.synchronize()
    return out
""",
    "asks for more than it may have": """
def gradient(loss, theta):
    import torch
    held = torch.empty(1 << 40, dtype=torch.uint8, device=theta.device)
    return held[: len(theta)].to(theta)
""",
    "lifts torch's bound and takes the card": """
def gradient(loss, theta):
    import time
    import torch
    if theta.device.type == "cuda":
        torch.cuda.set_per_process_memory_fraction(1.0)
    held = [torch.ones(1 << 30, dtype=torch.uint8, device=theta.device) for _ in range(16)]
    time.sleep(3)
    return theta
""",
}
LACKS = "lacks what others hold of the card"
LESS_THAN_IT_MAY = """
def gradient(loss, theta):
    import torch
    held = torch.empty(3 << 30, dtype=torch.uint8, device=theta.device)
    return held[: len(theta)].to(theta)
"""
FILL = """
import sys
import torch
free, _ = torch.cuda.mem_get_info()
held = torch.ones(free - (3 << 30), dtype=torch.uint8, device="cuda")
torch.cuda.synchronize()
print("held", flush=True)
sys.stdin.read()
"""
ENDS = {
    "reads out of bounds": {Verdict.died, Verdict.raised},  # an exception on the CPU
    "reads an illegal address": {Verdict.died},
    "asks for more than it may have": {Verdict.out_of_memory},
    "lifts torch's bound and takes the card": {Verdict.out_of_memory},
    LACKS: {Verdict.not_run},
}


def provoke(wish: Wish) -> Iterator[Item]:
    """Grade one submission for each fault: its check is lost, the others are kept.

    Where others fill a card, which takes a card, that check is not run.
    """
    assignment = load_assignment(ROOT / "assignments" / "hw2")
    sandbox = Sandbox.start(assignment, device=wish.device)
    try:
        for name, code in list(FAULTS.items())[: 1 if wish.short else None]:
            yield _provoke(name, code, assignment, sandbox)
        if wish.device == "cuda" and not wish.short:
            with _filled():
                yield _provoke(LACKS, LESS_THAN_IT_MAY, assignment, sandbox)
    finally:
        sandbox.close()


@contextmanager
def _filled() -> Iterator[None]:
    """Have another process hold all of the card but 3 GiB, in which contexts find room."""
    command = [sys.executable, "-c", FILL]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as filling:
        try:
            if filling.stdout is None or filling.stdout.readline() != b"held\n":
                raise RuntimeError("another process could not fill the card")
            yield
        finally:
            filling.kill()


def _provoke(name: str, code: str, assignment: Assignment, sandbox: Sandbox) -> Item:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hw2.py"
        path.write_text(SOUND.read_text() + code)
        options = GradingOptions(seed=1, share=0.1, device=sandbox.zygote.level.device)  # type: ignore[arg-type] # one of two words
        grade = grade_submission(
            assignment, path, options=options, sandbox=sandbox, select=(ASKED, *OTHERS)
        )
    asked = next(check for check in grade.checks if check.name == ASKED)
    kept = [check for check in grade.checks if check.name in OTHERS and check.is_full]
    right = asked.verdict in ENDS[name] and len(kept) == len(OTHERS)
    first = asked.message.partition("\n")[0][:200]  # nothing is said of a check that is passed
    said = f"{asked.verdict.words} after {asked.seconds:.1f} s: {first}"
    return Item(name, passed=right, said=f"{said}; {len(kept)} of {len(OTHERS)} others kept")
