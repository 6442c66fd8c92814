"""Rounds of checks, with an engine that is busy with something else."""

import io

from rich.console import Console

from grader.course.engines.jobs import Job
from grader.practice.log import Log
from grader.practice.loop import Loop
from grader.practice.place import Place
from grader.practice.portable import PortableEngine
from grader.practice.rounds import Rounds


def test_a_round_waits_until_there_is_room(small, repository, no_secret):
    """What the engine had begun before is finished first, and is no part of the round."""
    place = Place(small, repository / "small.py")
    engine = PortableEngine.start(small)
    try:
        engine.begin(Job(99, str(place.path), select=("test_double",)))
        assert not engine.has_room()
        rounds = Rounds("Small", "small.py", {"test_half": 2.0})
        console = Console(file=io.StringIO())
        Loop(place, engine, rounds, Log(console, rounds)).run_once(("test_half",))
        assert [result.name for result in rounds.results.values()] == ["test_half"]
        assert engine.has_room()
    finally:
        engine.close()
