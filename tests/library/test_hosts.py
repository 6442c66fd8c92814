"""What a host does and what becomes of it: nothing is left, nothing leaks, and nobody waits."""

import contextlib
import gc
import os
import resource
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from grader import Grader, NoGrade
from tests.library.conftest import CHECKS, HANGS, RIGHT, Holdings
from tests.sandbox.processes import alive


def server_since(before):
    """The process that forks, of the one grader that was opened since then; or None."""
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if child.pid not in before.below and child.status() != psutil.STATUS_ZOMBIE:
                return child
    return None


def wait_until(holds):
    """Wait for something that comes true."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def grades(before):
    """Whether the one grader that was opened since then grades something."""
    server = server_since(before)
    return server is not None and len(server.children()) >= 2  # the zygote, and a grading


def test_a_closed_grader_leaves_nothing(leisurely):
    """A thousand wait when it is closed; nobody has a score, and nothing is left of it."""
    before = Holdings.now()
    answers = []

    def ask_many(grader):
        answers.extend(grader.grade_many([HANGS] * 1000))

    with Grader(leisurely, checks=CHECKS, queue=1000) as grader:
        assert grader.grade(RIGHT).reward == 1
        asking = threading.Thread(target=ask_many, args=[grader])
        asking.start()
        wait_until(lambda: grades(before))
    asking.join(60)
    assert len(answers) == 1000
    assert {(a.status, a.score, a.reward) for a in answers} == {("closed", None, None)}
    assert grader.grade(RIGHT).status == "closed"
    grader.close()
    assert not before.wait()


def test_an_exception_in_the_block_and_a_forgotten_grader_leave_nothing(light):
    """Whether it is left by an exception or dropped without a word."""
    before = Holdings.now()
    with pytest.raises(ZeroDivisionError), Grader(light, checks=CHECKS) as grader:
        raise ZeroDivisionError
    grader = Grader(light, checks=CHECKS)
    assert grader.grade(RIGHT).reward == 1
    del grader  # whoever held it last ends it, which may be its own thread
    assert not before.wait()


def test_an_interrupt_ends_the_waiting_and_nothing_else(leisurely):
    """Ctrl-C in a notebook: what was asked is ended, and the next question is answered."""
    before = Holdings.now()

    def interrupt():
        wait_until(lambda: grades(before))
        os.kill(os.getpid(), signal.SIGINT)

    with Grader(leisurely, checks=CHECKS) as grader:
        idle = Holdings.now()
        assert server_since(before).pid in idle.below
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            grader.grade(HANGS)
        assert grader.grade(RIGHT).reward == 1
        assert not idle.wait(), "what was interrupted is gone"


def test_a_lost_engine_is_started_again_and_tries_once_more(leisurely):
    """Killed once nobody notices; killed with a program twice, that one has no score."""
    before = Holdings.now()
    with Grader(leisurely, checks=CHECKS) as grader:
        server_since(before).kill()
        assert grader.grade(RIGHT).reward == 1

        answered = threading.Event()

        def kill_whenever_it_grades():
            while not answered.is_set():
                server = server_since(before)
                with contextlib.suppress(psutil.NoSuchProcess):
                    if server and len(server.children()) > 1:  # the zygote, and a grading
                        server.kill()
                        while server.status() != psutil.STATUS_ZOMBIE:
                            time.sleep(0.02)
                time.sleep(0.02)

        killing = threading.Thread(target=kill_whenever_it_grades)
        killing.start()
        grade = grader.grade(HANGS)
        answered.set()
        killing.join(60)
        assert isinstance(grade, NoGrade)
        assert (grade.status, grade.score) == ("withheld", None)
        assert "our fault" in grade.reason
        assert grader.grade(RIGHT).reward == 1
    assert not before.wait()


def test_a_lost_engine_is_not_started_by_another_assignment(light, tmp_path):
    """What was edited since the grader was opened is not graded by, whoever would grade."""
    light, before = shutil.copytree(light, tmp_path / "light"), Holdings.now()
    suite = light / "test_light.py"
    text = suite.read_text()
    with Grader(light, checks=CHECKS) as grader:
        suite.write_text(text + "\n")
        server_since(before).kill()
        for _ in range(2):
            refused = grader.grade(RIGHT)
            assert refused.status == "withheld"
            assert "edited since this grader started" in refused.reason
        suite.write_text(text)
        assert grader.grade(RIGHT).reward == 1


def descriptors():
    """What this process has open: by number, what it is.

    But for fonts, which matplotlib closes in a fork of its own accord.
    """
    found = {}
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):  # the one that it was listed by
            found[number] = os.readlink(f"/proc/self/fd/{number}")
    return {number: path for number, path in found.items() if not path.endswith(".ttf")}


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_fork_of_the_host_holds_nothing_and_cannot_ask(light, tmp_path):
    """It is told so at once, closes nothing of the parent's, and has no descriptor of it."""
    gc.collect()  # what other tests left is not counted
    before, told = descriptors(), tmp_path / "told"
    with Grader(light, checks=CHECKS) as grader:
        child = os.fork()
        if not child:
            try:
                grader.grade(RIGHT)
            except RuntimeError:
                grader.close()
                told.write_text(str(sorted(before.items() ^ descriptors().items())))
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert told.read_text() == "[]"
        assert grader.grade(RIGHT).reward == 1


def test_a_host_may_have_many_descriptors_or_none_left(leisurely):
    """With a thousand open it grades; where none is left that program alone has no grade."""
    before = Holdings.now()
    slow = RIGHT.replace("    return 2", "    import time\n    time.sleep(2)\n    return 2")
    with contextlib.ExitStack() as held, ThreadPoolExecutor(1) as pool:
        for _ in range(1100):
            held.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        grader = held.enter_context(Grader(leisurely, checks=CHECKS))
        assert grader.grade(RIGHT).reward == 1
        wait_until(lambda: not grades(before))
        other = pool.submit(grader.grade, slow)
        wait_until(lambda: grades(before))
        most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (10, most[1]))
        try:
            refused = grader.grade(RIGHT)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, most)
        assert (refused.status, refused.reason) == ("withheld", "our fault: Too many open files")
        assert other.result().reward == 1
        assert grader.grade(RIGHT).reward == 1


HOST = """
    import os, sys, time
    from grader import Grader
    grader = Grader(sys.argv[1])
    if sys.argv[2] == "forked" and not os.fork():
        time.sleep(600)
    if sys.argv[2] == "ends":
        sys.exit(0)
    print("ready", flush=True)
    grader.grade(sys.argv[3])
"""


@pytest.mark.parametrize("how", ["ends", "killed", "forked"])
def test_a_host_that_ends_takes_all_with_it(leisurely, how):
    """It ends without closing, or is killed, also while a fork of it lives on."""
    command = [sys.executable, "-c", textwrap.dedent(HOST), str(leisurely), how, HANGS]
    host = psutil.Popen(command, stdout=subprocess.PIPE, text=True)
    family = set()
    if how == "ends":
        assert host.wait(60) == 0
    else:
        assert host.stdout.readline() == "ready\n"
        (server,) = [c for c in host.children() if "-m" in c.cmdline()]
        forks = [c for c in host.children() if c != server]
        wait_until(lambda: len(server.children()) >= 2)  # the zygote, and a grading
        family = {child.pid for child in [server, *server.children(recursive=True)]}
        assert len(family) > 2
        host.kill()
        host.wait(10)
        assert not alive(family)
        for fork in forks:
            fork.kill()
    host.stdout.close()
