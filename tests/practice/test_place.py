"""Which assignment and which file are meant, from where a person stands."""

import shutil
import unicodedata

import pytest

from grader.practice.place import find_check, find_practice_place
from grader.source.handin import MisuseError


@pytest.mark.parametrize("inside", [".", "assignments", "assignments/small"])
def test_it_is_found_from_anywhere_in_the_repository(repository, inside):
    """The only assignment, and the file at the top."""
    place = find_practice_place(repository / inside)
    assert place.assignment.name == "small"
    assert place.path == repository / "small.py"
    assert place.checks == ("test_double", "test_double_of_none", "test_half", "test_left_alone")


def test_what_could_be_two_is_asked_about(repository, tmp_path):
    """Two files, two assignments, none: a sentence that says what to do."""
    (repository / "small.ipynb").write_text("{}")
    with pytest.raises(MisuseError, match="--submission PATH"):
        find_practice_place(repository)
    assert (
        find_practice_place(repository, file=repository / "small.py").path
        == repository / "small.py"
    )
    (repository / "small.ipynb").unlink()
    (repository / "small.py").unlink()
    with pytest.raises(MisuseError, match=r"no small\.py and no small\.ipynb"):
        find_practice_place(repository)
    shutil.copytree(repository / "assignments/small", repository / "assignments/other")
    with pytest.raises(MisuseError, match="--assignment NAME"):
        find_practice_place(repository)
    with pytest.raises(MisuseError, match="go to the folder that you cloned"):
        find_practice_place(tmp_path)


def test_where_every_check_is_timed_there_is_nothing_to_practise_with(repository):
    """It was a traceback in a terminal, and in a notebook everything was run."""
    folder = repository / "assignments/small"
    (folder / "test_small.py").write_text(
        "from grader import growth\n\n\ndef test_double(submission, reference):\n"
        '    """double is quick."""\n'
        "    growth(submission.double, reference.double, sizes=(1, 2, 4), workload=None)\n"
    )
    toml = folder / "assignment.toml"
    head, _, _ = toml.read_text().partition("[points]")
    toml.write_text(f"{head}[points]\ntest_double = 1\n")
    with pytest.raises(MisuseError, match="small has no check to practise with"):
        find_practice_place(repository)


def test_a_folder_that_is_named_is_looked_into(repository, tmp_path):
    """And nowhere else: the file in it is what is watched, and not the folder."""
    mine = tmp_path / "mine"
    mine.mkdir()
    with pytest.raises(MisuseError, match=r"no small\.ipynb in .*mine$"):
        find_practice_place(repository, file=mine)
    (mine / "small.py").write_text("")
    assert find_practice_place(repository, file=mine).files == (mine / "small.py",)
    (mine / "small.ipynb").write_text("{}")
    with pytest.raises(MisuseError, match="--submission PATH"):
        find_practice_place(repository, file=mine)


def test_a_file_is_found_by_the_letters_of_its_name(repository, monkeypatch):
    """On macOS and Windows `Small.py` is there under the name `small.py`; a grade finds none."""
    (repository / "small.py").rename(repository / "Small.py")
    monkeypatch.setattr("os.path.lexists", lambda _: True)
    with pytest.raises(MisuseError, match=r"but Small\.py: give that the name small\.py$"):
        find_practice_place(repository)
    (repository / "Small.py").unlink()
    toml = repository / "assignments/small/assignment.toml"
    toml.write_text(toml.read_text().replace('"small.py"', '"größe.py"'))
    (repository / unicodedata.normalize("NFD", "größe.py")).write_text("")
    assert find_practice_place(repository).path.is_file()


def test_what_a_grade_refuses_is_refused(repository):
    """A link and a file that is too large; what cannot be read now is said, too."""
    place = find_practice_place(repository)
    (repository / "small.py").rename(repository / "other.py")
    with pytest.raises(MisuseError, match=r"^small\.py cannot be read: No such file"):
        place.read()
    (repository / "small.py").symlink_to("other.py")
    with pytest.raises(MisuseError, match=r"^small\.py is a link"):
        place.read()
    (repository / "small.py").unlink()
    with (repository / "small.py").open("wb") as file:
        file.truncate(50_000_001)
    assert place.read().sentence.startswith("small.py is larger than 50 MB: clear")


def test_a_check_is_named_by_a_part_of_its_name(repository):
    """By its name, without `test_`, or by a part that no other has."""
    place = find_practice_place(repository)
    for word in ("test_half", "half", "hal"):
        assert find_check(place, word) == "test_half"
    assert find_check(place, "double") == "test_double"
    with pytest.raises(MisuseError, match="could be test_double or test_double_of_none"):
        find_check(place, "doub")
    with pytest.raises(MisuseError, match="there is no check zebra"):
        find_check(place, "zebra")
