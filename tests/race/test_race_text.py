"""What people see of a race as text."""

import math

import pytest

from grader.assignment.baselines import load_baselines
from grader.grade import units
from grader.grade.result import Decision, Timing
from grader.race import messages
from grader.reports.race_text import render_standing


def timing(**changes):
    """Make a timing of a submission in the middle of the line."""
    values = {
        "slowdown": 11.0,
        "interval": (10.6, 11.5),
        "laps": 20,
        "decision": Decision.decided,
        "submission_seconds": 0.0341,
        "reference_seconds": 0.0031,
        "first_call_seconds": 0.21,
        "paces": {"loop": 38.0, "chunked": 10.5, "structured": 2.4},
        "full": 4.0,
        "none": 128.0,
    }
    return Timing(**{**values, **changes})


def test_the_submission_stands_among_the_paces():
    """Each has a line with its credit, from fast to slow, and so have the ends of the line."""
    text = render_standing(timing())
    assert text.splitlines() == [
        "credit  slowdown",
        "  100%  2.4       structured",
        "  100%  4         and less earn everything",
        "   72%  10.5      chunked",
        "   71%  11        <- this submission (between 10.6 and 11.5)",
        "   35%  38        loop",
        "    0%  128       and more earn nothing",
        "34.1 ms a call against 3.1 ms, median processor time of 20 laps",
        "The first call took 210 ms and is not counted.",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"full": None},
        {"none": None},
        {"interval": (0.0, math.inf)},
        {"full": 200},
    ],
)
def test_without_terms_there_is_no_credit(changes):
    """What is not known is not drawn; the medians and the first call are said all the same."""
    assert [line.split()[0] for line in render_standing(timing(**changes)).splitlines()] == [
        "34.1",
        "The",
    ]


def test_without_laps_there_is_nothing_to_say():
    """A race that was not run has no facts."""
    assert render_standing(timing(laps=0)) == ""


def test_one_lap_is_one_lap():
    """One lap has no plural."""
    assert render_standing(timing(laps=1)).splitlines()[-2].endswith("of 1 lap")
    assert messages.few_laps(1, 45) == "Only 1 lap fitted into 45 s."


@pytest.mark.parametrize(
    ("seconds", "text"), [(2.1, "2.1 s"), (0.0123, "12.3 ms"), (3.4e-4, "340 us"), (5e-9, "5 ns")]
)
def test_times_are_written_in_their_unit(seconds, text):
    """A time is written with three digits in the unit that fits."""
    assert units.duration(seconds) == text


def test_every_bad_case_has_words_of_its_own():
    """No two bad cases are told in the same sentence."""
    said = [
        messages.too_small(1e-4, 256, 0.02),
        messages.reference_wrong("off by 3"),
        messages.twin_noisy(1.2, 0.3),
        messages.reference_drifted(0.01, 0.02),
        messages.spoiled(5, 20, "probe slow"),
        messages.one_core(),
        messages.wall_only("its CPU clock cannot be read (Operation not permitted)"),
        messages.no_freeze("Operation not permitted"),
        messages.no_pin("Operation not permitted"),
        messages.too_good(0.2, 2),
        messages.cached(4, 3),
        messages.another_answer("2 is not 3"),
        messages.waits(0.9),
        messages.inconclusive((7.5, 8.4), 160),
        messages.kept_open((7.5, 8.4), 80, messages.unused(12, 20)),
        messages.kept_open((7.5, 8.4), 80, messages.scattered(0.5, 0.02)),
        messages.time_up(20),
        messages.few_laps(3, 45),
    ]
    assert len(set(said)) == len(said)
    assert all(sentence[-1] in ".t" or ":" in sentence for sentence in said)


def test_paces_are_read_by_export(tmp_path):
    """Each raced export has a table of named paces."""
    (tmp_path / "paces").mkdir()
    (tmp_path / "paces" / "paces.toml").write_text("[analyze]\nloop = 38\n[train]\nslow = 2.5\n")
    assert load_baselines(tmp_path, "analyze") == {"loop": 38.0}
    assert load_baselines(tmp_path, "predict") == {}
    assert load_baselines(tmp_path / "elsewhere", "analyze") == {}


@pytest.mark.parametrize("text", ["[f]\nloop = -1\n", "[f]\nloop = 'fast'\n", "[f\n"])
def test_paces_that_are_none_are_refused(tmp_path, text):
    """A wrong file is named."""
    (tmp_path / "paces").mkdir()
    (tmp_path / "paces" / "paces.toml").write_text(text)
    with pytest.raises(ValueError, match=r"paces\.toml"):
        load_baselines(tmp_path, "f")
