"""An assignment's own solutions: where they lie, what they say, and mistakes in that."""

import pytest

from grader.assignment.folder import AssignmentError, load_assignment
from grader.selftest.equivalents import NAME, load_equivalents, number_twins, render_entry
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


def test_a_solution_in_a_folder_of_a_folder_is_a_mistake(copy_tiny):
    """It was passed over in silence; what holds no code is none."""
    folder = copy_tiny()
    put(folder, "correct", "data/table.csv", "1,2\n")
    put(folder, "correct", ".ipynb_checkpoints/right.ipynb", "{}")
    assert read(folder, "correct") == ()
    path = put(folder, "correct", "week_1/right.py", '"""Right."""\n')
    with pytest.raises(AssignmentError, match="one file is handed in at a time") as problem:
        read(folder, "correct")
    assert str(path.parent) in str(problem.value)


def read(folder, kind="mutants"):
    """The solutions of a kind that an assignment has."""
    return getattr(load_solutions(load_assignment(folder)), kind)


@pytest.mark.parametrize(
    "tail",
    [
        "Loses: {0}, {1}",
        "Loses: {0},\n    {1}",
        "Loses:\n    {0}, {1}",
        "Loses:\n    {0},\n    {1}",
        "Loses: {0},\n{1}\nMay lose: {0}",
        "Loses: {0}\nLoses: {1}",
        "Loses: {0}, {1}\n\nAnd a word after it, which is none.",
    ],
)
def test_a_line_may_be_wrapped_behind_its_commas(copy_tiny, tail):
    """All checks are read, and nothing of what comes after them."""
    folder = copy_tiny()
    checks = load_assignment(folder).checks[:2]
    put(folder, "mutants", "file.py", f'"""Wrong.\n\n{tail.format(*checks)}\n"""\n')
    assert read(folder)[0].loses == set(checks)


UNREADABLE = {
    "no_json.ipynb": b"{",
    "no_cells.ipynb": b"{}",
    "a_list.ipynb": b"[]",
    "no_source.ipynb": b'{"cells": [{}]}',
    "cells_of_numbers.ipynb": b'{"cells": [1]}',
    "sources_of_numbers.ipynb": b'{"cells": [{"source": [1]}]}',
    "nested.ipynb": b"[" * 100_000,
    "latin.py": '"""Grün."""\n'.encode("latin-1"),
    "deep.py": b"x = " + b"-" * 100_000 + b"1\n",
    "no_such_coding.py": b"# coding: nowhere\n",
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("kind", ["correct", "mutants"])
def test_a_file_that_cannot_be_read_is_named(copy_tiny, kind, name):
    """Whatever keeps it from being read, as a mistake of the assignment and no traceback."""
    folder = copy_tiny()
    path = put(folder, kind, name, "")
    path.write_bytes(UNREADABLE[name])
    with pytest.raises(AssignmentError) as problem:
        load_solutions(load_assignment(folder))
    assert str(problem.value).startswith(str(path))


NO_PYTHON = {"nul.py": b"x = 1\0\n", "brackets.py": b"x = " + b"[" * 5000 + b"]" * 5000}


@pytest.mark.parametrize("name", UNREADABLE | NO_PYTHON)
def test_a_hostile_file_may_be_unreadable_on_purpose(copy_tiny, name):
    """What it earns is then looked for in its bytes as they are."""
    folder = copy_tiny()
    path = put(folder, "hostile", name, "")
    path.write_bytes((UNREADABLE | NO_PYTHON)[name] + b"\nEarns: nothing\n")
    assert read(folder, "hostile")[0].path == path.resolve()


def test_python_in_an_encoding_that_it_names_is_read(copy_tiny):
    """As Python would."""
    folder = copy_tiny()
    path = put(folder, "correct", "named.py", "")
    path.write_bytes('# coding: latin-1\n"""Grün."""\n'.encode("latin-1"))
    assert read(folder, "correct")[0].path == path.resolve()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            "selftest/mutant",
            "is none of correct, mutants, hostile; did you mean 'mutants'",
        ),
        ("selftest/Correct", "did you mean 'correct'"),
        ("selftest/wrong_ones", "is none of correct, mutants, hostile"),
        ("", "solutions = 'nowhere/\\*' leads to no folder"),
    ],
)
def test_solutions_that_would_be_overlooked_are_named(copy_tiny, made, said):
    """A folder of another name, and a path that leads nowhere: nothing is left out in silence."""
    folder = copy_tiny()
    if made:
        (folder / made).mkdir(parents=True)
    else:
        toml = folder / "assignment.toml"
        toml.write_text(f'solutions = "nowhere/*"\n{toml.read_text()}')
    with pytest.raises(AssignmentError, match=said):
        load_solutions(load_assignment(folder))


