"""Files that are handed in together: all of them, by their names, from one folder; bytes to us."""

import os

import pytest

from grader.source.handin import MisuseError, Source, Unreadable
from grader.source.several import load_files, require_files

NAMES = ("model.py", "train.py", "weights.pt")
MOST = 2_000
GOOD = {"model.py": b"x = 1\n", "train.py": b"import model\n", "weights.pt": b"PK\x03\x04\x00\xff"}
TOGETHER = "model.py, train.py and weights.pt are handed in together"


def written(folder, files):
    """Write files into a folder, and return it."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_the_first_with_code_is_the_source_and_the_others_are_bytes(tmp_path):
    """Of the others no byte is looked into but for its encoding; the hash is of names and bytes."""
    source = load_files(written(tmp_path, GOOD), NAMES, MOST)
    assert isinstance(source, Source)
    assert (source.name, source.kind, source.cells[0].text) == ("model.py", "py", "x = 1\n")
    assert source.modules == ("train",)
    assert source.code == ("model.py", "train.py")
    assert {file.name: file.data for file in source.files} == {
        name: GOOD[name] for name in NAMES[1:]
    }
    assert source.notices == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_in_the_hash(tmp_path, name):
    """Another byte in any of them is another submission."""
    first = load_files(written(tmp_path / "a", GOOD), NAMES, MOST)
    other = load_files(written(tmp_path / "b", {**GOOD, name: b"y = 2\n"}), NAMES, MOST)
    assert first.sha256 != other.sha256
    assert load_files(tmp_path / "a", NAMES, MOST).sha256 == first.sha256


def test_a_notebook_may_be_what_is_run_first(tmp_path):
    """Its cells are read as any notebook's are."""
    cell = b'{"cells": [{"cell_type": "code", "source": "import train", "metadata": {}, '
    text = cell + b'"outputs": [], "execution_count": 1}], "nbformat": 4, "nbformat_minor": 5, '
    files = {"hw.ipynb": text + b'"metadata": {}}', "train.py": b"x = 1"}
    source = load_files(written(tmp_path, files), ("hw.ipynb", "train.py"), MOST)
    assert (source.kind, source.modules) == ("ipynb", ("train",))


def without(*names):
    return {name: data for name, data in GOOD.items() if name not in names}


WRONG_USE = {
    "one missing": (without("weights.pt"), "{}: there is no weights.pt (" + TOGETHER + ")"),
    "two missing": (without("train.py", "weights.pt"), "no train.py; there is no weights.pt"),
    "none there": ({"notes.txt": b"x"}, "there is no model.py; there is no train.py"),
    "other case": (
        {**without("model.py"), "Model.py": b"x = 1"},
        "there is no model.py, but Model.py: give that the name model.py",
    ),
    "both cases": ({**GOOD, "MODEL.py": b"x = 1"}, "model.py is there as MODEL.py too: leave one"),
    "a copy": (
        {**without("train.py"), "train (1).py": b"x = 1"},
        "there is no train.py, but train (1).py: give that the name train.py",
    ),
    "two folders": (
        {**{f"a/{n}": d for n, d in GOOD.items()}, **{f"b/{n}": d for n, d in GOOD.items()}},
        "has files to grade in a and b: leave one of these folders",
    ),
}


@pytest.mark.parametrize(("files", "words"), WRONG_USE.values(), ids=WRONG_USE)
def test_what_is_not_there_is_named(tmp_path, files, words):
    """There is no grade, and one sentence says which file, and what was meant to be it."""
    written(tmp_path, files)
    for act in (require_files, lambda path, names: load_files(path, names, MOST)):
        with pytest.raises(MisuseError) as wrong:
            act(tmp_path, NAMES)
        assert words.format(tmp_path) in str(wrong.value)
        assert "\n" not in str(wrong.value)


UNREADABLE = {
    "too large": ({"weights.pt": b"w" * 2001}, "weights.pt is larger than 0.002 MB: make it"),
    "too large together": (
        {"weights.pt": b"w" * 1999},
        "model.py, train.py and weights.pt hold 0.00202 MB together, and 0.002 MB are allowed",
    ),
    "empty": ({"weights.pt": b""}, "weights.pt is empty: save your work"),
    "only named": (
        {"weights.pt": b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n"},
        "weights.pt is a pointer of Git LFS, not the file",
    ),
    "odd encoding": ({"train.py": b"# caf\xe9\n"}, "train.py is not UTF-8 text: byte 0xe9 in line"),
    "strange codec": ({"train.py": b"# coding: punycode\n"}, "train.py asks for the text encoding"),
    "sixteen bits": ({"train.py": "x".encode("utf-16")}, "train.py is UTF-16 text"),
    "a notebook": ({"train.py": b'{"cells": [], "nbformat": 4}'}, "train.py holds a notebook and"),
    "a folder": ({"train.py/x.py": b"x"}, "train.py is a folder where a file is expected"),
}


@pytest.mark.parametrize(("files", "words"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_said(tmp_path, files, words):
    """It is the submission's fault, and nothing of it is run."""
    kept = {name: data for name, data in GOOD.items() if f"{name}/x.py" not in files}
    found = load_files(written(tmp_path, {**kept, **files}), NAMES, MOST)
    assert isinstance(found, Unreadable)
    assert found.sentence.startswith(words)
    assert "\n" not in found.sentence


def test_a_pipe_is_not_waited_for(tmp_path):
    """It has a name that is asked for, and is no file."""
    os.mkfifo(written(tmp_path, without("train.py")) / "train.py")
    found = load_files(tmp_path, NAMES, MOST)
    assert "train.py is a pipe, a socket or a device" in found.sentence


@pytest.mark.parametrize("name", NAMES)
def test_no_link_is_followed(tmp_path, name):
    """Whatever it leads to, an honest file too."""
    folder = written(tmp_path / "handed", GOOD)
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MisuseError, match=f"{name} is a link, and no link is graded"):
        load_files(folder, NAMES, MOST)


def test_a_folder_in_a_folder_is_looked_into(tmp_path):
    """As it comes of an archive that holds a folder; what else lies beside it is not used."""
    files = {f"hw3/{name}": data for name, data in GOOD.items()}
    source = load_files(
        written(tmp_path, {**files, "hw3/notes.txt": b"x", "hw3/more.py": b"x"}), NAMES, MOST
    )
    assert source.notices == ("model.py, train.py and weights.pt are graded; not used: more.py.",)


@pytest.mark.parametrize(("name", "words"), [("model.py", ""), ("hw3.zip", "unpack it, and ")])
def test_one_file_is_not_several(tmp_path, name, words):
    """Who names it is told to name the folder."""
    written(tmp_path, {**GOOD, "hw3.zip": b"PK"})
    with pytest.raises(MisuseError) as wrong:
        load_files(tmp_path / name, NAMES, MOST)
    assert f"is one file, and {TOGETHER}: {words}name the folder" in str(wrong.value)
