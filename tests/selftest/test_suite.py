"""What is read of a suite, and which error says that it breaks off."""

import pytest

from grader.selftest.suite import SuiteBrokenError, told_where_it_breaks_off


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (RuntimeError("pytest could not run the suite"), SuiteBrokenError),
        (RecursionError("too deep"), RecursionError),
        (NotImplementedError("ours"), NotImplementedError),
        (ValueError("ours"), ValueError),
    ],
)
def test_only_what_is_meant_becomes_a_suite_that_breaks_off(error, becomes):
    """A fault of ours is a traceback, and no sentence about the suite."""
    with pytest.raises(becomes) as raised, told_where_it_breaks_off():
        raise error
    assert type(raised.value) is becomes
    assert str(raised.value) == str(error)
