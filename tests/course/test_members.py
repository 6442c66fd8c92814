"""Which node has a job, and which isolation many nodes have in common."""

import pytest

from grader.course.engines.cluster.lines import MadeFrom
from grader.course.engines.cluster.members import FleetMember, choose_level, choose_member
from grader.course.engines.jobs import Job


def member(name, slots, jobs=()):
    """A node that has jobs: of a number each, and alone where that is negative."""
    running = {abs(n): Job(abs(n), "", alone=n < 0) for n in jobs}
    return FleetMember(name, name, slots, None, jobs=running)


JOB, ALONE = Job(9, ""), Job(9, "", alone=True)


@pytest.mark.parametrize(
    ("nodes", "job", "lost_on", "chosen"),
    [
        ([("a", 2, [1]), ("b", 2, [])], JOB, "", "b"),
        ([("a", 4, [1]), ("b", 2, [])], JOB, "", "a"),
        ([("a", 1, [1]), ("b", 1, [2])], JOB, "", None),
        ([("a", 4, [-1]), ("b", 2, [2])], JOB, "", "b"),
        ([("a", 4, [1]), ("b", 2, [])], ALONE, "", "b"),
        ([("a", 4, [1]), ("b", 2, [2])], ALONE, "", None),
        ([("a", 4, []), ("b", 2, [])], ALONE, "a", "b"),
        ([("a", 4, []), ("b", 2, [2])], ALONE, "a", None),
        ([("a", 4, [])], ALONE, "a", "a"),
        ([], JOB, "", None),
    ],
)
def test_who_has_most_room_has_a_job(nodes, job, lost_on, chosen):
    """One that is alone waits for an empty node, and goes to another than it was lost on."""
    found = choose_member([member(*node) for node in nodes], job, lost_on)
    assert (found.name if found else None) == chosen


@pytest.mark.parametrize(
    ("levels", "chosen"),
    [
        (["L2", "L3r", "L2"], "L2"),
        (["L2", "L3r"], "L3r"),
        (["L3", "L2u", "L3", "L2u"], "L3"),
        (["L2u-cuda", "L3r-cuda"], "L3r-cuda"),
    ],
)
def test_most_nodes_say_which_isolation_it_is(levels, chosen):
    """Of two that as many give it is the stronger one."""
    assert choose_level(levels) == chosen


def test_what_differs_is_named():
    """Of versions which and from what; of what is in no circumstance, that it is the files."""
    here = MadeFrom({"seed": "a", "versions": {"torch": "2.13", "numpy": "2"}}, "1")
    there = MadeFrom({"seed": "b", "versions": {"torch": "2.6", "numpy": "2"}}, "2")
    assert here.difference(there) == "seed, versions (torch 2.13 and 2.6) differ"
    assert here.difference(MadeFrom(here.circumstances, "3")) == "the assignment's files differ"
    assert not here.difference(here)
