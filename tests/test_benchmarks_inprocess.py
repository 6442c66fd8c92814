"""The side that a grade behind the wall is measured beside: a submission in this very process."""

import pytest
import torch

from benchmarks.inprocess_submission import bind
from grader import assert_raises, assert_unchanged

SOURCE = """
class OwnError(ValueError):
    pass

def refuse(x):
    raise OwnError("no")

def spoil(x):
    x[0] = 7.0

def keep(x):
    return x + 1
"""


def test_it_is_asked_as_one_behind_the_wall(tmp_path):
    """What it raises is known by its bases, and what it did to an argument is seen."""
    path = tmp_path / "in_process.py"
    path.write_text(SOURCE)
    submission = bind(path, ["refuse", "spoil", "keep"])
    assert_raises(submission.refuse, torch.zeros(2))
    assert_unchanged(submission.keep, torch.zeros(2))
    with pytest.raises(AssertionError, match="ValueError"):
        assert_raises(submission.keep, torch.zeros(2))
    with pytest.raises(AssertionError, match="arguments as they were"):
        assert_unchanged(submission.spoil, torch.zeros(2))
