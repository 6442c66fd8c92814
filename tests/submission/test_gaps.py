"""What loading left undone is told by its first cause, grouped, and how many more there are."""

import time

import pytest

from grader.submission.gaps import (
    describe_costs,
    describe_lacking,
    describe_stand_ins,
    describe_stops,
    describe_undefined,
)
from grader.submission.load_report import Costly, Failed, LeftOut, Ran, read_load_report

NO_FILE = "FileNotFoundError: [Errno 2] No such file or directory: 'covid.train.csv'"


def undefined(name):
    return f"NameError: name '{name}' is not defined"


CHAIN = (
    Failed(5, 1, 2, ("df",), NO_FILE),
    Failed(6, 2, 1, ("X",), undefined("df")),
    Failed(7, 3, 1, ("model",), undefined("X")),
    Failed(8, 4, 1, ("other",), "ValueError: no"),
)


def test_a_name_is_followed_to_the_first_cause():
    """Not the NameError on the way is the news, but the file that is not there."""
    said = describe_undefined("hw1.ipynb", Ran(failed=CHAIN), "model")
    assert said == (
        "model is not defined: hw1.ipynb cell 3, line 1 stopped with NameError: name 'X' is not"
        f" defined; it began at hw1.ipynb cell 1, line 2, with {NO_FILE}"
    )


def test_a_name_that_a_left_out_statement_would_bind():
    """The statement is named."""
    ran = Ran(left_out=(LeftOut(2, 3, "from x import y", ("y",)),))
    assert describe_undefined("a.ipynb", ran, "y") == (
        "y is not defined: a.ipynb cell 2, line 3 was left out (from x import y)"
    )
    assert describe_undefined("a.ipynb", ran, "z") is None


def test_statements_are_told_by_what_they_want():
    """One sentence a cause."""
    first, second = describe_stops("hw1.ipynb", Ran(failed=CHAIN))
    assert first.startswith("3 statements stopped for want of covid.train.csv: hw1.ipynb cell 1")
    assert second == "hw1.ipynb cell 4, line 1 stopped when it was loaded: ValueError: no"


@pytest.mark.parametrize(("count", "last"), [(5, ""), (6, ""), (9, "4 more statements of a.ipynb")])
def test_it_is_said_how_many_more_there_are(count, last):
    """Five causes are told, and the number of the rest."""
    failed = tuple(Failed(n, n, 1, (f"x{n}",), f"ValueError: {n}") for n in range(1, count + 1))
    told = describe_stops("a.ipynb", Ran(failed=failed))
    assert len(told) == min(count, 6)
    assert told[-1].startswith(last)


def test_names_that_miss_each_other_end():
    """A circle of NameErrors is no endless loop."""
    failed = (Failed(1, 1, 1, ("a",), undefined("b")), Failed(2, 2, 1, ("b",), undefined("a")))
    assert len(describe_stops("a.ipynb", Ran(failed=failed))) == 1


def test_what_may_matter_names_what_is_needed():
    """Left out though needed: by a tag, or by notebook = "definitions"."""
    left_out = [LeftOut(n, 1, f"t.append({n})", (), lacking=n > 1) for n in range(5)]
    told = describe_lacking("a.ipynb", Ran(left_out=tuple(left_out)))
    assert told == [
        "a.ipynb cell 2, line 1 was left out (t.append(2))",
        "a.ipynb cell 3, line 1 was left out (t.append(3)), and 1 more were",
    ]
    assert describe_lacking("a.ipynb", Ran(left_out=tuple(left_out[:2]))) == []


def test_what_loading_costs_and_what_was_stood_in_for():
    """In seconds for each check, with the place."""
    assert describe_costs("a.ipynb", Ran(costly=(Costly(3, 5, 3.04),))) == (
        "3 s in each check: cell 3, line 5 of a.ipynb"
    )
    assert describe_costs("a.ipynb", Ran(costly=(Costly(1, 2, 0.604),))) == (
        "0.6 s in each check: cell 1, line 2 of a.ipynb"
    )
    assert describe_costs("a.ipynb", Ran()) == ""
    assert "tqdm, wandb" in describe_stand_ins(Ran(stand_ins=("tqdm", "wandb")))[0]


def report_of(**ran):
    return {"exports": {}, "report": ran}


@pytest.mark.parametrize(
    "ran",
    [
        {"failed": [{}] * 201},
        {"left_out": [{}] * 201},
        {"failed": [{"error": "x" * 2001}]},
        {"failed": [{"names": ["x"] * 501}]},
        {"stand_ins": ["x" * 2001]},
        {"syntax_error": {"message": "x" * 2001}},
    ],
)
def test_what_no_worker_of_ours_says_is_no_report(ran):
    """It was forged, and is not read."""
    assert read_load_report(report_of(**ran)) is None


def test_the_worst_that_may_be_said_is_read_at_once():
    """A chain of causes through names without end, and words that a search goes over again."""
    names = [f"n{place}" for place in range(499)]
    chain = [
        {"at": 200 - n, "names": [*names, f"x{n}"], "error": undefined(f"x{n + 1}")}
        for n in range(199)
    ]
    report = read_load_report(report_of(failed=[*chain, {"error": "FileNotFoundError: " * 105}]))
    assert report is not None
    began = time.process_time()
    assert describe_stops("a.ipynb", report.report)
    assert describe_undefined("a.ipynb", report.report, "x7")
    assert time.process_time() - began < 2
