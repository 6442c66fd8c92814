"""Gradings by the engine: in the order asked for, as far as asked for, in the role asked for."""

from contextlib import closing

import pytest

from grader.course.engines.jobs import Settings
from grader.selftest.trials import Trial, Trials
from tests.selftest.conftest import TRIPLE

DOUBLE, SIGN = "test_double", "test_sign"


@pytest.fixture
def folder(make_sign):
    """The assignment of two functions."""
    return make_sign()


@pytest.fixture
def trials(folder):
    """An engine for it."""
    with closing(Trials(Settings(str(folder), jobs=2))) as trials:
        yield trials


def test_a_trial_is_made_as_it_says(folder, trials):
    """The first lost check ends it where that is asked for, and checks run as they are named."""
    path = folder / "triple.py"
    path.write_text(TRIPLE)
    reference = folder / "reference/sign_reference.py"
    made = [
        Trial("all", path, "sign.py", (DOUBLE, SIGN)),
        Trial("first", path, "sign.py", (DOUBLE, SIGN), until_lost=True),
        Trial("last", path, "sign.py", (SIGN, DOUBLE), until_lost=True),
        Trial("one", path, "sign.py", (SIGN,)),
        Trial("reference", reference, reference.name, (DOUBLE, SIGN), reference=True),
    ]
    came = {tried.trial.subject: tried for tried in trials.run(made)}
    assert {name: tried.earned for name, tried in came.items()} == {
        "all": {SIGN: 1},
        "first": {},
        "last": {SIGN: 1},
        "one": {SIGN: 1},
        "reference": {DOUBLE: 2, SIGN: 1},
    }
    assert SIGN not in came["first"].lost
    assert came["first"].not_run == {}  # it was not asked for any more
    assert [*came["all"].lost] == [*came["last"].lost] == [DOUBLE]


def test_the_next_trial_is_asked_for_when_there_is_room(folder, trials):
    """So that it can be chosen by what came before."""
    path, done, asked = folder / "triple.py", [], []
    path.write_text(TRIPLE)

    def made():
        for number in range(4):
            asked.append(list(done))
            yield Trial(number, path, "sign.py", (SIGN,))

    for tried in trials.run(made(), jobs=1):
        done.append(tried.trial.subject)  # noqa: PERF401 - made() looks at it meanwhile
    assert asked == [[], [0], [0, 1], [0, 1, 2]]
