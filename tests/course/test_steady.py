"""An engine that is lost or cannot take a job costs that job a try, and no other anything."""

import errno
import os

import pytest

from grader.course.engines.jobs import EngineError, Job, Message
from grader.course.engines.steady import SteadyEngine

FULL = os.strerror(errno.EMFILE)


class Scripted:
    """An engine that ends each job as its path says, begun for the first time or again."""

    level = "L3"

    def __init__(self, scripts):
        self.scripts, self.begun, self.closed = scripts, [], False

    def has_room(self, *, alone=False):
        """Take any number."""
        return not alone

    def begin(self, job):
        """Take it, or refuse it for want of a descriptor."""
        what = self.scripts[job.path].pop(0)
        if what == "full":
            raise OSError(errno.EMFILE, FULL)
        self.begun.append((job, what))

    def end(self, number):
        """Know nothing of it any more."""
        self.begun = [(job, what) for job, what in self.begun if job.number != number]

    def hear(self, seconds):
        """Tell of each that was begun, or be lost."""
        assert seconds == 0 or self.begun, "it would wait for nothing"
        begun, self.begun = self.begun, []
        for job, what in begun:
            if what == "lost":
                raise EngineError("lost")
            yield job, Message(fault="gone") if what == "gone" else Message(grade="{}")

    def close(self):
        """Note that it is closed."""
        self.closed = True


@pytest.fixture
def tell():
    """Begin some jobs, end some of them, and tell what is heard of the others."""

    def run(ended=(), **scripts):
        engine = SteadyEngine(lambda: Scripted(scripts))
        left = {}
        for number, path in enumerate(scripts):
            left[number] = path
            engine.begin(Job(number, path))
        for path in ended:
            number = next(number for number, other in left.items() if other == path)
            engine.end(number)
            del left[number]
        heard = {}
        while left:
            for job, message in engine.hear(60):
                heard[left.pop(job.number)] = message.fault or "graded"
        return heard

    return run


@pytest.mark.parametrize(
    ("scripts", "told"),
    [
        (["graded"], "graded"),
        (["full"], FULL),
        (["gone", "graded"], "graded"),
        (["gone", "gone"], "gone"),
        (["gone", "full"], FULL),
        (["lost", "graded"], "graded"),
        (["lost", "full"], FULL),
    ],
)
def test_what_becomes_of_one_is_told_of_it_alone(tell, scripts, told):
    """Also where it is tried once more; the other one is graded."""
    heard = tell(other=["graded", "graded"], one=list(scripts))
    assert heard == {"other": "graded", "one": told}


def test_of_one_that_was_ended_nothing_is_told(tell):
    """Though it could not be begun."""
    assert tell(ended=["one"], one=["full"], other=["graded"]) == {"other": "graded"}
