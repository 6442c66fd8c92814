"""A progress bar, a plot or a log that is not installed costs no point."""

import importlib
import importlib.machinery
import sys
import types

import pytest

from grader.inside.stand_ins import NAMES, StandIns


@pytest.fixture
def stand_ins(monkeypatch):
    """Stand-ins in a Python in which none of the libraries is found."""
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    real = importlib.machinery.PathFinder.find_spec
    monkeypatch.setattr(
        "importlib.machinery.PathFinder.find_spec",
        lambda name, *more: None if name in NAMES else real(name, *more),
    )
    for name in [name for name in sys.modules if name.partition(".")[0] in NAMES]:
        monkeypatch.delitem(sys.modules, name)
    there = set(sys.modules)
    found = StandIns()
    found.install()
    yield found
    for name in set(sys.modules) - there:
        del sys.modules[name]


def run(text):
    space = {}
    exec(text, space)
    return types.SimpleNamespace(**space)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("from tqdm import tqdm\nx = [i for i in tqdm([1, 2], desc='a')]", [1, 2]),
        ("from tqdm.auto import tqdm, trange\nx = list(trange(2)) + [len(tqdm([5]))]", [0, 1, 1]),
        ("import tqdm\nx = [*tqdm.tqdm(range(2)), *tqdm.trange(1, 2)]", [0, 1, 1]),
        ("from tqdm import tqdm\nb = tqdm(total=3)\nb.update(1)\nb.set_postfix(a=1)\nx = 0", 0),
        ("from tqdm import tqdm\nwith tqdm([4]) as bar:\n    x = [i for i in bar]", [4]),
        ("import matplotlib.pyplot as plt\nplt.plot([1])\nplt.gca().set_title('a').b()\nx = 1", 1),
        ("import matplotlib\nmatplotlib.use('Agg')\nmatplotlib.rcParams['a'] = 1\nx = 1", 1),
        (
            "from matplotlib import pyplot as p\nfig, ax = p.subplots()\nax[0].plot([1])\nx = 1",
            1,
        ),
        ("import seaborn as sns\nsns.set()\nx = 2", 2),
        (
            "from torch.utils.tensorboard import SummaryWriter as W\nW('a').add('b')\nx = 3",
            3,
        ),
        ("import wandb\nwandb.init(project='a')\nwandb.log({'a': 1})\nx = 4", 4),
    ],
)
def test_what_shows_is_stood_in_for(stand_ins, text, answer):
    """Iterables are handed through, calls are taken, pairs come apart."""
    assert run(text).x == answer
    assert stand_ins.used


def test_what_is_installed_is_used(monkeypatch):
    """A library that Python finds is nobody's to stand in for."""
    assert StandIns().find_spec("numpy") is None
    monkeypatch.setattr("importlib.machinery.PathFinder.find_spec", lambda _name: object())
    assert StandIns().find_spec("tqdm") is None


def test_no_answer_can_come_from_a_stand_in(stand_ins):
    """A library that computes is missing, as Python says it."""
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_pandas")
