"""The loader of the course's own files: what it reads, and what it says of any other file."""

import numpy as np
import pytest

from assignments.hw1.fit import course_task
from assignments.hw1.models import mse
from assignments.hw1.public.course import CourseDataError, load_course, load_test
from assignments.hw1.public.survey import INDICATORS, STATES, Survey


def write(path, X, y=None, newline="\n"):
    """Write rows as the course does: a number, 40 states, three days of indicators."""
    names = ["id", *(f"S{k}" for k in range(STATES))]
    names += [name + ("" if day == 0 else f".{day}") for day in range(3) for name in INDICATORS]
    columns = [
        np.arange(len(X)),
        *np.clip(X, 0, 100).T,
        *([] if y is None else [np.clip(y, 0, 100)]),
    ]
    header = names if y is not None else names[:-1]
    lines = [
        ",".join(header),
        *(",".join(f"{entry:.7g}" for entry in row) for row in zip(*columns, strict=True)),
    ]
    path.write_bytes((newline.join(lines) + newline).encode())


@pytest.fixture(scope="module")
def rows():
    """Rows in the shape of the course's."""
    return Survey().draw(2_700, 1)


@pytest.fixture
def train(tmp_path, rows):
    """Write a file in the shape of covid.train.csv."""
    write(tmp_path / "covid.train.csv", rows.X, rows.y)
    return tmp_path / "covid.train.csv"


def test_rows_come_back_as_written(train, rows):
    """93 features and the target, without the row number."""
    X, y = load_course(train)
    assert X.shape == (2_700, 93)
    np.testing.assert_allclose(X, np.clip(rows.X, 0, 100), rtol=1e-6)
    np.testing.assert_allclose(y, np.clip(rows.y, 0, 100), rtol=1e-6)


def test_a_folder_will_do(train, rows):
    """The folder of both files is as good as the file."""
    write(train.parent / "covid.test.csv", rows.X[:893])
    assert load_course(train.parent)[0].shape == (2_700, 93)
    assert load_test(train.parent).shape == (893, 93)


def test_line_ends_do_not_matter(tmp_path, rows):
    """Copies with Windows line ends and a byte order mark hold the same numbers."""
    write(tmp_path / "a.csv", rows.X, rows.y, newline="\r\n")
    text = (tmp_path / "a.csv").read_bytes()
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + text)
    assert load_course(tmp_path / "a.csv")[0].shape == (2_700, 93)


def edited(path, change):
    """Rewrite a file's lines."""
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [line + ",1" for line in lines], "96 columns, not 95: is it another year"),
        (lambda lines: lines[:-1], "2699 rows, not 2700: it is cut short"),
        (lambda lines: [*lines[:9], lines[9][:40]], "rows, not 2700"),
        (
            lambda lines: [*lines[:-1], lines[-1].rpartition(",")[0]],
            "line 2701: 94 entries, not 95",
        ),
        (
            lambda lines: [*lines[:-1], lines[-1].rpartition(",")[0] + ",x"],
            "line 2701: could not convert",
        ),
        (lambda lines: [*lines[:-1], lines[-1].rpartition(",")[0] + ",nan"], "not finite"),
        (
            lambda lines: [*lines[:-1], lines[-1].rpartition(",")[0] + ",160"],
            "160 is no percentage",
        ),
        (lambda lines: [*lines[:-2], lines[-1], lines[-2]], "does not count rows"),
        (lambda lines: [*lines[:-1], lines[-1].replace(",1,", ",0,", 1)], "do not name one state"),
        (lambda _: [], "0 columns, not 95"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(train, change, words):
    """Each kind of damage has its own sentence."""
    with pytest.raises(CourseDataError, match=words):
        load_course(edited(train, change))


def test_the_file_without_labels_is_named(tmp_path, rows):
    """The course's other file is no other year's."""
    write(tmp_path / "covid.test.csv", rows.X[:893])
    with pytest.raises(CourseDataError, match="no labels, 94 columns: is it covid"):
        load_course(tmp_path / "covid.test.csv")


def test_a_missing_file_is_named(tmp_path):
    """The sentence says what to do."""
    with pytest.raises(CourseDataError, match="does not exist: put the course's file there"):
        load_course(tmp_path / "covid.train.csv")


def test_bytes_that_are_no_text_are_named(tmp_path):
    """A spreadsheet under the file's name."""
    path = tmp_path / "covid.train.csv"
    path.write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(CourseDataError, match="cannot be read as text"):
        load_course(path)


def test_the_task_of_the_course_keeps_rows_back(train):
    """New rows are none of the training rows; yesterday's rate scores 1, least squares about 0."""
    task = course_task(train, seed=5)
    assert len(task.X) + len(task.X_new) == 2_700
    assert task.share_left(task.X_new[:, 75]) == pytest.approx(1)
    assert 0 < task.least < mse(task.X_new[:, 75], task.truth)
