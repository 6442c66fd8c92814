"""A class on a real Ray cluster of this machine: the same grades, whatever is lost on the way."""

import importlib.util
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.course.engines.jobs import Settings
from grader.course.engines.named import EngineName
from grader.reports.record import read_grade
from grader.source.handin import MisuseError
from tests.course.conftest import RIGHT, SUITE, WRONG
from tests.course.ray_nodes import Nodes
from tests.course.test_class import Class, without_times
from tests.course.test_kills import FILES, KEPT, Killed, kin, mounted, require_nothing_left

LOOKS = """
def double(x):
    return 2 * x


def name():
    import hashlib, os, re
    with open("/proc/self/status") as file:
        kept = re.findall(r"^((?:SigBlk|SigIgn|Cap|Thr|Sec|NoNew)\\w*):\\s*(.*)", file.read(), re.M)
    held = []
    for number in range(64):
        try:
            held.append((number, os.fstat(number).st_mode))
        except OSError:
            pass
    seen = repr([sorted(os.environ.items()), held, kept])
    told = [os.environ.get("CUDA_VISIBLE_DEVICES"), "RAY" in seen.upper(), held]
    return f"{hashlib.sha256(seen.encode()).hexdigest()} {told}"
"""
needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="there is no Ray")


@pytest.mark.parametrize("text", ["", "rey", "ray=", "ray=ray://host:10001", "local=x"])
def test_what_is_no_engine_is_said(text):
    """Before anything is read."""
    with pytest.raises(MisuseError, match="--engine"):
        EngineName.read(text)


def test_without_ray_it_is_said_what_to_install(monkeypatch, light, tmp_path):
    """As wrong use, exit code 2."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    words = ["class", str(light), str(tmp_path), "--engine", "ray"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "pip install 'torchmarks[ray]'" in done.output


@pytest.fixture(scope="module")
def cluster():
    """A cluster with a node for its head."""
    with closing(Nodes()) as nodes:
        yield nodes


@pytest.fixture
def nodes(cluster):
    """A cluster of two nodes, whatever a test before this one has done to the second."""
    if len(cluster.living()) < 2:
        cluster.add()
    return cluster


class RayClass(Class):
    """A class that is graded on a cluster."""

    def __init__(self, light, submissions, nodes):
        super().__init__(light, submissions)
        self.engine = EngineName(is_ray=True, address=nodes.address)

    def grade(self, **more):
        """Run the command there."""
        return super().grade(
            **{"engine": self.engine, "settings": Settings("", seed=7, jobs=1)} | more
        )

    def once(self, event, act):
        """Do something as soon as an event has been told."""

        def wait():
            while not self.heard(event):
                time.sleep(0.02)
            act()

        threading.Thread(target=wait, daemon=True).start()

    def checks(self):
        """What the checks of everybody came to."""
        return {
            place.name: without_times(read_grade(place / "grade.json").checks)
            for place in sorted((self.out / "students").iterdir())
        }


@needs_ray
def test_a_lost_node_changes_no_grade(light, hand_in_all, nodes, tmp_path):
    """Two nodes, one of which loses its raylet: the grades are those of this machine.

    And a submission sees of Ray no descriptor, no variable and no signal that is blocked, and of
    the node no card.
    """
    files = {"ada.py": RIGHT, "bob.py": WRONG, "cy.py": LOOKS, **dict(list(FILES.items())[:4])}
    course = RayClass(light, hand_in_all(files), nodes)
    course.once("graded", nodes.living()[-1].kill)
    code, told = course.grade()
    assert code == 0, told
    there = course.checks()
    course.out = tmp_path / "here"
    assert course.grade(engine=EngineName())[0] == 0
    assert there == course.checks()
    looked = next(check.message for check in there["cy"] if check.name == "test_name")
    assert " ['', False, [(0, " in looked


POISON = '''

import os
import pathlib


def parent_of(process):
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(status.partition("PPid:")[2].split()[0])


def test_poison(submission):
    """Whoever says so has the process of its node killed, by an accident of the suite's."""
    if submission.name() == "poison":
        os.kill(parent_of(os.getppid()), 9)
