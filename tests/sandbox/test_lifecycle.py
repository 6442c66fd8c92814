"""Workers and zygotes end when they should, and leave nothing behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from grader.assignment.limits import Limits
from grader.sandbox import Died, IsolationError, Returned, StartTimeoutError, Zygote, open_zygote
from grader.sandbox.choice import prove
from grader.sandbox.deadline import Moment
from grader.sandbox.levels import levels
from grader.sandbox.visible_paths import closed_to_others, interpreter
from tests.sandbox.processes import alive, descendants
from tests.sandbox.walls import QUICK, fork_with, strong

ROOT = Path(__file__).parents[2]
FORKS = """
import os, time
def f():
    for _ in range(3):
        if os.fork() == 0:
            os.setpgid(0, 0) if False else time.sleep(100)
    return 1
"""
SPIN = """
def f(): return 1
def spin():
    while True: pass
"""


def test_closing_a_worker_ends_it(zygote):
    """After close the process is gone."""
    worker = fork_with(zygote, "def f(): return 1")
    pid = worker.pid
    assert alive([pid], seconds=0)
    worker.close()
    assert not alive([pid])


def test_every_descendant_ends_with_its_worker(zygote):
    """Processes that a worker of the profile `workers` left running end with it."""
    before = descendants(os.getpid())
    worker = fork_with(zygote, FORKS, profile="workers")
    assert worker.call("f", (), {}) == Returned(1)
    started = descendants(os.getpid()) - before
    assert len(started) == 4
    worker.close()
    assert not alive(started)


def test_descriptors_that_a_worker_sends_are_not_kept(zygote):
    """Where a profile lets a worker pass descriptors, the grader does not take them in."""
    code = """
import array, os, socket
def f():
    line = socket.socket(fileno=3)
    many = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2] * 20))]
    for _ in range(20):
        line.sendmsg([b"x"], many)
    os._exit(0)
"""
    held = len(os.listdir("/proc/self/fd"))
    worker = fork_with(zygote, code, profile="workers")
    assert isinstance(worker.call("f", (), {}), Died)
    worker.close()
    assert len(os.listdir("/proc/self/fd")) == held


def test_threads_left_running_end_with_their_worker(zygote):
    """A thread that was left behind holds nothing up."""
    code = """
import threading, time, atexit
def f():
    atexit.register(time.sleep, 99)
    threading.Thread(target=time.sleep, args=(99,)).start()
"""
    worker = fork_with(zygote, code)
    worker.call("f", (), {})
    began = time.monotonic()
    worker.close()
    assert time.monotonic() - began < 60  # and not 99
    assert not alive([worker.pid])


def test_closing_a_zygote_ends_all_its_workers():
    """Close returns when the zygote and every worker are gone."""
    zygote = strong()
    workers = [fork_with(zygote, "def f(): return 1") for _ in range(3)]
    pids = {zygote.process.pid, *(worker.pid for worker in workers)} | descendants(
        zygote.process.pid
    )
    zygote.close()
    assert not alive(pids)
    assert isinstance(workers[0].call("f", (), {}), Died)
    with pytest.raises(IsolationError):
        zygote.fork(QUICK)
    for worker in workers:
        worker.close()


@pytest.mark.parametrize("at", ["message", "folder", "descriptor"])
def test_closing_a_worker_may_be_interrupted_and_is_then_done_at_once(monkeypatch, zygote, at):
    """Wherever Ctrl-C falls: who closes it again waits for nothing, and closes nothing twice."""
    held = len(os.listdir("/proc/self/fd"))
    worker = fork_with(zygote, "def f(): return 1")
    places = {"message": (json, "loads"), "folder": (zygote.scratch, "remove")}
    where, name = places.get(at, (os, "close"))
    whole = getattr(where, name)

    def interrupted(*words):
        monkeypatch.undo()
        whole(*words)
        raise KeyboardInterrupt

    monkeypatch.setattr(where, name, interrupted)
    with pytest.raises(KeyboardInterrupt):
        worker.close()
    began = time.monotonic()
    worker.close()
    assert time.monotonic() - began < 10  # where the end was missed it was waited for, 20 s
    assert not alive([worker.pid])
    assert len(os.listdir("/proc/self/fd")) == held


@pytest.mark.parametrize("with_signal", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_grader_that_is_ended_leaves_no_process(with_signal):
    """Whatever ends the grader, its zygote and workers end too, though a call is spinning."""
    code = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]
from tests.sandbox.walls import fork_with
from grader.sandbox import open_zygote
zygote = open_zygote("L2", notebooks=False)
worker = fork_with(zygote, "def f():\\n    while True: pass")
print("ready", flush=True)
worker.call("f", (), {{}})
"""
    grader = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert grader.stdout.readline() == b"ready\n"
    started = descendants(grader.pid)
    assert len(started) >= 2
    grader.send_signal(with_signal)
    grader.wait()
    grader.stdout.close()
    assert not alive(started)


