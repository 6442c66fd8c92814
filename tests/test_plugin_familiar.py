"""What a submission printed names files as its author knows them."""

import sysconfig
import tempfile
from pathlib import Path

import pytest
import torch

from grader.plugin.familiar import make_familiar
from grader.plugin.session import grade_submission
from tests.conftest import TINY

PUBLIC = TINY / "public"
ROOT = TINY.parents[1]
LIBRARY = sysconfig.get_path("stdlib")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'File "{PUBLIC}/bowls.py", line 3', 'File "bowls.py", line 3'),
        (f'File "{PUBLIC}/more/bowls.py"', 'File "more/bowls.py"'),
        (torch.__file__, "torch/__init__.py"),
        (f"{LIBRARY}/threading.py:3: Warning", f"{Path(LIBRARY).name}/threading.py:3: Warning"),
        (f"{ROOT}/grader/inside/worker.py", "grader/inside/worker.py"),
        (f"['{PUBLIC}', '{PUBLIC}s']", f"['public', '{PUBLIC.relative_to(ROOT)}s']"),
        (f"{tempfile.gettempdir()}/torchmarks-a1b_2/17/x.txt", "/scratch/x.txt"),
        (f"in {tempfile.gettempdir()}/torchmarks-a1b_2/17.", "in /scratch."),
        ("/home/ada/hw2.py and a/b", "/home/ada/hw2.py and a/b"),
        ("x" + str(PUBLIC), "x" + str(PUBLIC)),
    ],
)
def test_a_file_is_named_as_at_home(text, told):
    """The public folder's, a library's, the kit's and the scratch folder's; others stay."""
    assert make_familiar(PUBLIC)(text) == told


SOURCE = """
def guess():
    import traceback
    from bowls import Bowl
    try:
        Bowl(1.0, 2.0)(None)
    except TypeError:
        traceback.print_exc()
    raise OSError(__import__("torch").__file__)


def double(n):
    import traceback
    try:
        guess()
    except OSError:
        return traceback.format_exc()
"""


def test_no_message_names_the_graders_machine(tiny, tiny_room, hand_in):
    """Neither what was printed nor raised nor returned nor what stopped says where things are."""
    source = SOURCE + "\nimport torch\nraise ValueError(torch.__file__)\n"
    grade = grade_submission(tiny, hand_in(source), room=tiny_room)
    checks = {check.name: check for check in grade.checks}
    assert 'File "bowls.py", line ' in checks["test_guess_is_near"].message
    assert "raised OSError: torch/__init__.py" in checks["test_guess_is_near"].message
    assert "got 'Traceback" in checks["test_double_is_twice"].message
    told = "".join((*(check.message for check in grade.checks), *grade.notices))
    assert "stopped when it was loaded: ValueError: torch/__init__.py" in told
    assert not [
        folder
        for folder in (ROOT, PUBLIC, LIBRARY, Path(torch.__file__).parent.parent)
        if str(folder) in told
    ]
