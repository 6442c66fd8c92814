"""Honest work goes on behind the wall: what submissions do without a thought."""

import pytest

from grader.assignment.limits import Limits
from grader.sandbox import Raised, Returned
from tests.sandbox.walls import fork_with, strong

ROOMY = Limits(call_seconds=60, cpu_seconds=120, load_seconds=30, memory=2 << 30)
ASYNCIO = """
import asyncio

async def work():
    in_a_thread = await asyncio.to_thread(lambda: 1)
    several = await asyncio.gather(*(asyncio.sleep(0.01, i) for i in range(3)))
    return [in_a_thread, *several]

def f():
    return asyncio.run(work())
"""
FILES = """
import mmap, os, shutil, tempfile
import numpy as np
import torch

def f():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        np.save("a.npy", np.arange(5.0))
        shutil.copyfile("a.npy", "b.npy")
        shutil.move("b.npy", "c.npy")
        found = [np.load("c.npy").sum(), np.load("c.npy", mmap_mode="r").sum()]
        written = np.memmap("m", dtype="f8", mode="w+", shape=(10,))
        written[:] = 1
        written.flush()
        found.append(np.memmap("m", dtype="f8", mode="r").sum())
        torch.save({"w": torch.ones(3)}, "w.pt")
        found.append(torch.load("w.pt", mmap=True)["w"].sum().item())
        with open("m", "r+b") as file, mmap.mmap(file.fileno(), 0) as held:
            held[:2] = b"xy"
            os.fsync(file.fileno())
        os.chdir("/")
    return [float(x) for x in found]
"""
THREADS = """
import concurrent.futures, signal, time
import torch

def f():
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        squares = sum(pool.map(lambda x: x * x, range(10)))
    torch.set_num_threads(2)
    product = torch.ones(300, 300) @ torch.ones(300, 300)
    rung = []
    signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(0.05)
    compiled = torch.compile(lambda x: x + 1, backend="aot_eager")
    return [squares, product[0, 0].item(), len(rung), compiled(torch.ones(1)).item()]
"""
PICTURES = """
import os
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt

def f():
    plt.plot([1, 2])
    plt.savefig("a.png")
    return os.path.getsize("a.png") > 1000
"""
PROCESSES = """
import multiprocessing, os, subprocess

def f(act):
    {"run": lambda: subprocess.run(["true"]), "fork": os.fork,
     "process": lambda: multiprocessing.Process(target=print).start()}[act]()
"""
LOADER = """
import torch

class Numbers(torch.utils.data.Dataset):
    def __len__(self):
        return 64

    def __getitem__(self, at):
        return torch.full((10, 10), float(at)), at

def f():
    loader = torch.utils.data.DataLoader(Numbers(), batch_size=8, num_workers=2)
    return sum(int(at.sum()) for _, at in loader)
"""
COMPILED = """
import subprocess
import torch

def f():
    compiled = torch.compile(lambda x: (x.sin() ** 2 + x.cos() ** 2).sum())
    said = subprocess.run(["echo", "done"], capture_output=True, text=True).stdout
    return [round(compiled(torch.ones(100)).item()), said]
"""


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (ASYNCIO, [1, 0, 1, 2]),
        (FILES, [10.0, 10.0, 10.0, 3.0]),
        (THREADS, [285, 300.0, 1, 2.0]),
        (PICTURES, True),
    ],
    ids=["asyncio", "files", "threads", "pictures"],
)
def test_the_plain_profile_is_enough(zygote, code, answer):
    """An event loop, own files, threads and pictures need no other profile."""
    if code is PICTURES:
        pytest.importorskip("matplotlib")
    worker = fork_with(zygote, code, ROOMY)
    assert worker.call("f", (), {}) == Returned(answer)
    worker.close()


@pytest.mark.parametrize("act", ["run", "fork", "process"])
def test_a_process_is_refused_with_a_word(zygote, act):
    """In the plain profile starting one raises PermissionError, and the worker goes on."""
    worker = fork_with(zygote, PROCESSES)
    outcome = worker.call("f", (act,), {})
    assert isinstance(outcome, Raised)
    assert outcome.kind == "PermissionError"
    worker.close()


@pytest.mark.parametrize(
    ("profile", "code", "answer"),
    [
        pytest.param("workers", LOADER, 2016, id="loader"),
        pytest.param("compile", LOADER, 2016, id="loader beside programs"),
        pytest.param("compile", COMPILED, [100, "done\n"], id="compiled", marks=pytest.mark.slow),
    ],
)
def test_a_profile_gives_what_it_names(profile, code, answer):
    """A DataLoader's processes run in `workers`, and a compiler's programs in `compile`."""
    zygote = strong(profile=profile)
    worker = fork_with(zygote, code, ROOMY, profile=profile)
    assert worker.call("f", (), {}) == Returned(answer)
    worker.close()
    zygote.close()
