"""Practice with several files that are handed in together."""

import sys

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.practice.order import changed_exports
from grader.practice.place import find_practice_place
from grader.practice.watching import FileWatch
from grader.source.handin import MisuseError

CHECKS = '''
"""The checks of a model and of its training."""

def test_predict(submission):
    """predict(x) is 3 x, by the weight that was handed in."""
    assert submission.predict(2.0) == 6.0

def test_train(submission):
    """train(x, y) is y / x."""
    assert submission.train(2.0, 3.0) == 1.5
'''
TOML = """
title   = "Several"
files   = ["model.py", "train.py", "weight.txt"]
exports = ["predict", "train"]
[points]
test_predict = 1
test_train   = 1
"""
FILES = {
    "model.py": "def predict(x):\n    return float(open('weight.txt').read()) * x\n",
    "train.py": "import model\n\n\ndef train(x, y):\n    return y / x\n",
    "weight.txt": "3\n",
}
HOWS = [
    pytest.param((), marks=pytest.mark.skipif(sys.platform != "linux", reason="needs the wall")),
    ("--practice",),
]


@pytest.fixture
def several(tmp_path, no_secret, monkeypatch):
    """A student's repository with three files that are handed in together."""
    folder = tmp_path / "repository" / "assignments" / "several"
    folder.mkdir(parents=True)
    for name, text in (
        *(("__init__.py", ""), ("test_several.py", CHECKS), ("assignment.toml", TOML)),
    ):
        (folder / name).write_text(text)
    for name, text in FILES.items():
        (tmp_path / "repository" / name).write_text(text)
    monkeypatch.chdir(tmp_path / "repository")
    return tmp_path / "repository"


@pytest.mark.parametrize("how", HOWS)
def test_all_files_are_tried_together(several, how):
    """They import and read one another; what is wrong in any of them is lost."""
    result = CliRunner().invoke(main, ["check", *how])
    assert (result.exit_code, "2 of 2 points" in result.output) == (0, True), result.output
    assert "model.py, train.py and weight.txt: 2 public checks" in result.output
    (several / "weight.txt").write_text("4\n")
    result = CliRunner().invoke(main, ["check", *how])
    assert (result.exit_code, "expected 6\n    got 8" in result.output) == (1, True), result.output
    (several / "train.py").unlink()
    result = CliRunner().invoke(main, ["check", *how])
    assert result.exit_code != 0
    assert "there is no train.py" in result.output


def test_they_are_tried_where_no_folder_is_opened(several, elsewhere):
    """On Windows a folder cannot be held open, and its files are read by their paths."""
    result = CliRunner().invoke(main, ["check", "--practice"])
    assert (result.exit_code, "2 of 2 points" in result.output) == (0, True), result.output


def test_a_module_is_imported_by_the_letters_of_its_name(several, elsewhere):
    """Where files are found by other letters too, practice finds none, as a grade does."""
    (several / "train.py").write_text("import Model\n" + FILES["train.py"])
    result = CliRunner().invoke(main, ["check", "--practice"])
    assert "No module named 'Model'" in result.output
    assert "1 of 2 points" in result.output


@pytest.mark.parametrize("how", HOWS)
def test_a_check_finds_every_module_new(several, how):
    """What one check changes in a module, or in a file, the next one does not see."""
    (several / "model.py").write_text(
        "ASKED = []\n\n\ndef predict(x):\n    ASKED.append(x)\n"
        "    open('weight.txt', 'w').close()\n    return 3 * x\n"
    )
    (several / "train.py").write_text(
        "import model\n\n\ndef train(x, y):\n"
        "    return len(model.ASKED) + y / x if open('weight.txt').read() else None\n"
    )
    result = CliRunner().invoke(main, ["check", *how])
    assert (result.exit_code, "2 of 2 points" in result.output) == (0, True), result.output


def test_where_none_of_them_is_it_is_said(several):
    """All are named."""
    for name in FILES:
        (several / name).unlink()
    with pytest.raises(MisuseError, match=r"no model\.py and no train\.py and no weight\.txt in"):
        find_practice_place(several)


def test_a_save_of_any_of_them_is_a_change(several):
    """What another file than the first holds may matter to every check."""
    place, now = find_practice_place(several), [100.0]
    watch = FileWatch(place.files, print, lambda: now[0], events=False)
    before = place.read()
    (several / "weight.txt").write_text("4\n")
    seen = 0
    for _ in range(30):
        now[0] += 0.1
        seen += watch.take_change()
    assert seen == 1
    assert changed_exports(before, place.read(), place.assignment.exports) is None
    assert changed_exports(before, before, place.assignment.exports) == frozenset()
