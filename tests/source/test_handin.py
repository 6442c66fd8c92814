"""What was handed in is found, read, or refused in a sentence; nothing hangs, nothing is run."""

import hashlib
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.source.encoding import CannotReadError, decode_python
from grader.source.handin import (
    Cell,
    MisuseError,
    Source,
    Unreadable,
    find_handin,
    load_handin,
)
from grader.source.nofollow import FILE_LIMIT
from grader.text import clean_path

ACCEPTS = ("hw2.py", "hw2.ipynb")
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def unreadable(path: Path) -> str:
    found = load_handin(path, ACCEPTS)
    assert isinstance(found, Unreadable)
    assert found.sentence.isprintable()
    assert found.sentence.endswith(".")
    return found.sentence


def source(path: Path) -> Source:
    found = load_handin(path, ACCEPTS)
    assert isinstance(found, Source)
    return found


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_the_option_goes_before_the_environment_and_that_before_the_folder(tmp_path):
    """--submission, then $GRADER_SUBMISSION, then submission/ of the assignment."""
    (tmp_path / "submission").mkdir()
    for name in ("a.py", "b.py", "submission/hw2.py"):
        written(tmp_path, name, "x = 1")
    env = {"GRADER_SUBMISSION": str(tmp_path / "b.py")}
    assert find_handin(tmp_path / "a.py", ACCEPTS, tmp_path, env) == tmp_path / "a.py"
    assert find_handin(None, ACCEPTS, tmp_path, env) == tmp_path / "b.py"
    empty = {"GRADER_SUBMISSION": ""}
    assert find_handin(None, ACCEPTS, tmp_path, empty) == tmp_path / "submission"
    assert source(find_handin(None, ACCEPTS, tmp_path, {})).name == "hw2.py"


@pytest.mark.parametrize(
    ("path", "env", "words"),
    [
        ("nowhere.py", {}, "there is no"),
        (None, {"GRADER_SUBMISSION": "gone.py"}, "$GRADER_SUBMISSION: there is no gone.py"),
        (None, {}, "nothing to grade: put hw2.py or hw2.ipynb into"),
    ],
)
def test_a_path_that_does_not_exist_is_wrong_use(tmp_path, path, env, words):
    """The message says which of the three places was looked at."""
    with pytest.raises(MisuseError) as caught:
        find_handin(path and tmp_path / path, ACCEPTS, tmp_path, env)
    assert words in str(caught.value)


def test_two_candidates_are_wrong_use_and_both_are_named(tmp_path):
    """Which of the two is the submission is not for the grader to guess."""
    written(tmp_path, "hw2.py", "x = 1")
    written(tmp_path, "hw2.ipynb", "{}")
    for look in (find_handin, None):
        with pytest.raises(MisuseError, match=r"2 candidates, hw2\.ipynb and hw2\.py:"):
            look(tmp_path, ACCEPTS, tmp_path, {}) if look else load_handin(tmp_path, ACCEPTS)


def test_a_folder_without_a_candidate_is_wrong_use(tmp_path):
    """The message says what the folder holds and what it should."""
    written(tmp_path, "report.pdf", "%PDF")
    with pytest.raises(MisuseError, match=r"holds report\.pdf, but neither hw2\.py nor hw2\.ipynb"):
        find_handin(tmp_path, ACCEPTS, tmp_path, {})


@pytest.mark.parametrize(
    ("accepts", "words"),
    [(ACCEPTS, "holds neither hw2.py nor hw2.ipynb"), (("hw2.py",), "holds no hw2.py")],
)
def test_an_empty_folder_is_told_by_what_it_lacks(tmp_path, accepts, words):
    """Nothing and "but" go ill together, and of one name there is no "neither"."""
    with pytest.raises(MisuseError) as misuse:
        find_handin(tmp_path, accepts, tmp_path, {})
    assert str(misuse.value).endswith(words)


def test_another_kind_of_file_is_wrong_use(tmp_path):
    """An archive given by its path is not graded."""
    with pytest.raises(MisuseError, match=r"hw2\.zip is neither a \.py nor an \.ipynb file"):
        find_handin(written(tmp_path, "hw2.zip", b"PK"), ACCEPTS, tmp_path, {})


def test_a_file_is_read_whole(tmp_path):
    """A .py is one cell with number 0, and its hash is that of its bytes."""
    data = b"\xef\xbb\xbfx = 1\r\ny = 2\r"
    found = source(written(tmp_path, "hw2.py", data))
    assert found == Source(
        "hw2.py", hashlib.sha256(data).hexdigest(), "py", (Cell(0, "x = 1\ny = 2\n"),), ()
    )


def test_a_notebook_is_read(tmp_path):
    """The committed notebook of Jupyter's comes back as five cells."""
    found = source(written(tmp_path, "hw2.ipynb", (NOTEBOOKS / "jupyter.ipynb").read_bytes()))
    assert (found.kind, len(found.cells), found.notices) == ("ipynb", 5, ())


def test_another_name_is_read_with_a_notice(tmp_path):
    """A file given by its path, or alone in a folder, may have any name."""
    path = written(tmp_path, "hw2 (1).py", "x = 1")
    for way in (path, tmp_path):
        assert source(way).notices == (
            "hw2 (1).py was read as if it were named hw2.py or hw2.ipynb.",
        )


