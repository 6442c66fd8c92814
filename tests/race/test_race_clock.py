"""Other processes' clocks, stopping them, and keeping them on one core."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.race.clock import (
    CpuClock,
    Instant,
    WallClock,
    read_cpu_seconds,
    why_no_cpu,
)
from grader.race.core import pin, take_core
from grader.race.freeze import freeze, is_frozen, thaw
from grader.sandbox.waiting import read_queued_seconds

SPIN = """
import threading
t = threading.Thread(target=lambda: [0 for _ in iter(int, 1)])
t.start()
t.join()
"""


@pytest.fixture
def spinner():
    """Start a process that computes for ever, in a second thread."""
    with subprocess.Popen([sys.executable, "-c", SPIN]) as process:
        pidfd = os.pidfd_open(process.pid)
        wait_until(lambda: len(tasks_of(process.pid)) == 2)
        yield process.pid, pidfd
        os.close(pidfd)
        process.kill()


def tasks_of(pid):
    """List the numbers of a process's threads."""
    return [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]


def wait_until(holds):
    """Wait for something that comes true soon."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_process_is_read_from_outside(spinner):
    """The CPU clock of another process goes on while its second thread computes."""
    pid, _ = spinner
    before = read_cpu_seconds(pid)
    wait_until(lambda: read_cpu_seconds(pid) > before + 0.05)


def test_a_stopped_process_uses_no_time(spinner):
    """While a process is frozen its clock stands still; thawed, it goes on."""
    pid, pidfd = spinner
    freeze(pidfd, pid)
    assert is_frozen(pid)
    before = CpuClock(pid).read()
    time.sleep(0.1)
    gone = CpuClock(pid).read().since(before)
    assert gone.cpu == 0
    assert gone.wall >= 0.1
    thaw(pidfd)
    wait_until(lambda: read_cpu_seconds(pid) > before.cpu + 0.02)
    assert not is_frozen(pid)


def test_a_frozen_process_can_still_be_killed(spinner):
    """SIGKILL ends a stopped process at once."""
    pid, pidfd = spinner
    freeze(pidfd, pid)
    signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    wait_until(lambda: not is_frozen(pid))


@pytest.mark.parametrize(
    ("seen", "after", "looks"), [(False, 5, 6), (False, 12, 10), (None, 5, 1), (True, 0, 1)]
)
def test_who_is_seen_to_run_is_waited_for(spinner, monkeypatch, seen, after, looks):
    """A worker that gets no core stops late; where nothing can be seen nobody waits for it."""
    pid, pidfd = spinner
    now, looked = [0.0], []
    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=lambda _seconds: None)
    monkeypatch.setattr("grader.race.freeze.time", clock)

    def look(asked):
        looked.append(asked)
        now[0] += 1.0
        return True if len(looked) > after else seen

    monkeypatch.setattr("grader.race.freeze.is_frozen", look)
    freeze(pidfd, pid)
    assert looked == [pid] * looks


def test_a_thread_that_has_ended_is_not_waited_for(tmp_path):
    """The first thread ends and another goes on: frozen is what is left."""
    ends = "import ctypes, threading, time\n"
    ends += "threading.Thread(target=time.sleep, args=(600,)).start()\n"
    ends += "ctypes.CDLL(None).pthread_exit(None)\n"
    with subprocess.Popen([sys.executable, "-c", ends]) as process:
        pidfd = os.pidfd_open(process.pid)
        stat = Path(f"/proc/{process.pid}/stat")
        wait_until(lambda: " Z " in stat.read_text())
        assert not is_frozen(process.pid)
        freeze(pidfd, process.pid)
        assert is_frozen(process.pid)
        os.close(pidfd)
        process.kill()
        wait_until(lambda: is_frozen(process.pid) is None)


def test_all_threads_are_kept_on_one_core(spinner):
    """Pinning a process pins the threads that it has already."""
    pid, _ = spinner
    core = take_core()
    try:
        pin(pid, core.number)
        for task in tasks_of(pid):
            assert os.sched_getaffinity(task) == {core.number}
    finally:
        core.release()


@pytest.fixture
def names_of_ours(monkeypatch):
    """Give the cores names that no race beside this test takes."""
    bind = socket.socket.bind

    def bind_ours(self, name):
        bind(self, f"{name}-{os.getpid()}")

    monkeypatch.setattr(socket.socket, "bind", bind_ours)


@pytest.mark.usefixtures("names_of_ours")
@pytest.mark.parametrize(("cores", "numbers"), [({0, 1}, [1, 1]), ({0, 1, 2}, [2, 1])])
def test_two_races_do_not_share_a_core_if_there_are_enough(monkeypatch, cores, numbers):
    """A core that one race holds is not the next one's, and is free again afterwards."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: cores)
    first = take_core()
    second = take_core()
    assert [first.number, second.number] == numbers
    first.release()
    second.release()
    again = take_core()
    assert (again.number, again.holder is None) == (first.number, False)
    again.release()


def test_one_core_is_shared_and_said(monkeypatch):
    """On a machine of one core the race takes that one, and knows that it is not alone."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0})
    core = take_core()
    core.release()
    assert (core.number, core.alone) == (0, False)


def test_a_process_that_is_gone_has_no_clock():
    """Reading the clock of no process raises OSError, and the reason is told."""
    nobody = 2**22 + 1
    with pytest.raises(OSError, match="Invalid argument"):
        read_cpu_seconds(nobody)
    assert "cannot be read" in why_no_cpu(nobody)
    assert read_queued_seconds(nobody) is None
    assert why_no_cpu(os.getpid()) == ""


def test_time_is_subtracted_clock_by_clock():
    """A stretch of time keeps only the clocks that both moments have."""
    late, early = Instant(5.0, 3.0, 1.0), Instant(1.0, 1.0, 0.5)
    assert late.since(early) == Instant(4.0, 2.0, 0.5)
    assert late.since(Instant(1.0)) == Instant(4.0)
    assert late.since(early).waited == pytest.approx(1.5)
    assert Instant(1.0).waited is None


def test_the_wall_clock_knows_no_cpu():
    """By the wall alone there is no CPU time to speak of."""
    reading = WallClock().read()
    assert reading.cpu is None
    assert WallClock().read().wall >= reading.wall
