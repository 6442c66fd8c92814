"""Hidden checks of the tiny assignment."""

import random


def test_double_agrees(submission, reference, check_seed):
    """Doubling agrees with the reference on numbers that nobody knows."""
    number = random.Random(check_seed).randrange(10**9)
    assert submission.double(number) == reference.double(number)