def test_files_that_are_not_used_are_named(tmp_path):
    """Other files of a folder are listed, hidden ones and caches aside."""
    for name in ("hw2.py", "hw3.py", "conftest.py", "random.py", ".DS_Store"):
        written(tmp_path, name, "x = 1")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "torch").mkdir()
    notices = source(tmp_path).notices
    assert [notice.split(" has the name of a module")[0] for notice in notices[:2]] == [
        "random.py",
        "torch",
    ]
    assert notices[0].endswith(
        "of Python's own: when it is graded `import random` gives Python's, and at home it may "
        "give this one. Give it another name."
    )
    assert notices[2:] == (
        "hw2.py is graded; not used: torch.",
        "hw2.py is graded; beside it: conftest.py, hw3.py and random.py.",
    )


def test_a_submission_named_like_a_module_is_warned(tmp_path):
    """torch.py is read, and told that its name is taken."""
    notices = source(written(tmp_path, "torch.py", "x = 1")).notices
    assert "torch.py has the name of a module" in notices[1]


PYTHON = {
    "empty": (b"\n \n", "hw2.py is empty: save your work and hand it in again."),
    "not UTF-8": (b"x = 1\n# caf\xe9\n", "is not UTF-8 text: byte 0xe9 in line 2; save it as"),
    "a null byte": (b"x = 1\ny = 2\0\n", "holds a null byte in line 2"),
    "UTF-16": ("x = 1\n".encode("utf-16"), "is UTF-16 text"),
    "a zip archive": (b"PK\x03\x04rest", "is a zip archive"),
    "Word": (b"PK\x03\x04rest word/document.xml", "is a Word document with another name"),
    "an old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a Word document"),
    "OpenDocument": (
        b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text",
        "is an OpenDocument text",
    ),
    "RTF": (rb"{\rtf1\ansi import torch\}", "is rich text (RTF)"),
    "PDF": (b"%PDF-1.7 import torch", "is a PDF with another name"),
    "a 7z archive": (b"7z\xbc\xaf\x27\x1c", "is a 7z archive"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "is a picture"),
    "a web page": (b"<!DOCTYPE html><html>", "on GitHub the button is “Raw”"),
    "Git LFS": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "is a pointer of Git LFS, not the file: fetch that by `git lfs pull`",
    ),
    "a codec unknown": (b"# -*- coding: klingon -*-\nx = 1", "text encoding 'klingon'"),
    "a codec that is slow": (b"# coding: punycode\nx = 1", "text encoding 'punycode'"),
    "a codec that is no text": (b"# coding: bz2\nx = 1", "text encoding 'bz2'"),
    "a cookie that lies": (b"# coding: ascii\nx = '\xe9'", "is not ascii, as its first lines say"),
    "too much code": (b"#" * 9_000_000, "more than 8 MB of code"),
    "over the limit": (b"#" * (FILE_LIMIT + 1), "is larger than 50 MB"),
}


CODE = b"import torch\n\ndef gradient(loss, theta):\n    return 0\n"
BOOK = b"""{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells":
[{"cell_type": "code", "source": "import torch", "metadata": {}}]}"""


@pytest.mark.parametrize(
    ("name", "data", "kind", "words"),
    [
        ("hw2.py", BOOK, "ipynb", "holds a notebook and was read as one"),
        ("hw2.ipynb", CODE, "py", "holds plain Python and no notebook"),
        ("hw2.ipynb.json", BOOK, "ipynb", "was read as if it were named"),
        ("hw2.py.txt", CODE, "py", "was read as if it were named"),
        ("hw2.txt", CODE, "py", "was read as if it were named"),
        ("hw2.json", BOOK, "ipynb", "was read as if it were named"),
        ("hw2.ipynb.txt", BOOK, "ipynb", "was read as if it were named"),
        ("hw2.py.json", BOOK, "ipynb", "holds a notebook and was read as one"),
        ("Hw2.PY", CODE, "py", "was read as if it were named"),
        ("hw2 (1).py", CODE, "py", "was read as if it were named"),
        ("hw2 - Copy.ipynb", BOOK, "ipynb", "was read as if it were named"),
        ("surfaces.py", CODE, "py", "was read as if it were named"),
    ],
)
def test_what_has_only_one_meaning_is_graded(tmp_path, name, data, kind, words):
    """By its path, in its folder, one folder down: the same source, and a notice of what was done.

    Neither a note beside it nor a module that students were given makes it less clear.
    """
    assignment = tmp_path / "assignment"
    (assignment / "public").mkdir(parents=True)
    written(assignment / "public", "surfaces.py", CODE)
    inner = tmp_path / "upload" / "Homework 2"
    inner.mkdir(parents=True)
    path = written(inner, name, data)
    if name != "surfaces.py":
        written(inner, "surfaces.py", CODE)
        written(inner, "notes.txt", b"import this")
    for way in (path, inner, inner.parent):
        found = load_handin(way, ACCEPTS, assignment)
        assert isinstance(found, Source)
        assert (found.name, found.kind) == (name, kind)
        assert words in " ".join(found.notices)
        lay = f"Homework 2/{name} was graded: it lay one folder down."
        assert (lay in found.notices) == (way == inner.parent)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["hw2.py", "hw2 (1).py", "HW2.py", "other.py"], "hw2.py"),
        (["hw2 (1).py", "test.py", "hw2.py.txt"], "hw2 (1).py"),
        (["solution.py", "hw2.py.txt"], "solution.py"),
        (["hw2.py.txt", "notes.txt"], "hw2.py.txt"),
        (["hw2 (1).py", "hw2 (2).py"], None),
        (["a/solution.py", "b/hw2.py", "__MACOSX/hw2.py"], "hw2.py"),
        (["a/hw2.py", "b/hw2.py"], None),
        (["a/b/hw2.py"], None),
    ],
)
def test_the_best_name_is_chosen_or_none(tmp_path, names, chosen):
    """An accepted name, then one like it, then any code, then what has more behind it."""
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        written(tmp_path, name, CODE)
    if chosen:
        assert source(tmp_path).name == chosen
    else:
        with pytest.raises(MisuseError, match=r"candidates|but neither"):
            source(tmp_path)


