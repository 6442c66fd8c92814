"""Large libraries that a submission names are imported once, before its workers are forked."""

import pytest

from grader.sandbox import Returned
from grader.source.handin import Source
from grader.source.libraries import libraries_of
from grader.source.notebook import Cell
from tests.sandbox.walls import fork_with, strong


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import matplotlib.pyplot as plt", ("matplotlib",)),
        ("try:\n    from scipy.linalg import ldl\nexcept ImportError:\n    pass", ("scipy",)),
        ("x = 1\nimport scipy\nimport  matplotlib\n", ("matplotlib", "scipy")),
        ("import scipyish, os\nprint('import scipy')\nfrom .scipy import x", ()),
        ("import torch.nn", ("torch",)),
        ("import numpy", ()),
    ],
)
def test_a_line_that_begins_to_import_names_a_library(text, found):
    """Only the names that are known here are found, wherever such a line stands."""
    cells = (Cell(1, "x = 1", ()), Cell(2, text, ()))
    assert libraries_of(Source("a.ipynb", "", "ipynb", cells)) == found


def test_workers_begin_with_the_library():
    """It is there before the submission runs, and left no thread that would make a fork hang."""
    pytest.importorskip("matplotlib")
    zygote = strong(libraries=("matplotlib",))
    worker = fork_with(
        zygote, "import sys\ndef f():\n    return 'matplotlib.pyplot' in sys.modules"
    )
    outcome = worker.call("f", (), {})
    worker.close()
    zygote.close()
    assert outcome == Returned(True)  # noqa: FBT003 - it is what f returned