'''


@needs_ray
@pytest.mark.slow
def test_who_ends_its_node_twice_is_withheld_and_stops_nothing(light, hand_in_all, nodes):
    """With what is known; and whoever was graded beside it keeps every point."""
    (light / "test_light.py").write_text(SUITE + POISON)
    toml = light / "assignment.toml"
    toml.write_text(toml.read_text().replace("test_name = 1", "test_name = 1\ntest_poison = 1"))
    poison = RIGHT.replace("'light'", "'poison'")
    files = {f"{name}.py": f"{poison}# {name}\n" for name in ("bad", "worse", "worst", "yet")}
    course = RayClass(light, hand_in_all(files | FILES), nodes)
    code, told = course.grade(settings=Settings("", seed=7, jobs=2))
    assert code == 3, told
    rows = course.rows()
    assert {s: row["status"] for s, row in rows.items()} == {
        **dict.fromkeys(["bad", "worse", "worst", "yet"], "withheld"),
        **dict.fromkeys("abcdefgh", "graded"),
    }
    assert {row["score"] for student, row in rows.items() if student in "abcdefgh"} == {"4", "2"}
    problems = [line["problem"] for line in course.heard("graded") if line["status"] == "withheld"]
    assert all("was lost with nothing else on it: " in problem for problem in problems)


@needs_ray
@pytest.mark.slow
def test_nodes_that_differ_are_left_out(light, hand_in_all, request):
    """Another secret, and another wall: each is said in one sentence, and nobody grades there."""
    place = tempfile.mkdtemp()
    request.addfinalizer(lambda: shutil.rmtree(place))
    os.chmod(place, 0o755)  # in there other users than ours may read, as workers are in Docker
    light = shutil.copytree(light, f"{place}/assignments/light")
    secret, other = "of the course, long enough", "of somebody else, long enough"
    docker = [sys.executable, "-m", "tests.sandbox.someone", "docker-root"]
    with closing(Nodes(TORCHMARKS_SECRET=secret)) as nodes, pytest.MonkeyPatch.context() as patch:
        nodes.add(TORCHMARKS_SECRET=other)
        if os.getuid() == 0:
            nodes.add(by=docker, TORCHMARKS_SECRET=secret)
        patch.setenv("TORCHMARKS_SECRET", secret)
        course = RayClass(Path(light), hand_in_all(FILES), nodes)
        code, told = course.grade(settings=Settings("", jobs=1))
    assert code == 0, told
    assert "its grades would be made from something else: seed differ" in told
    assert os.getuid() or "it gives L2u" in told


@needs_ray
@pytest.mark.slow
def test_kills_at_random_moments_change_no_grade(light, hand_in_all, nodes, tmp_path):
    """The command, its driver, and what grades on the nodes: the same command goes on."""
    killed = Killed(light, hand_in_all(FILES), tmp_path / "here")
    assert killed.finish()[0] == 0
    expected, mounts = killed.grades(), mounted(tmp_path)
    killed.engine, killed.out = f"ray={nodes.address}", tmp_path / "grades"
    chance = random.Random(os.environ.get("TORCHMARKS_KILLS", "7"))
    kills = 0
    while kills < 12:
        process = killed.start()
        time.sleep(chance.uniform(0.5, 12))
        family = [*kin(process), *nodes.gradings()]
        if process.poll() is None:
            kills += 1
            with suppress(psutil.NoSuchProcess):
                chance.choice(family).kill()
        process.communicate(timeout=300)
        require_nothing_left(family, mounts, tmp_path)
        if process.returncode == 0:
            assert killed.grades() == expected
            (killed.out / "grades.sqlite").unlink()
    assert killed.finish()[0] == 0
    assert killed.grades() == expected
    assert {path.name for path in killed.out.iterdir()} == KEPT