def test_no_link_is_followed_one_folder_down(tmp_path):
    """What lies elsewhere is not found by way of a folder's link, nor of a file's in one."""
    upload, elsewhere = tmp_path / "upload", tmp_path / "elsewhere"
    (upload / "inner").mkdir(parents=True)
    elsewhere.mkdir()
    written(elsewhere, "hw2.py", CODE)
    (upload / "linked").symlink_to(elsewhere)
    with pytest.raises(MisuseError, match="but neither"):
        source(upload)
    (upload / "inner" / "hw2.py").symlink_to(elsewhere / "hw2.py")
    with pytest.raises(MisuseError, match="is a link"):
        source(upload)


@pytest.mark.parametrize(("data", "words"), PYTHON.values(), ids=PYTHON)
def test_a_file_that_cannot_be_read_gets_a_sentence(tmp_path, data, words):
    """The sentence says what, where and what to do."""
    assert words in unreadable(written(tmp_path, "hw2.py", data))


@pytest.mark.parametrize(
    "data",
    [
        "# -*- coding: utf-8 -*-\nx = 'é'".encode(),
        "#!/usr/bin/env python\n# coding: latin-1\nx = 'é'".encode("latin-1"),
        "# vim: set fileencoding=big5 :\nx = '鞍點'".encode("big5"),
        "# coding: cp1252\nx = '“é”'".encode("cp1252"),
        "\ufeff# coding: utf8\nx = 'é'".encode(),
    ],
)
def test_a_coding_comment_is_heeded(tmp_path, data):
    """Text that its own first lines explain is read (PEP 263)."""
    text = source(written(tmp_path, "hw2.py", data)).cells[0].text
    assert text.endswith(("'é'", "'鞍點'", "'“é”'"))
    compile(text, "hw2.py", "exec")


def test_a_sparse_file_is_refused_by_its_size(tmp_path):
    """A file of a terabyte that takes no space is not read."""
    path = written(tmp_path, "hw2.ipynb", "{}")
    os.truncate(path, 1 << 40)
    found = load_handin(path, ACCEPTS)
    assert isinstance(found, Unreadable)
    assert (found.sha256, "is larger than 50 MB" in found.sentence) == ("", True)


def test_a_pipe_a_socket_and_a_folder_do_not_hang(tmp_path, monkeypatch):
    """What stands in a file's place is named, and opening it does not wait for a writer."""
    os.mkfifo(tmp_path / "hw2.py")
    assert "is a pipe, a socket or a device where a file is expected" in unreadable(tmp_path)
    (tmp_path / "hw2.py").unlink()
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("hw2.py")
        assert "is a pipe, a socket or a device" in unreadable(tmp_path)
    (tmp_path / "hw2.py").unlink()
    (tmp_path / "hw2.py").mkdir()
    assert "is a folder where a file is expected" in unreadable(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_wrong_use(tmp_path):
    """Permissions are the caller's to put right: no grade of zero."""
    path = written(tmp_path, "hw2.py", "x = 1")
    path.chmod(0)
    with pytest.raises(MisuseError, match="Permission denied"):
        load_handin(path, ACCEPTS)


def test_a_name_cannot_write_on_the_terminal(tmp_path):
    """Control and direction marks in file names come out escaped."""
    path = written(tmp_path, "a\x1b[31m\u202eb.py", "x = 1")
    assert source(path).name == "a\\x1b[31m\\u202eb.py"
    assert len(clean_path("x" * 5000)) <= 100


@given(st.text())
def test_any_name_can_be_shown(name):
    """A shown name is printable and short, whatever it was."""
    assert clean_path(name).isprintable()
    assert len(clean_path(name)) <= 100


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_refusal(data):
    """Decoding raises nothing else, and what it gives holds no carriage return or null."""
    try:
        text = decode_python(data)
    except CannotReadError as error:
        text = str(error)
    assert not set(text) & {"\r", "\0"}
