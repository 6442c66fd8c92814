"""An assignment's own solutions: where they lie, what they say, and mistakes in that."""

import pytest

from grader.assignment.folder import AssignmentError, load_assignment
from grader.selftest.equivalents import NAME, load_equivalents, render_entry
from grader.selftest.mutating import Change, make_mutants
from grader.selftest.solutions import load_solutions


def put(folder, kind, name, text):
    """Write a solution of a kind."""
    path = folder / "selftest" / kind / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_solutions_are_read_from_the_folder_or_from_where_the_toml_says(copy_tiny):
    """The star of `solutions` stands for each kind."""
    folder = copy_tiny()
    check = load_assignment(folder).checks[0]
    put(folder, "correct", "right.py", '"""Right."""\n')
    put(folder, "mutants", "wrong.py", f'"""Wrong.\n\nLoses: {check}\nMay lose: {check}\n"""\n')
    put(folder, "hostile", "bad.py", '"""Bad.\n\nEarns: nothing\n"""\n')
    found = load_solutions(load_assignment(folder))
    assert [str(one) for one in (*found.correct, *found.mutants, *found.hostile)] == [
        "right",
        "wrong",
        "bad",
    ]
    assert found.mutants[0].loses == found.mutants[0].may_lose == {check}
    assert found.hostile[0].earns == set()
    (folder / "selftest").rename(folder.parent / "kept")
    assert load_solutions(load_assignment(folder)).correct == ()
    toml = folder / "assignment.toml"
    toml.write_text(f'solutions = "../kept/*"\n{toml.read_text()}')
    assert load_solutions(load_assignment(folder)) == load_solutions(load_assignment(folder))
    assert str(load_solutions(load_assignment(folder)).correct[0]) == "right"


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("mutants", '"""Wrong."""\n', "does not say what it loses"),
        ("hostile", '"""Bad."""\n', "does not say what it earns"),
        ("mutants", '"""Wrong.\n\nLoses: test_nowhere\n"""\n', "there is no check test_nowhere"),
    ],
)
def test_what_a_solution_does_not_say_is_a_mistake(copy_tiny, kind, text, said):
    """The file is named, with what to do."""
    folder = copy_tiny()
    path = put(folder, kind, "file.py", text)
    with pytest.raises(AssignmentError, match=said) as problem:
        load_solutions(load_assignment(folder))
    assert str(path) in str(problem.value)


def test_a_path_of_solutions_without_its_star_is_a_mistake(copy_tiny):
    """The TOML's line is named."""
    folder = copy_tiny()
    toml = folder / "assignment.toml"
    toml.write_text(f'solutions = "elsewhere"\n{toml.read_text()}')
    with pytest.raises(AssignmentError, match="toml:1: solutions: 'elsewhere' must hold one"):
        load_assignment(folder)


RIGHT = "def f(a, tol=1e-3):\n    return a > tol and a != 'it''s'\n"


def test_an_entry_excuses_its_mutant_and_no_other(tmp_path):
    """What `render_entry` writes is read again once it has a reason."""
    path = tmp_path / "right.py"
    path.write_text(RIGHT)
    mutants = make_mutants(path)
    entries = [render_entry(mutant.change) for mutant in mutants[:3]]
    text = "\n\n".join(entries).replace('why = ""', "why = ''")
    (tmp_path / NAME).write_text(text.replace("why = ''", 'why = "since"'))
    known = load_equivalents(tmp_path)
    assert [known.reason(mutant.change) for mutant in mutants[:4]] == ["since"] * 3 + [""]
    assert known.without_mutant(mutants) == []
    path.write_text(RIGHT.replace("a > tol", "a < tol"))
    assert "no mutant of right.py makes" in known.without_mutant(make_mutants(path))[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[["a.py"]]\nin = "f"\n', "has the texts in, now, was, why"),
        ('[["a.py"]]\nin = "f"\nwas = "a"\nnow = "b"\nwhy = " "\n', "needs a reason"),
        ("[[", "Invalid"),
        ("a = 1\n", "has the texts"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(tmp_path, text, said):
    """No entry without a reason, and none with half of what it needs."""
    (tmp_path / NAME).write_text(text)
    with pytest.raises(AssignmentError, match=said) as problem:
        load_equivalents(tmp_path)
    assert NAME in str(problem.value)


def test_an_entry_is_written_with_any_quotes():
    """Both kinds at once are escaped."""
    change = Change("a.py", "f", "constant", 1, 'x = "it\'s"', "x = 'y'")
    text = render_entry(change)
    assert 'was = "x = \\"it\'s\\""' in text
    assert "now = \"x = 'y'\"" in text
