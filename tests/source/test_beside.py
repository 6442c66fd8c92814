"""What lies beside a submission goes along, bounded, and is not parsed."""

import os

from grader.source.beside import read_beside
from grader.source.handin import load_handin


def beside(folder, chosen="hw2.ipynb"):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        return read_beside(chosen, descriptor)
    finally:
        os.close(descriptor)


def test_modules_and_data_go_along(tmp_path):
    """Not the submission itself, pictures, hidden files, folders or links."""
    for name in ("hw2.ipynb", "a.py", "b.csv", "c.png", ".d.py", "f.pt"):
        (tmp_path / name).write_text(name)
    (tmp_path / "e.py").mkdir()
    (tmp_path / "g.py").symlink_to("a.py")
    os.mkfifo(tmp_path / "h.py")
    assert [(file.name, file.data) for file in beside(tmp_path)] == [
        ("a.py", b"a.py"),
        ("b.csv", b"b.csv"),
        ("f.pt", b"f.pt"),
    ]


def test_there_is_an_end_to_it(tmp_path):
    """32 files, 8 MiB; one that is too large takes none of the others with it."""
    with open(tmp_path / "a.csv", "wb") as large:
        large.truncate(9 << 20)
    for number in range(40):
        (tmp_path / f"m{number:02}.py").write_text("x = 1")
    assert [file.name for file in beside(tmp_path)] == [f"m{number:02}.py" for number in range(31)]


def test_what_does_not_go_along_is_said(tmp_path):
    """A student whose weights are too large would look for them elsewhere."""
    (tmp_path / "hw2.py").write_text("x = 1")
    (tmp_path / "helper.py").write_text("y = 1")
    with open(tmp_path / "weights.pt", "wb") as large:
        large.truncate(9 << 20)
    said = load_handin(tmp_path, ("hw2.py",)).notices[-1]
    assert said == (
        "weights.pt is not there when it is graded: at most 32 plain files lie beside it, "
        "of 8 MiB together."
    )
    (tmp_path / "weights.pt").unlink()
    assert not any("not there" in said for said in load_handin(tmp_path, ("hw2.py",)).notices)


def test_a_file_that_is_named_goes_alone(tmp_path):
    """What else lies in somebody's downloads was not handed in."""
    (tmp_path / "hw2.py").write_text("x = 1")
    (tmp_path / "other.py").write_text("y = 1")
    accepts = ("hw2.py",)
    assert load_handin(tmp_path / "hw2.py", accepts).files == ()
    assert [file.name for file in load_handin(tmp_path, accepts).files] == ["other.py"]
    alone = load_handin(tmp_path / "hw2.py", accepts, alone=False)
    assert [file.name for file in alone.files] == ["other.py"]