FOLDERS = """
import os, sys
from grader.sandbox.levels import Level
from grader.sandbox.scratch import Scratch
from grader.sandbox.zygote import Zygote

kept = Scratch(inside=False, each=True)
if os.fork() == 0:
    sys.exit()
os.wait()
assert os.path.isdir(kept.root), "the child of a fork took it away"
gone = Scratch(inside=False, each=True).root
assert not os.path.exists(gone), "nobody holds it any more"
try:
    no_text = {"NAME": chr(0)}
    Zygote.launch(Level("L2", namespaces=False), notebooks=False, environment=no_text)
except ValueError as error:
    assert str(error) == "embedded null byte"
assert os.listdir(sys.argv[1]) == [os.path.basename(kept.root)]
"""


def test_a_folder_that_nobody_removed_goes_with_the_process(tmp_path):
    """As of a zygote that could not be started, or whose end was interrupted; a fork takes none."""
    command = [sys.executable, "-c", FOLDERS, str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)}, check=True)
    assert not os.listdir(tmp_path)


def test_an_interrupt_from_the_keyboard_is_the_graders_alone(zygote):
    """The zygote is in a session of its own, where the terminal's signals do not come."""
    assert os.getsid(zygote.process.pid) != os.getsid(0)


def test_a_zygote_outlives_the_thread_that_started_it():
    """A zygote may be started by a thread that ends before it is used."""
    opened = []
    thread = threading.Thread(target=lambda: opened.append(strong()))
    thread.start()
    thread.join()
    time.sleep(0.2)
    worker = fork_with(opened[0], "def f(): return 1")
    assert worker.call("f", (), {}) == Returned(1)
    worker.close()
    opened[0].close()


def test_several_workers_answer_at_once(zygote):
    """Threads may fork, call and close workers of one zygote side by side."""

    def use(number):
        worker = fork_with(zygote, "def f(x): return x * 2")
        try:
            return [worker.call("f", (number + i,), {}).value for i in range(5)]
        finally:
            worker.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(use, range(12))) == [
            [2 * (n + i) for i in range(5)] for n in range(12)
        ]


def test_a_line_of_its_own_serves_another_process_and_ends_its_workers(zygote):
    """Workers of two lines live side by side; when one closes its own end, hung or not."""
    line = zygote.connect(count(500_000))
    try:
        mine, other = fork_with(zygote, SPIN), fork_with(line, SPIN)
        assert mine.call("f", (), {}) == other.call("f", (), {}) == Returned(1)
        other.send(other.encode("call", {"export": "spin", "args": [], "kwargs": {}}), Moment(5))
        pid = other.pid
        line.close()
        assert not alive([pid])
        assert mine.call("f", (), {}) == Returned(1)
    finally:
        line.close()
    mine.close()
    other.close()


def test_a_fork_that_comes_late_is_no_other_workers(zygote, monkeypatch):
    """A machine too busy to fork in time is named; the late worker ends, and the next is itself."""
    before = descendants(zygote.process.pid)
    held = [zygote.process.pid, *before]
    with monkeypatch.context() as patch:
        patch.setattr("grader.sandbox.zygote_client._FORK_SECONDS", 0)
        try:
            for pid in held:
                os.kill(pid, signal.SIGSTOP)
            with pytest.raises(StartTimeoutError, match=r"does not fork .* within 0 s"):
                zygote.fork(QUICK)
        finally:
            for pid in held:
                os.kill(pid, signal.SIGCONT)
    began = time.monotonic()
    worker = fork_with(zygote, "def f(): return 1")
    assert worker.call("f", (), {}) == Returned(1)
    pid = worker.pid
    worker.close()
    assert time.monotonic() - began < 30
    assert not alive([pid])
    assert not alive(descendants(zygote.process.pid) - before)


