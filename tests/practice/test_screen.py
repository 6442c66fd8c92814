"""The screen and the log: what is known of the checks, in a header, in full and in short."""

import io

import pytest
from rich.console import Console

from grader.grade.result import CheckResult, Verdict
from grader.practice.log import Log
from grader.practice.rounds import Rounds
from grader.practice.screen import KEYS, Screen

POINTS = {"test_double": 1.0, "test_double_of_none": 1.0, "test_half": 2.0, "test_left_alone": 1.0}


def result(name, verdict=Verdict.passed, message="", waits_for=""):
    """What a check came to."""
    credit = float(verdict is Verdict.passed)
    return CheckResult(
        *(name, f"{name} holds.", verdict, credit, POINTS[name]),
        message=message,
        waits_for=waits_for,
    )


@pytest.fixture
def rounds():
    """One round, in which one check is lost and another waits for it."""
    rounds = Rounds("Small", "small.py", dict(POINTS), level="L3")
    rounds.begin(tuple(POINTS), 2)
    waits = ("`double` is not right yet: see test_double", "test_double")
    rounds.add(result("test_double_of_none", Verdict.not_run, *waits))
    rounds.add(result("test_double", Verdict.wrong, "expected 6, got 7\n" + "more\n" * 40))
    rounds.add(result("test_half"))
    return rounds


@pytest.fixture
def screen(rounds, small):
    """A screen that draws nowhere."""
    return Screen(Console(file=io.StringIO(), width=60), rounds, small)


def text_of(screen, width=60, height=16):
    """The lines of the screen."""
    return [line.plain for line in screen.lines(width, height)]


def test_the_header_and_the_keys_stay(screen, rounds):
    """Whatever is told between them, the screen is full and no fuller."""
    for height in (8, 16, 60):
        lines = text_of(screen, height=height)
        assert len(lines) == height
        assert "small.py, L3" in lines[0]
        assert "2 of 5 points" in lines[1]
        assert "3 of 4 checks, 2 that read what changed first" in lines[1]
        assert lines[-1] == KEYS
    rounds.add(result("test_left_alone"))
    rounds.end()
    assert "waiting for a save" in text_of(screen)[1]


def test_the_first_lost_check_is_told_in_full_and_the_rest_in_a_line(screen):
    """What only waits for another comes after what was asked."""
    lines = text_of(screen, height=70)
    assert lines[3] == "test_double: wrong"
    assert lines.count("    more") == 40
    assert any(line.startswith("test_double_of_none: `double` is not") for line in lines)


def test_keys_are_obeyed(screen):
    """All, next, hint and quit."""
    assert screen.tick(lambda: "n")
    assert text_of(screen)[3] == "test_double_of_none: not run"
    assert screen.tick(lambda: "h")
    assert any("$$d(n) = 2n$$" in line for line in text_of(screen, height=40))
    assert screen.tick(lambda: "a")
    assert sum("test_" in line for line in text_of(screen)) == 4
    assert screen.tick(lambda: "")
    assert not screen.tick(lambda: "q")


def test_a_save_overtakes_a_round(rounds):
    """That is counted and said, and is no failure."""
    printed = io.StringIO()
    log = Log(Console(file=printed, width=200), rounds)
    rounds.begin(tuple(POINTS), 1)
    log.begin()
    assert (rounds.superseded, rounds.done, rounds.is_running) == (1, 0, True)
    assert "that round is superseded, small.py: 4 checks" in printed.getvalue()
    rounds.end()
    log.end()
    assert "expected 6, got 7" in printed.getvalue()
