"""`[needs]`: what it may say, and in which order checks come by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assignment.folder import AssignmentError, load_assignment
from grader.assignment.needs import with_needs
from grader.assignment.suite import load_suite
from grader.release.released_toml import render_released_toml
from tests.small import make_small

CHECKS = "".join(
    f'def test_{name}(submission):\n    """It is {name}."""\n    assert submission.f() == 1\n\n'
    for name in "abc"
)
HIDDEN = CHECKS.replace("test_", "test_h_")
RACE = "[speed.test_b]\nfull = 1\nnone = 3\n"
WRONG = {
    'test_a = ["test_x"]': "no such check in [points]: test_x",
    'test_x = ["test_a"]': "no such check in [points]: test_x",
    'test_a = ["test_hb", "test_c"]': "did you mean",
    "test_a = []": "name at least one check",
    "test_a = [1]": "1 is not the name of a check",
    'test_a = "test_c"': "must be a list of checks",
    'test_a = ["test_a"]': "test_a needs itself",
    'test_a = ["test_c"]\ntest_c = ["test_a"]': "test_c needs itself",
    'test_a = ["test_b"]': "test_b is a race",
    'test_b = ["test_a"]': "test_b is a race",
    'test_a = ["test_h_a"]': "test_a is visible and may not need test_h_a",
}


@pytest.mark.parametrize("needs", WRONG)
def test_a_mistake_is_named_with_its_line(tmp_path, needs):
    """What makes no sense is refused when the assignment is read."""
    toml = f"[needs]\n{needs}\n{RACE}"
    with pytest.raises(AssignmentError, match=r"assignment.toml:\d+: ") as refused:
        load_suite(make_small(tmp_path, CHECKS, "def f(): return 1\n", hidden=HIDDEN, toml=toml))
    assert WRONG[needs] in str(refused.value)


def test_students_get_the_needs_of_what_they_see(tmp_path):
    """The released file has what public checks need, and no name of a hidden one."""
    toml = '[needs]\ntest_c = ["test_a"]\ntest_h_a = ["test_a"]\n'
    assignment = make_small(tmp_path, CHECKS, "def f(): return 1\n", hidden=HIDDEN, toml=toml)
    load_suite(assignment)
    text = render_released_toml(assignment, ["test_a", "test_b", "test_c"])
    assert '[needs]\ntest_c = ["test_a"]' in text
    assert "test_h" not in text
    (tmp_path / "small" / "assignment.toml").write_text(text)
    (tmp_path / "small" / "test_small_hidden.py").unlink()
    assert load_assignment(tmp_path / "small").needs == {"test_c": ("test_a",)}


@st.composite
def acyclic(draw):
    """Needs of up to eight checks without a circle, by a hidden order of them."""
    names = draw(st.permutations("abcdefgh"))
    table = {}
    for number, name in enumerate(names):
        chosen = draw(st.sets(st.sampled_from(names[:number]), max_size=3)) if number else ()
        table |= {name: tuple(sorted(chosen))} if chosen else {}
    return table


@given(needs=acyclic(), wanted=st.lists(st.sampled_from("abcdefgh"), unique=True))
def test_what_is_needed_comes_first(needs, wanted):
    """Each check comes once, after all that it needs; where nothing is needed the order stays."""
    order = with_needs(needs, wanted)
    assert len(set(order)) == len(order)
    assert set(wanted) <= set(order)
    for name in order:
        assert all(order.index(other) < order.index(name) for other in needs.get(name, ()))
    assert with_needs({}, wanted) == tuple(wanted)
    extra = set(order) - set(wanted)
    assert all(any(name in needs.get(other, ()) for other in order) for name in extra)
