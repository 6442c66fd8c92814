"""Property tests are drawn from a seed and from nothing else."""

import sys

import pytest
from hypothesis import given, is_hypothesis_test, settings
from hypothesis import strategies as st

from grader.assignment.check import Check
from grader.grading.check_run import CheckRun
from grader.plugin.profile import PROFILE, prepared, profile

CHECK = Check("check", "It draws.", hidden=False, place="here:1")


@pytest.fixture
def draw():
    """Draw the inputs of a property test under the profile."""

    def run(number, examples=None):
        drawn = []

        @given(number=st.integers(), word=st.text(max_size=3), x=st.floats())
        def check(number, word, x):
            drawn.append((number, word, repr(x)))

        if examples is not None:
            check = settings(max_examples=examples)(check)
        with prepared(check, number, CheckRun(CHECK)):
            check()
        return drawn

    return run


def test_a_seed_repeats_and_another_seed_does_not(draw):
    """The same seed gives the same inputs, another seed gives others."""
    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_draws_do_not_depend_on_what_is_imported(draw, tmp_path, monkeypatch):
    """A module with constants in it, imported meanwhile, changes no draw."""
    before = draw(3, 200)
    source = "\n".join(f"VALUES_{n} = ({n * 7919}, {n}.25, 'word{n}')" for n in range(300))
    (tmp_path / "constants_of_no_interest.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    __import__("constants_of_no_interest")
    after = draw(3, 200)
    sys.modules.pop("constants_of_no_interest")
    assert after == before


@pytest.mark.parametrize("name", ["CI", "GITHUB_ACTIONS"])
def test_draws_do_not_depend_on_the_environment(draw, monkeypatch, name):
    """Hypothesis's own profile for CI, which ignores seeds, is not used."""
    before = draw(4)
    monkeypatch.setenv(name, "true")
    assert draw(4) == before
    assert PROFILE.derandomize is False
    assert PROFILE.database is None
    assert PROFILE.deadline is None


def test_a_suite_chooses_how_many_inputs(draw):
    """`@settings(max_examples=N)` is kept; without it there are as many as the profile says."""
    assert len(draw(5)) == PROFILE.max_examples
    assert len(draw(5, 7)) == 7


def test_the_profile_is_left_as_it_was():
    """Neither the settings in force nor a test function keep anything of ours."""

    @given(number=st.integers())
    def check(number):
        pass

    inner, before = check.hypothesis.inner_test, settings.get_current_profile_name()
    with profile(), prepared(check, 1, CheckRun(CHECK)):
        assert settings.get_current_profile_name() == "torchmarks"
        assert is_hypothesis_test(check)
    assert check.hypothesis.inner_test is inner
    assert settings.get_current_profile_name() == before
