"""Other processes' clocks, stopping them, and keeping them on one core."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

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


def test_two_races_do_not_share_a_core_if_there_are_enough():
    """A core that one race holds is not the next one's, and is free again afterwards."""
    first = take_core()
    second = take_core()
    third_core_exists = len(os.sched_getaffinity(0)) > 2
    assert (first.number != second.number) == third_core_exists
    first.release()
    second.release()
    again = take_core()
    assert again.number == first.number
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