def test_a_wall_that_is_not_proved_in_time_is_not_a_leak(zygote, monkeypatch):
    """A machine too busy for the proof is named; nothing is said against the wall."""
    monkeypatch.setattr("grader.sandbox.choice._PROOF_SECONDS", 0)
    closed = []
    monkeypatch.setattr(zygote, "close", lambda: closed.append(zygote))
    with pytest.raises(StartTimeoutError, match="the wall was not proved within 0 s"):
        prove(zygote)
    assert closed
    late = Zygote.launch(zygote.level, notebooks=False)
    monkeypatch.setattr("grader.sandbox.zygote._START_SECONDS", 0)
    with pytest.raises(StartTimeoutError, match="not ready within 0 s"):
        late.ready()


def test_the_grader_loses_no_descriptor(zygote):
    """Workers that answer, hang, die or refuse to load give every descriptor back."""

    def once():
        for code in (
            "def f(): return 1",
            "import os\ndef f(): os._exit(1)",
            "import time\ndef f(): time.sleep(9)",
        ):
            worker = fork_with(zygote, code, Limits(call_seconds=0.2, memory=256 << 20))
            worker.call("f", (), {})
            worker.close()

    once()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        once()
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_zygote_has_one_thread_and_no_descriptor_too_many(zygote):
    """After many forks the zygote still has one thread, and the descriptors it began with."""
    inner = max(descendants(zygote.process.pid) or {zygote.process.pid})
    held = len(os.listdir(f"/proc/{inner}/fd")) if os.access(f"/proc/{inner}/fd", os.R_OK) else None
    for _ in range(5):
        fork_with(zygote, "def f(): return 1").close()
    assert len(os.listdir(f"/proc/{inner}/task")) == 1
    if held is not None:
        assert len(os.listdir(f"/proc/{inner}/fd")) == held


def test_a_zygote_that_cannot_start_is_refused_with_the_reason(tmp_path):
    """A level whose settings make no sense is refused, and says what the kernel said."""
    level = levels()[0]
    from dataclasses import replace

    from grader.sandbox import Zygote

    broken = replace(level, public=str(tmp_path / "gone"))
    zygote = Zygote.launch(broken, notebooks=False)
    with pytest.raises(IsolationError, match="see the public folder"):
        prove(zygote.ready())


def test_an_unknown_level_is_refused():
    """A level that there is not is refused by name."""
    with pytest.raises(IsolationError, match="no isolation level 'L9'"):
        open_zygote(level="L9")


def test_a_weaker_level_than_accepted_is_refused():
    """Asking for a level below the least accepted one gives none, even where it would work."""
    with pytest.raises(IsolationError, match="weaker than L3"):
        open_zygote("L3", level="L2u")


def test_no_isolation_takes_a_word():
    """L0 is refused without allow_unsafe, and says how it could be had."""
    with pytest.raises(IsolationError, match="--allow-unsafe"):
        open_zygote(level="L0")


CLOSED = os.getuid() == 0 and any(map(closed_to_others, interpreter()))


@pytest.mark.skipif(not CLOSED, reason="others can read this Python")
def test_no_isolation_says_who_cannot_read_this_python():
    """Workers of another user that cannot import a thing would lose points for no reason."""
    with pytest.raises(IsolationError, match="is closed to the users that workers would be"):
        open_zygote(level="L0", allow_unsafe=True, notebooks=False)


@pytest.mark.skipif(CLOSED, reason="others cannot read this Python")
def test_no_isolation_works_when_asked_for():
    """L0 answers calls, under its own name and not as root."""
    zygote = open_zygote(level="L0", allow_unsafe=True, notebooks=False)
    assert zygote.level.name == "L0"
    worker = fork_with(zygote, "import os\ndef f(): return os.getuid()")
    outcome = worker.call("f", (), {})
    worker.close()
    zygote.close()
    assert outcome.value != 0
