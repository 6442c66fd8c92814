"""What runs on a node, without a cluster: told, heard and closed as a cluster does it."""

import threading
import time
from contextlib import suppress

import msgspec
import psutil
import pytest

from grader.assignment.folder import load_assignment
from grader.course.contents import key_of
from grader.course.engines.cluster.lines import Proof, Word, find_made_from
from grader.course.engines.cluster.node import Node
from grader.course.engines.jobs import Job, Order, Settings, encode
from tests.course.conftest import NAME, RIGHT, WRONG

IN_CALL = """import threading
import time


def double(x):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    time.sleep(3)
    return 2 * x


"""
"""A second thread shows from outside that it has been asked something."""
SLEEPS = f"import time\n\n\ndef double(x):\n    time.sleep(60)\n\n\n{NAME}"


def give_time(light):
    """Give every call a minute."""
    path = light / "assignment.toml"
    path.write_text(path.read_text().replace("call_seconds = 2", "call_seconds = 60"))


def hear_all(node, count):
    """Hear a node until so many jobs have had their last word; return these by number."""
    heard, last = bytearray(), {}
    while len(last) < count:
        heard += node.hear()
        *lines, heard = heard.split(b"\n")
        for line in lines:
            word = msgspec.json.decode(line, type=Word)
            assert not word.lost
            if word.message.is_last:
                last[word.number] = word.message
    return last


def test_a_node_grades_what_is_what_the_class_was_read_from(light, hand_in_all):
    """It shows what its grades are made from; a file that is another one by now has no grade."""
    give_time(light)
    place = hand_in_all({"ada.py": RIGHT, "bob.py": WRONG, "cy.py": RIGHT})
    settings = Settings(str(light), seed=7, jobs=1)
    node = Node()
    proof = msgspec.json.decode(node.start(encode(settings)), type=Proof)
    assert not proof.problem
    assert proof.made_from == find_made_from(load_assignment(light), settings)
    jobs = [
        Job(number, str(path), path.name, key=key_of(path, path.name))
        for number, path in enumerate(sorted(place.iterdir()))
    ]
    (place / "cy.py").write_text(WRONG)
    for job in jobs:
        node.tell(encode(Order(begin=job)))
    last = hear_all(node, 3)
    scores = [msgspec.json.decode(last[n].grade)["score"] for n in (0, 1)]
    assert scores == [3, 1]
    assert "is not what it was when the class was read" in last[2].fault

    (place / "dan.py").write_text(SLEEPS)
    job = Job(3, str(place / "dan.py"), "dan.py")
    for order in (Order(begin=job), Order(end=3), Order(begin=jobs[1])):
        node.tell(encode(order))
    assert set(hear_all(node, 1)) == {1}, "what is ended has no word"
    threading.Timer(0.2, node.close).start()
    assert node.hear() == b""


@pytest.mark.parametrize(("times", "scores"), [(1, [3]), (2, [1])])
def test_a_worker_that_somebody_else_ends_is_asked_once_more(light, hand_in_all, times, scores):
    """As the kernel does when memory is short; the second time it counts."""
    give_time(light)
    place = hand_in_all({"slow.py": IN_CALL + NAME})
    node, ours = Node(), psutil.Process()
    node.start(encode(Settings(str(light), seed=7, jobs=1)))
    started = {process.pid for process in ours.children(recursive=True)}
    node.tell(encode(Order(begin=Job(0, str(place / "slow.py"), "slow.py"))))
    killer = threading.Thread(target=kill_workers, args=(ours, started, times))
    killer.start()
    last = hear_all(node, 1)
    killer.join()
    assert [msgspec.json.decode(last[0].grade)["score"]] == scores
    node.close()
    node.hear()


def kill_workers(ours, known, times):
    """Kill so many processes behind the wall, one after the other, each while it is called.

    None of those that were there before.
    """
    end = time.monotonic() + 60
    while times and time.monotonic() < end:
        for process in ours.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                is_worker = "launch.py" in " ".join(process.cmdline())
                if process.pid not in known and is_worker and process.num_threads() > 1:
                    process.kill()
                    known, times = known | {process.pid}, times - 1
                    break
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        (("[points]", 'packages = ["no_such_package"]\n[points]'), "no_such_package"),
        (("test_name = 1", "test_nom = 1"), "test_nom"),
    ],
)
def test_a_node_that_cannot_grade_says_why(light, toml, problem):
    """What is missing or mistaken there is told, in the words of the command."""
    path = light / "assignment.toml"
    path.write_text(path.read_text().replace(*toml))
    proof = msgspec.json.decode(Node().start(encode(Settings(str(light)))), type=Proof)
    assert problem in proof.problem
    assert not proof.level
