"""A hidden check, whose inputs nobody can know."""

import torch

from grader import as_number


def test_hidden_total(submission, check_seed):
    """total(x) is the sum of all entries of x."""
    rng = torch.Generator().manual_seed(check_seed % 2**63)
    for _ in range(2):
        x = torch.randint(-1000, 1000, (7,), generator=rng).double()
        assert as_number(submission.total(x)) == x.sum().item()
