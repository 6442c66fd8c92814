"""Public checks that are cheap to earn honestly."""

import torch

from grader import as_number


def test_double(submission):
    """double(number) is twice the number."""
    for number in (3, -1, 2.5):
        assert as_number(submission.double(number)) == 2 * number


def test_norm(submission):
    """norm(x) is the length of x."""
    assert as_number(submission.norm(torch.tensor([3.0, 4.0]))) == 5.0
