"""Whatever is killed, and whenever, the same command goes on and comes to the same grades.

What is killed leaves nothing: no process, no mount, no file but those of the folder of grades.
"""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from grader.course.engines.jobs import EngineError, Settings
from grader.course.engines.local import LocalEngine
from tests.course.conftest import NAME

SLOW = "import time\n\n\ndef double(x):\n    time.sleep(1)\n    return {} * x\n\n\n" + NAME
FILES = {f"{name}.py": SLOW.format(2 + number % 2) for number, name in enumerate("abcdefgh")}
MOUNTS = Path("/proc/self/mountinfo")
KEPT = {"grades.csv", "grades.sqlite", "students", ".lock"}


class Killed:
    """Runs the command in a process of its own, and kills what it is told to."""

    engine = "local"

    def __init__(self, light, submissions, out):
        self.light, self.submissions, self.out = light, submissions, out
        self.events = out.with_suffix(".jsonl")

    def start(self):
        """Start the command."""
        words = [str(self.light), str(self.submissions), "--out", str(self.out), "--quiet"]
        more = ["--seed", "7", "--jobs", "2", "--events", str(self.events), "--engine", self.engine]
        command = [sys.executable, "-P", "-m", "grader", "class", *words, *more]
        return psutil.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def finish(self):
        """Run to the end; return the exit code and what was told."""
        process = self.start()
        told, _ = process.communicate(timeout=300)
        return process.returncode, told

    def wait_for(self, process, event, count=1):
        """Wait until an event has been told so often."""
        for _ in range(3000):
            lines = self.events.read_text().splitlines() if self.events.exists() else []
            if sum(json.loads(line)["event"] == event for line in lines) >= count:
                return
            assert process.poll() is None, process.stdout.read()
            time.sleep(0.02)
        raise AssertionError(f"no {event}")

    def grades(self):
        """What the table says, save when."""
        with (self.out / "grades.csv").open(newline="") as file:
            return [
                {k: v for k, v in row.items() if k != "graded_at"} for row in csv.DictReader(file)
            ]


def kin(process):
    """All that a process has started, itself first."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def mounted(ours):
    """The places where something is mounted, but for those in folders of other tests."""
    lines = MOUNTS.read_text().splitlines()
    near = [line for line in lines if "/pytest-of-" not in line or str(ours) in line]
    return {line.split()[4] for line in near}


def require_nothing_left(family, mounts, ours):
    """No process of a family lives, and nothing is mounted that was not."""
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    end = time.monotonic() + 20  # a test beside this one may mount something for a moment
    while mounted(ours) - mounts and time.monotonic() < end:
        time.sleep(0.1)
    assert not mounted(ours) - mounts


@pytest.fixture(scope="module")
def undisturbed():
    """Keep what an undisturbed run comes to."""
    return {}


@pytest.fixture
def killed(light, hand_in_all, tmp_path):
    """Hand in eight submissions that take a second and more."""
    return Killed(light, hand_in_all(FILES), tmp_path / "grades")


def reference_grades(killed, undisturbed, tmp_path):
    """What a run comes to that nobody disturbs, once for all tests."""
    if "grades" not in undisturbed:
        calm = Killed(killed.light, killed.submissions, tmp_path / "calm")
        assert calm.finish()[0] == 0
        undisturbed["grades"] = calm.grades()
    return undisturbed["grades"]


def test_kills_and_interrupts_change_no_grade(killed, undisturbed, tmp_path):
    """The command and then its server are killed, and Ctrl-C is typed."""
    expected = reference_grades(killed, undisturbed, tmp_path)
    mounts = mounted(tmp_path)
    process = killed.start()
    killed.wait_for(process, "graded")
    process.suspend()  # so that it holds the folder for as long as the second one needs
    family = kin(process)
    code, told = killed.finish()
    process.resume()
    assert code == 2
    assert f"process {process.pid} on " in told, "a second command is told who holds the folder"
    process.kill()
    process.communicate()
    require_nothing_left(family, mounts, tmp_path)

    process = killed.start()
    killed.wait_for(process, "begin", 2)
    server = process.children()[0]
    server.kill()
    killed.wait_for(process, "begin", 3)
    family = kin(process)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "to go on: grader class" in told
    require_nothing_left(family, mounts, tmp_path)

    code, told = killed.finish()
    assert code == 0, told
    assert killed.grades() == expected
    assert {path.name for path in killed.out.iterdir()} == KEPT


@pytest.mark.parametrize("is_told", [True, False])
def test_a_server_that_is_ended_by_sigterm_leaves_no_folder(light, tmp_path, monkeypatch, is_told):
    """As a cluster ends every process of a job; its engine may be ended as well, or go on.

    What the suite keeps stands for the folder in which workers write at L2.
    """
    written = tmp_path / "written"
    written.mkdir()
    monkeypatch.setenv("TMPDIR", str(written))
    with (light / "test_light.py").open("a") as suite:
        suite.write("\n\nimport tempfile\nKEPT = tempfile.TemporaryDirectory()\n")
    engine = LocalEngine.start(Settings(str(light)))
    try:
        assert list(written.iterdir())
        engine.process.terminate()
        if not is_told:
            with pytest.raises(EngineError, match=r"^grading ended at once$"):
                list(engine.hear(60))
    finally:
        engine.close()
    assert not list(written.iterdir())


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a few pages, and what makes it larger."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options):
        words = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    if not mount("size=84k"):
        pytest.skip("only root may mount a disk")
    try:
        yield place, lambda: mount("remount,size=8m")
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_said_and_costs_no_grade(killed, undisturbed, tmp_path, small_disk):
    """What was kept stays, the command to go on is told, and with room it goes on."""
    expected = reference_grades(killed, undisturbed, tmp_path)
    place, enlarge = small_disk
    killed.out = place / "grades"
    code, told = killed.finish()
    assert code == 3, told
    assert "cannot be written" in told
    assert "to go on: grader class" in told
    assert enlarge()
    code, told = killed.finish()
    assert code == 0, told
    assert killed.grades() == expected
    assert {path.name for path in killed.out.iterdir()} == KEPT


@pytest.mark.slow
def test_fifty_kills_at_random_moments_change_no_grade(killed, undisturbed, tmp_path):
    """Any of its processes, at any moment: the same command goes on to the same grades."""
    expected = reference_grades(killed, undisturbed, tmp_path)
    mounts = mounted(tmp_path)
    chance = random.Random(os.environ.get("TORCHMARKS_KILLS", "7"))
    kills = 0
    while kills < 50:
        process = killed.start()
        time.sleep(chance.uniform(0.1, 8))
        family = kin(process)
        if process.poll() is None and family:
            victim = chance.choice(family)
            try:
                victim.kill()
                kills += 1
            except psutil.NoSuchProcess:
                continue
        process.communicate(timeout=300)
        require_nothing_left(family, mounts, tmp_path)
        if process.returncode == 0:
            assert killed.grades() == expected
            (killed.out / "grades.sqlite").unlink()
    assert killed.finish()[0] == 0
    assert killed.grades() == expected
    assert {path.name for path in killed.out.iterdir()} == KEPT
