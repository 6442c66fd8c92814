"""The folder of public data: what may be one, and what is said of what may not."""

import os

import pytest

from grader.assignment.folder import AssignmentError, load_assignment
from grader.assignment.survey import survey_public_data
from tests.small import make_small

CHECK = "def test_one(submission):\n    '''One.'''\n"
REFERENCE = "def f():\n    return 1\n"


def small(folder, head='public_data = "images"', **files):
    """An assignment with some files, the first of which lie in its public data."""
    given = {"images/a.txt": "1", "images/deep/b.txt": "22", **files}
    return make_small(folder, CHECK, REFERENCE, head=head, files=given)


def test_it_is_known_by_its_name_and_its_place(tmp_path):
    """The name is the last part of the path; links on the way to the folder are followed."""
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "a.txt").write_text("1")
    (tmp_path / "images").symlink_to(tmp_path / "far")
    held = small(tmp_path, 'public_data = "../images"').public_data
    assert (held.name, held.folder, held.get_from) == ("images", tmp_path / "far", "")


MISTAKES = {
    "public_data = 3": "public_data must be a folder, relative to this file, not 3",
    'public_data = "none"': "there is no folder ",
    'public_data = "none"\npublic_data_from = "example.org/none"': ": get it from example.org/none",
    'public_data = "images/a.txt"': "a.txt is no folder",
    'public_data = "."': "cannot be what submissions call it",
    'public_data = ".."': "the assignment lies in",
    'public_data = "starter"': "'starter' cannot be what submissions call it",
    'public_data = "has blank"': "'has blank' cannot be what submissions call it",
    'public_data = "shapes"': "public/ holds a shapes too",
    'public_data = "reference"': "the reference lies in",
    'public_data = "reference/images"': "lies beside the reference",
    'public_data = "images"\ndata = "images/a.txt"': "data, which stays here, lies in",
    'public_data_from = "example.org"': "public_data_from is of use with public_data alone",
    'public_data = "images"\npublic_data_from = 3': "public_data_from must be a text",
}


@pytest.mark.parametrize(("head", "words"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_has_its_line(tmp_path, head, words):
    """One sentence each, with file and line."""
    places = ("starter/x.py", "has blank/x", "public/shapes/x", "shapes/x", "reference/images/x")
    with pytest.raises(AssignmentError) as wrong:
        small(tmp_path, head, **dict.fromkeys(places, ""))
    line = next(line for line in str(wrong.value).splitlines() if words in line)
    assert line.startswith(f"{tmp_path / 'small' / 'assignment.toml'}:")
    assert "public_data" in line


def test_a_survey_reads_no_file(tmp_path):
    """It has the names and the size, and another fingerprint once something is another."""
    assignment = small(tmp_path)
    first = survey_public_data(assignment)
    assert (first.files, first.size) == (("a.txt", "deep/b.txt"), 3)
    assert survey_public_data(assignment) == first
    (first.folder / "a.txt").write_text("2")
    assert survey_public_data(assignment).fingerprint != first.fingerprint
    assert survey_public_data(make_small(tmp_path / "x", CHECK, REFERENCE)) is None


def link(target):
    return lambda path: path.symlink_to(target)


UNFIT = {
    "a link out": (link("/etc/passwd"), "is a link out of the folder, where no submission follows"),
    "a link to a folder out": (link("/etc"), "is a link out of the folder"),
    "a link up": (link("../reference"), "is a link out of the folder"),
    "a link to nothing": (link("nothing"), "is a link to nothing"),
    "a link in a circle": (link("odd"), "is a link to nothing"),
    "a pipe": (os.mkfifo, "is a pipe, a socket or a device"),
}


@pytest.mark.parametrize(("make", "words"), UNFIT.values(), ids=UNFIT)
def test_what_workers_could_not_read_is_named(tmp_path, make, words):
    """With file and line of the key, and the path of what is wrong."""
    assignment = small(tmp_path)
    make(assignment.public_data.folder / "odd")
    with pytest.raises(AssignmentError) as wrong:
        survey_public_data(assignment)
    said = str(wrong.value)
    assert f"{assignment.toml}:5: public_data: {assignment.public_data.folder}/odd " in said
    assert words in said
    assert "\n" not in said


def test_a_link_within_it_is_a_file_like_another(tmp_path):
    """As data sets are often laid out."""
    assignment = small(tmp_path)
    (assignment.public_data.folder / "deep" / "c.txt").symlink_to("../a.txt")
    assert survey_public_data(assignment).files == ("a.txt", "deep/b.txt", "deep/c.txt")


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    """They would be looked at for every grade: an array holds as many images."""
    monkeypatch.setattr("grader.assignment.survey.MOST_FILES", 1)
    with pytest.raises(AssignmentError, match="holds more than 1 files: pack them"):
        survey_public_data(small(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path):
    """Before any submission is told that there is none."""
    assignment = small(tmp_path)
    (assignment.public_data.folder / "a.txt").chmod(0)
    with pytest.raises(AssignmentError, match=r"a\.txt cannot be read"):
        survey_public_data(assignment)


def test_a_missing_folder_is_said_where_students_have_none(tmp_path):
    """The sentence says where it is to be had."""
    assignment = small(tmp_path, 'public_data = "images"\npublic_data_from = "example.org/i.zip"')
    (assignment.folder / "images").rename(tmp_path / "gone")
    with pytest.raises(AssignmentError, match=r"there is no folder .*images: get it from example"):
        load_assignment(assignment.folder)
