"""An assignment of several files, graded: its modules import one another, its weights are read."""

import io
import json
import zipfile

import numpy as np
import pytest

from grader.course.engines.grade_one import read_submission
from grader.grading.handed import load_source
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.sandbox.opened import Sandbox
from grader.selftest.promises import try_promises
from grader.source.handin import MisuseError
from tests.small import make_small

CHECKS = '''
"""Checks of a model that was trained before it was handed in."""


def test_predict(submission):
    """predict(x) is 3 x."""
    assert submission.predict(2.0) == 6.0


def test_train(submission):
    """train(xs, ys) is the slope."""
    assert submission.train([1.0, 2.0], [2.0, 4.0]) == 2.0


def test_model(submission):
    """Model(w) is called with x, and gives w x."""
    assert submission.Model(4.0)(0.5) == 2.0
'''
MODEL = """
import numpy as np


class Model:
    def __init__(self, weight):
        self.weight = weight

    def __call__(self, x):
        return self.weight * x


def predict(x):
    return Model(float(np.load("weights.npy")))(x)
"""
TRAIN = """
from model import Model


def train(xs, ys):
    line = Model(sum(ys) / sum(xs))
    return line(1.0)
"""
NAMES = ("model.py", "train.py", "weights.npy")


def weights(value):
    """The bytes of a file of one number."""
    held = io.BytesIO()
    np.save(held, np.float64(value))
    return held.getvalue()


def files_of(**changed):
    """The bytes of the three files, of which some are changed."""
    files = {"model.py": MODEL, "train.py": TRAIN, "weights.npy": weights(3)}
    files |= {name.replace("_", "."): text for name, text in changed.items()}
    return {n: text.encode() if isinstance(text, str) else text for n, text in files.items()}


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    """An assignment of three files, and a sandbox for it."""
    folder = tmp_path_factory.mktemp("several")
    assignment = make_small(
        folder,
        CHECKS,
        MODEL,
        exports=("predict", "train", "Model"),
        asked=f'files = {json.dumps([*NAMES])}\nreference = "reference/model.py"',
        files={f"reference/{name}": data for name, data in files_of().items()},
    )
    sandbox = Sandbox.start(assignment)
    yield sandbox
    sandbox.close()


@pytest.fixture
def hand(tmp_path):
    """Hand in the reference's files, with some of them changed."""

    def write(**changed):
        folder = tmp_path / "handed"
        folder.mkdir()
        for name, data in files_of(**changed).items():
            (folder / name).write_bytes(data)
        return folder

    return write


def grade(sandbox, folder, **more):
    options = GradingOptions(seed=1)
    graded = grade_submission(sandbox.assignment, folder, options=options, sandbox=sandbox, **more)
    return {check.name: check for check in graded.checks}, graded


def test_right_files_earn_everything(several, hand):
    """An export is any module's, and one file of weights is read in every worker."""
    checks, graded = grade(several, hand())
    assert [check.message for check in checks.values()] == ["", "", ""]
    assert graded.score == 3
    assert graded.notices == ()


WRONG = {
    "weights": ({"weights_npy": weights(5)}, {"test_predict": "expected 6\ngot 10"}),
    "a module that stops": (
        {"train_py": "x = 1\nfrom model import Model\nboom()\n" + TRAIN},
        {"test_train": "train is not defined: train.py line 3 stopped with NameError"},
    ),
    "a module that is no Python": (
        {"train_py": "def train(:\n"},
        {"test_train": "train is not defined: train.py line 1 stopped with SyntaxError"},
    ),
    "an export nowhere": (
        {"train_py": "x = 1\n"},
        {"test_train": "neither model.py nor train.py defines train"},
    ),
    "an import that stops the first": (
        {"model_py": "import train\n" + MODEL, "train_py": "x = 1\nboom()\n"},
        {
            "test_predict": "(in train.py line 2)",
            "test_train": "train is not defined: model.py line 1 stopped with NameError",
            "test_model": "model.py line 1 stopped with NameError: name 'boom' is not defined",
        },
    ),
    "an error in the other": (
        {"train_py": "def train(xs, ys):\n    return xs / 0\n"},
        {"test_train": "train.py, line 2, in train"},
    ),
}


@pytest.mark.parametrize(("changed", "lost"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_file(several, hand, changed, lost):
    """Only what depends on a file is lost by it."""
    checks, _ = grade(several, hand(**changed))
    assert {name for name, check in checks.items() if check.credit < 1} == set(lost)
    for name, words in lost.items():
        assert words in checks[name].message


def test_a_module_is_no_export_of_its_name(several, hand):
    """Who imports the module `train` goes on to find it there, beside the function `train`."""
    text = f"import train\n{MODEL}".replace(
        "return Model(f", "assert train.WEIGHT\n    return Model(f"
    )
    source = f"import model\nWEIGHT = 1\n{TRAIN}".replace("Model(", "model.Model(")
    checks, _ = grade(
        several, hand(model_py=text, train_py=source.replace("from model import Model", ""))
    )
    assert [check.message for check in checks.values()] == ["", "", ""]


def test_a_lost_call_is_imported_from_its_own_module(several, hand):
    """What a student may run at home names the file that defines the export."""
    checks, _ = grade(several, hand(train_py="def train(xs, ys):\n    return 0\n"))
    assert "from train import train\n" in checks["test_train"].counterexample


def test_what_is_handed_in_takes_no_room_from_a_submission(several, hand):
    """A file as large as all that a submission may write leaves it what it may write."""
    room = several.assignment.limits.scratch
    write = (
        f"def train(xs, ys):\n    open('x', 'wb').write(bytes({room - (1 << 20)}))\n    return 2.0"
    )
    checks, _ = grade(several, hand(train_py=write), select={"test_train"})
    assert checks["test_train"].credit == 1


def test_archives_hold_them_all(several, hand, tmp_path):
    """What an archive brings is what the folder would be; what it lacks is named."""
    folder = hand()
    with zipfile.ZipFile(tmp_path / "ada.zip", "w") as archive:
        for name in NAMES:
            archive.write(folder / name, f"hw/{name}")
        archive.writestr("hw/notes.txt", "x")
    source = read_submission(tmp_path / "ada.zip", "ada.zip", several)
    expected = read_submission(folder, "", several)
    assert (source.sha256, source.files) == (expected.sha256, expected.files)
    with zipfile.ZipFile(tmp_path / "bob.zip", "w") as archive:
        archive.write(folder / "model.py", "model.py")
        archive.write(folder / "train.py", "Train.py")
    with pytest.raises(
        MisuseError, match=r"bob\.zip: there is no train\.py, but Train\.py: .*no w"
    ):
        read_submission(tmp_path / "bob.zip", "bob.zip", several)
    with pytest.raises(MisuseError, match=r"model\.py is one file, and model\.py, train"):
        read_submission(folder / "model.py", "model.py", several)


def test_a_repository_without_all_of_them_earns_nothing(several, hand):
    """Nobody can be asked there; what else lies in it is nobody's business."""
    folder = hand(README_md="Read me.")
    options = GradingOptions(submission=folder, checkout=True)
    assert load_source(several.assignment, options).notices == ()
    (folder / "train.py").unlink()
    sentence = load_source(several.assignment, options).sentence
    assert "there is no train.py (model.py, train.py and weights.npy are handed in" in sentence


def test_the_reference_keeps_its_promises(several):
    """`grader selftest` reads the reference with what lies beside it."""
    assert [wrong for _, wrong in try_promises(several.assignment) if wrong] == []