def test_what_python_and_editors_leave_behind_is_no_solution(copy_tiny):
    """Nor is a readme."""
    folder = copy_tiny()
    for name in ("selftest/__pycache__", "selftest/.idea", "selftest/correct/__pycache__"):
        (folder / name).mkdir(parents=True)
    (folder / "selftest/README.md").write_text("ours")
    assert read(folder, "correct") == ()


def test_what_is_wrong_with_equivalents_is_said_with_the_solutions(copy_tiny):
    """And not when the mutants are made, minutes later."""
    folder = copy_tiny()
    put(folder, "correct", NAME, "[[")
    with pytest.raises(AssignmentError, match=NAME):
        load_solutions(load_assignment(folder))


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
    assert known.without_mutant(mutants, {"right.py"}) == []
    path.write_text(RIGHT.replace("a > tol", "a < tol"))
    left = known.without_mutant(make_mutants(path), {"right.py"})
    assert "no mutant of right.py makes" in left[0]
    gone = known.without_mutant([], {"other.py"})
    assert len(gone) == 3
    assert "right.py is no right solution" in gone[0]


TWICE = "def f(a, b):\n    a = a + b\n    b = 2 * b\n    a = a + b\n    return a\n"


def test_of_two_changes_of_one_line_an_entry_excuses_the_one_that_it_means(tmp_path):
    """Of the same line twice in a function, and of two files of one name; or of all of them."""
    paths = [tmp_path / kind / "right.py" for kind in ("reference", "correct")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(TWICE)
    mutants = number_twins(one for path in paths for one in make_mutants(path))
    signs = [one.change for one in mutants if one.change.now == "a = a - b"]
    assert [(one.nth, one.twins) for one in signs] == [(n, 4) for n in (1, 2, 3, 4)]
    place = paths[1].parent / NAME

    def excused(text):
        place.write_text(text.replace("why = ''", "why = 'so'"))
        known = load_equivalents(place.parent)
        assert known.without_mutant(mutants, {"right.py"}) == []
        return [bool(known.reason(one)) for one in signs], known.tells_apart(signs[2])

    entry = render_entry(signs[2])
    assert excused(entry) == ([False, False, True, False], True)
    assert excused(entry.replace("\nnth = 3", "")) == ([True] * 4, False)
    assert "nth" not in render_entry(Change("a.py", "f", "sign", 1, "-a", "a"))
    place.write_text(entry.replace("nth = 3", "nth = 5").replace("why = ''", "why = 'so'"))
    (told,) = load_equivalents(place.parent).without_mutant(mutants, {"right.py"})
    assert "nth = 5" in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[["a.py"]]\nin = "f"\n', "has the texts in, now, was, why"),
        ('[["a.py"]]\nin = "f"\nwas = "a"\nnow = "b"\nwhy = " "\n', "needs a reason"),
        ('[["a.py"]]\nin = "f"\nwas = "a"\nnow = "b"\nwhy = "c"\nnth = 0\n', "from 1"),
        ('[["a.py"]]\nin = "f"\nwas = "a"\nnow = "b"\nwhy = "c"\nnth = "2"\n', "from 1"),
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
