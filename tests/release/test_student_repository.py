"""The student's repository: everything that a student needs, and no answer."""

import ast
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.assignment.folder import AssignmentError, load_assignment
from grader.cli import main
from grader.release.answers import bodies_in
from grader.release.archive import write_classroom50_bundle, write_gradescope_zip
from grader.release.new import make_assignment
from grader.release.pruning import PruningError, prune
from grader.release.student_repository import Kit, ReleaseError, release

ROOT = Path(__file__).parents[2]
KIT = Kit("torchmarks==0.1.0")


@pytest.fixture
def fresh(tmp_path):
    """Make a new assignment, hw3, and return it."""
    make_assignment(tmp_path / "course" / "hw3")
    return load_assignment(tmp_path / "course" / "hw3")


def texts(folder):
    """Read every file of a folder."""
    return {
        str(path.relative_to(folder)): path.read_text("utf-8", "replace")
        for path in folder.rglob("*")
        if path.is_file()
    }


def ready():
    """List the assignments of this repository that have a starter."""
    return [
        folder.name
        for folder in sorted((ROOT / "assignments").iterdir())
        if (folder / "assignment.toml").exists() and list(folder.glob("starter/*.*"))
    ]


@pytest.mark.parametrize("name", ready())
def test_no_answer_gets_out(name, tmp_path):
    """No file has a hidden check's name, a function of the reference, or its path."""
    assignment = load_assignment(ROOT / "assignments" / name)
    release(assignment, tmp_path / "out", KIT)
    held = texts(tmp_path / "out")
    hidden = [
        line.removeprefix("def ").partition("(")[0]
        for line in assignment.hidden_suite.read_text().splitlines()
        if line.startswith("def test_")
    ]
    assert hidden
    answers = {
        body: function
        for path in assignment.reference.parent.rglob("*.py")
        for body, function in bodies_in(path.read_text()).items()
    }
    assert len(answers) > 5
    for place, text in held.items():
        assert not [check for check in hidden if check in text], place
        assert not set(bodies_in(text)) & set(answers), place
        assert "SOLUTION" not in text, place
        assert "reference/" not in text, place
    assert not [place for place in held if "hidden" in place or ".git/" in place]


@pytest.mark.parametrize("name", ready())
def test_a_released_copy_is_an_assignment(name, tmp_path):
    """The copy loads: its points are the public ones, the rest is a sum."""
    assignment = load_assignment(ROOT / "assignments" / name)
    release(assignment, tmp_path / "out", KIT)
    copy = load_assignment(tmp_path / "out" / "assignments" / name)
    assert copy.max_score + copy.hidden_points == pytest.approx(assignment.max_score)
    assert copy.hidden_points > 0
    assert not copy.is_instructors
    assert (copy.limits, copy.exports, copy.title) == (
        *(assignment.limits, assignment.exports, assignment.title),
    )
    assert {check: assignment.points[check] for check in copy.points} == copy.points


def test_the_repository_is_complete(fresh, tmp_path):
    """Handout, starter, public folder, public checks, workflow and README are there."""
    files = release(fresh, tmp_path / "out", KIT)
    assert [str(file) for file in files] == [
        *(".github/workflows/classroom.yml", ".gitignore", "README.md"),
        *("assignments/hw3/__init__.py", "assignments/hw3/assignment.toml"),
        *("assignments/hw3/handout.md", "assignments/hw3/public/__init__.py"),
        *("assignments/hw3/public/weather.py", "assignments/hw3/strategies.py"),
        *("assignments/hw3/test_hw3.py", "hw3.py", "pytest.ini", "requirements.txt"),
    ]
    assert "70 points" in (tmp_path / "out" / "README.md").read_text()


def test_of_pictures_those_go_along_that_the_handout_names(fresh, tmp_path):
    """What else was drawn beside it may show an answer, and no search sees it."""
    handout = fresh.folder / "handout.md"
    handout.write_text(f"{handout.read_text()}\n![](a%20plot.png) ![](photo.JPG)\n")
    for name in ("a plot.png", "photo.JPG", "hidden_plot.png", "answer.svg"):
        (fresh.folder / name).write_bytes(b"picture")
    files = release(fresh, tmp_path / "out", KIT)
    there = [file.name for file in files if file.parent.name == "hw3"]
    assert {"a plot.png", "photo.JPG", "handout.md"} <= {*there}
    assert {"hidden_plot.png", "answer.svg"}.isdisjoint(there)


def test_packages_are_installed_wherever_it_is_tried_or_graded(fresh, tmp_path):
    """By the names that pip knows; an import that the handout allows failed there."""
    toml = fresh.folder / "assignment.toml"
    named = 'packages = ["IPython", "nowhere"]\n\n[points]'
    toml.write_text(toml.read_text().replace("[points]", named, 1))
    assignment = load_assignment(fresh.folder)
    release(assignment, tmp_path / "out", KIT)
    wanted = (tmp_path / "out" / "requirements.txt").read_text().splitlines()
    assert wanted[-4:] == ["torch>=2.6", "ipython", "nowhere", "torchmarks==0.1.0"]
    assert load_assignment(tmp_path / "out/assignments/hw3").packages == ("IPython", "nowhere")
    (tmp_path / "wheel.whl").write_bytes(b"")
    write_gradescope_zip(assignment, tmp_path / "hw3.zip", tmp_path / "wheel.whl", 1)
    with zipfile.ZipFile(tmp_path / "hw3.zip") as archive:
        lines = archive.read("setup.sh").decode().splitlines()
    assert lines[-2:] == ["$pip wheels/wheel.whl ipython nowhere", "chmod 600 seed"]
    write_classroom50_bundle(assignment, tmp_path / "bundle", KIT)
    text = (tmp_path / "bundle" / "autograder.py").read_text()
    assert "PACKAGES = {'IPython': 'ipython', 'nowhere': 'nowhere'}" in text
    ast.parse(text)


def test_a_wheel_travels_along(fresh, tmp_path):
    """With a wheel the repository installs the grader from itself."""
    wheel = tmp_path / "torchmarks-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    release(fresh, tmp_path / "out", Kit("torchmarks", wheel))
    assert (tmp_path / "out" / "wheels" / wheel.name).read_bytes() == b"wheel"
    assert f"./wheels/{wheel.name}" in (tmp_path / "out" / "requirements.txt").read_text()


def test_pytest_runs_the_released_checks(fresh, tmp_path):
    """`pytest` in the released repository grades the starter: no point yet, no fault either."""
    release(fresh, tmp_path / "out", KIT)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path / "out",
        env={k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "GRADER"))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "0 of 70 points." in done.stdout
    assert "softmax is yours to write" in done.stdout


def test_the_students_module_is_not_hidden_by_the_checks(fresh, tmp_path):
    """At the top of the repository `import hw3` is the student's file."""
    release(fresh, tmp_path / "out", KIT)
    code = "import hw3; print(hw3.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(tmp_path / "out" / "hw3.py")


@pytest.mark.parametrize("there", ["a file", "a folder with something"])
def test_what_exists_is_left_alone(fresh, tmp_path, there):
    """An existing destination is refused and not touched."""
    target = tmp_path / "out"
    if there == "a file":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "mine").touch()
    before = texts(tmp_path)
    with pytest.raises(ReleaseError, match="exists"):
        release(fresh, target, KIT)
    assert texts(tmp_path) == before


@pytest.mark.parametrize(
    ("place", "text", "words"),
    [
        ("handout.md", "see test_softmax_of_extreme_logits", "tell students of the hidden check"),
        ("public/weather.py", "from .x import *\ndef f(x):\n    {body}\n", "give students softmax"),
        (
            "strategies.py",
            "from .test_hw3_hidden import np\nforecasts = 1\n",
            "do not get test_hw3_hidden",
        ),
        ("strategies.py", "from ..other import x\nforecasts = x\n", "students do not get other"),
        ("starter/hw3.py", "# BEGIN SOLUTION\n", "without an END SOLUTION"),
        (
            "handout.md",
            "One\n\n<!-- BEGIN SOLUTION -->\n",
            r"handout\.md:3 has a mark of a solution",
        ),
        ("public/weather.py", "X = 1  # END SOLUTION", r"weather\.py:1 has a mark of a solution"),
        ("public/data.csv", "test_softmax_of_extreme_logits,1", "of the hidden check test_softmax"),
        ("public/a.svg", "<!-- test_softmax_of_extreme_logits -->", "hidden check test_softmax"),
        ("public/test_softmax_of_extreme_logits.txt", "", "hidden check test_softmax_of_extreme"),
        ("handout.md", "So:\n\n```python\ndef f(x):\n    {body}\n```\n", "students softmax of"),
        ("handout.md", "So: `{body}`", "would give students softmax of"),
        ("public/notes.txt", "{body}", "would give students softmax of"),
        (
            "public/weather.py",
            "# it was\n#    {comment}\nX = 1\n",
            "would give students softmax of",
        ),
        ("public/weather.py", 'X = """\n{body}\n"""\n', "would give students softmax of"),
        ("starter/hw3.py", "\ufeff# BEGIN SOLUTION\n", "without an END SOLUTION"),
        ("starter/hw3.py", "def f(:\n    {comment}", "would give students softmax of"),
        ("strategies.py", "A = (\n", r"strategies\.py:1: '\(' was never closed"),
        ("strategies.py", "forecasts = 1; SECRET = 2\n", r"strategies\.py:1: .* share a line"),
        ("reference/hw3.py", "def f(:\n", r"reference/hw3\.py:1: "),
        ("test_hw3_hidden.py", "def f(:\n", r"test_hw3_hidden\.py:1: "),
    ],
)
def test_a_leak_stops_the_release(fresh, tmp_path, place, text, words):
    """A hidden name, an answer or an unclosed solution is refused, and nothing is left behind."""
    body = "weights = np.exp(logits - logits.max())\n    return weights / weights.sum()"
    comment = body.replace("\n", "\n# ")
    text = text.replace("{body}", body).replace("{comment}", comment)
    (fresh.folder / place).write_text(text)
    with pytest.raises((AssignmentError, ReleaseError), match=words):
        release(fresh, tmp_path / "out", KIT)
    assert [path.name for path in tmp_path.iterdir()] == ["course"]


NOTEBOOK = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}}


def cell(kind, source):
    """Make a cell of a notebook."""
    more = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source, **more}


@pytest.mark.parametrize(
    "cells",
    [
        [cell("markdown", "Begin:"), cell("code", "def f(x):\n    {body}")],
        [cell("code", "%matplotlib inline\ndef f(x):\n    {body}\n!ls")],
        [cell("code", "# {comment}")],
        [cell("raw", "{body}")],
        [cell("markdown", "So:\n\n```\ndef f(x):\n    {body}\n```")],
    ],
)
def test_an_answer_in_a_notebook_stops_the_release(fresh, tmp_path, cells):
    """In whichever cell the reference's function stands, beside prose and magics."""
    body = "weights = np.exp(logits - logits.max())\n    return weights / weights.sum()"
    for one in cells:
        source = one["source"].replace("{body}", body)
        one["source"] = source.replace("{comment}", body.replace("\n", "\n# "))
    (fresh.folder / "starter" / "hw3.ipynb").write_text(json.dumps({**NOTEBOOK, "cells": cells}))
    with pytest.raises(ReleaseError, match=r"hw3\.ipynb would give students softmax of"):
        release(fresh, tmp_path / "out", KIT)


@pytest.mark.parametrize("shown", [{"text": []}, {"data": {"text/plain": []}}, {"traceback": []}])
def test_an_answer_that_a_public_notebook_shows_stops_the_release(fresh, tmp_path, shown):
    """Printed, as a result or in a traceback: of what is not a starter outputs go along."""
    lines = ["weights = np.exp(logits - logits.max())\n", "    return weights / weights.sum()\n"]
    (where := shown.get("data", shown))[next(iter(where))] += lines
    cells = [{**cell("code", "%psource softmax"), "outputs": [shown]}]
    public = fresh.folder / "public"
    (public / "shown.ipynb").write_text(json.dumps({**NOTEBOOK, "cells": cells}))
    with pytest.raises(ReleaseError, match=r"shown\.ipynb would give students softmax of"):
        release(fresh, tmp_path / "out", KIT)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"worksheets": []}', '{"cells": [1]}'])
def test_what_is_no_notebook_of_today_is_searched_as_text(fresh, tmp_path, text):
    """It was a traceback."""
    place = fresh.folder / "public" / "old.ipynb"
    place.write_text(text)
    release(fresh, tmp_path / "out", KIT)
    place.write_text(f"{text} test_softmax_of_extreme_logits")
    with pytest.raises(ReleaseError, match="hidden check test_softmax_of_extreme_logits"):
        release(fresh, tmp_path / "more", KIT)


def test_a_reference_in_a_notebook_is_an_answer_too(fresh, tmp_path):
    """What the reference's notebook defines is looked for like what a module does."""
    body = "x = [number + 1 for number in range(100)]\n    return sum(x)"
    text = json.dumps({**NOTEBOOK, "cells": [cell("code", f"def secret():\n    {body}")]})
    (fresh.folder / "reference" / "more.ipynb").write_text(text)
    (fresh.folder / "public" / "weather.py").write_text(f"def known():\n    {body}\n")
    with pytest.raises(ReleaseError, match=r"weather\.py would give students secret of \S+ipynb"):
        release(fresh, tmp_path / "out", KIT)


def test_a_bundle_that_everybody_can_read_is_searched_too(fresh, tmp_path):
    """Classroom 50's bundle gives away no more than a release does."""
    (fresh.folder / "public" / "data.csv").write_text("test_softmax_of_extreme_logits,1")
    with pytest.raises(ReleaseError, match="of the hidden check test_softmax_of_extreme_logits"):
        write_classroom50_bundle(fresh, tmp_path / "bundle", KIT)
    assert not (tmp_path / "bundle").exists()


def test_where_no_folder_can_be_made(fresh, tmp_path):
    """A destination below a file is refused in words by each command that makes a folder."""
    (tmp_path / "file").touch()
    there = str(tmp_path / "file" / "out")
    folder = str(fresh.folder)
    for command in (
        ["release", folder, there, "--install", "torchmarks"],
        ["package", "classroom50", folder, "-o", there, "--install", "torchmarks"],
        ["new", there],
    ):
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 2, done.output
        assert f"{there}: cannot be" in done.output.replace("\n", "")


def test_no_starter_no_release(fresh, tmp_path):
    """An assignment without a starter says what is missing."""
    (fresh.folder / "starter" / "hw3.py").unlink()
    with pytest.raises(ReleaseError, match=r"holds none of hw3\.py, hw3\.ipynb"):
        release(fresh, tmp_path / "out", KIT)


def test_what_only_hidden_checks_use_stays(fresh):
    """A strategy that no public check refers to is not in the released module."""
    module = fresh.folder / "strategies.py"
    module.write_text(
        module.read_text()
        + "\n\n# for hidden checks\n@st.composite\ndef secret_forecasts(draw):\n"
        + '    """Draw what nobody expects."""\n    return draw(forecasts())\n\n\nSECRET = 3\n'
    )
    pruned = prune(fresh.suite, fresh.folder)
    assert "secret_forecasts" not in pruned[module]
    assert "SECRET" not in pruned[module]
    assert "hidden" not in pruned[module]
    assert "class Forecast" in pruned[module]
    assert pruned[fresh.suite] == fresh.suite.read_text()


COMMENTED = '''\
"""Draws."""


def kept():
    return 1
    # of kept
# --- about secrets ---

# the eigenvalue 1e-7

def secret():
    return 2
    # the answer is 2
\x0c

# of other
def other():
    return kept()


SECRET = 3  # drawn thrice
# secrets end here
'''


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_comments_about_what_stays_behind_stay_behind(fresh, ends):
    """What is said above, in and below a definition goes with it, in every kind of line ends."""
    module = fresh.folder / "strategies.py"
    module.write_bytes(COMMENTED.replace("\n", ends).encode())
    fresh.suite.write_text("from .strategies import other\n\n\ndef test_x(): other()\n")
    pruned = prune(fresh.suite, fresh.folder)[module]
    assert pruned.split() == (
        '"""Draws.""" def kept(): return 1 # of other def other(): return kept()'.split()
    )
    ast.parse(pruned)


def test_windows_files_are_released_as_they_are_read(fresh, tmp_path):
    """A byte order mark and Windows' line ends change nothing in what students get."""
    release(fresh, tmp_path / "one", KIT)
    for path in fresh.folder.rglob("*.*"):
        if path.suffix in {".py", ".toml", ".md"}:
            mark = b"\xef\xbb\xbf" if path.suffix == ".py" else b""
            path.write_bytes(mark + path.read_bytes().replace(b"\n", b"\r\n"))
    release(load_assignment(fresh.folder), tmp_path / "two", KIT)
    one, two = texts(tmp_path / "one"), texts(tmp_path / "two")
    assert one.keys() == two.keys()
    assert not [name for name in one if one[name] != two[name] and "/public/" not in name]


def test_what_is_used_indirectly_comes_along(fresh):
    """A definition that a kept one names, in another module too, is kept."""
    (fresh.folder / "shapes.py").write_text("LARGEST = 5\nUNUSED = 6\n")
    module = fresh.folder / "strategies.py"
    text = module.read_text().replace("max_size=5", "max_size=LARGEST")
    module.write_text(
        text.replace(
            "import numpy as np\n", "import numpy as np\n\nfrom .shapes import LARGEST, UNUSED\n", 1
        )
    )
    pruned = prune(fresh.suite, fresh.folder)
    assert pruned[fresh.folder / "shapes.py"].strip() == "LARGEST = 5"
    assert "from .shapes import LARGEST\n" in pruned[module]


def test_public_checks_may_not_need_hidden_modules(fresh):
    """A public check that imports from a hidden module is refused with its line."""
    fresh.suite.write_text("from .strategies_hidden import x\n")
    (fresh.folder / "strategies_hidden.py").touch()
    with pytest.raises(PruningError, match=r"test_hw3\.py:1: students do not get"):
        prune(fresh.suite, fresh.folder)


def test_the_command_says_what_it_made(fresh, tmp_path):
    """`grader release` lists the files; a second time it is wrong use."""
    command = ["release", str(fresh.folder), str(tmp_path / "out"), "--install", "torchmarks"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    assert done.output.endswith(f"13 files in {tmp_path / 'out'}\n")
    again = CliRunner().invoke(main, command)
    assert again.exit_code == 2
    assert "exists" in again.output


def test_files_that_are_handed_in_together_lie_at_the_top_together(fresh, tmp_path):
    """Of each for which there is a starter; the folder is what is graded, and the key travels."""
    toml, starter = fresh.toml, fresh.folder / "starter"
    (starter / "model.py").write_bytes((starter / "hw3.py").read_bytes())
    (starter / "table.npy").write_bytes(b"\x93NUMPY\xff")
    home = fresh.reference.parent
    for name in ("model.py", "table.npy", "weights.pt"):
        (home / name).write_bytes(fresh.reference.read_bytes())
    text = toml.read_text().replace("reference/hw3.py", "reference/model.py")
    text = text.replace(
        'accepts   = ["hw3.py", "hw3.ipynb"]', 'files = ["model.py", "table.npy", "weights.pt"]'
    )
    toml.write_text(text)
    release(load_assignment(fresh.folder), tmp_path / "out", KIT)
    held = texts(tmp_path / "out")
    assert {"model.py", "table.npy"} <= held.keys()
    assert (tmp_path / "out" / "table.npy").read_bytes() == b"\x93NUMPY\xff"
    assert "weights.pt" not in held
    assert "--submission=." in held["pytest.ini"]
    assert "grader run hw3 . --to github" in held[".github/workflows/classroom.yml"]
    assert "**model.py, table.npy, weights.pt**" in held["README.md"]
    released = load_assignment(tmp_path / "out" / "assignments" / "hw3")
    assert released.files == ("model.py", "table.npy", "weights.pt")
    assert not released.accepts


def with_data(fresh, get_from=""):
    """Give an assignment two files of public data."""
    (fresh.folder / "images" / "deep").mkdir(parents=True)
    (fresh.folder / "images" / "rows.npy").write_bytes(b"\x93NUMPY\xff")
    (fresh.folder / "images" / "deep" / "names.txt").write_text("ada")
    keys = 'public_data = "images"\n' + (f'public_data_from = "{get_from}"\n' if get_from else "")
    fresh.toml.write_text(fresh.toml.read_text().replace("[points]", f"{keys}\n[points]"))
    return load_assignment(fresh.folder)


def test_public_data_lies_at_the_top_under_its_name(fresh, tmp_path):
    """So that the path that opens it there opens it where it is graded."""
    release(with_data(fresh), tmp_path / "out", KIT)
    assert (tmp_path / "out" / "images" / "rows.npy").read_bytes() == b"\x93NUMPY\xff"
    assert 'numpy.load("images/NAME.npy"' in texts(tmp_path / "out")["README.md"]
    held = load_assignment(tmp_path / "out" / "assignments" / "hw3").public_data
    assert (held.name, held.folder) == ("images", tmp_path / "out" / "images")


def test_public_data_that_students_get_elsewhere_is_left_out(fresh, tmp_path):
    """The README says where it is, nobody commits it, and without it there is a sentence."""
    out = tmp_path / "out"
    release(with_data(fresh, "example.org/images.zip"), out, KIT)
    held = texts(out)
    assert not (out / "images").exists()
    assert "Get them from example.org/images.zip, and put" in held["README.md"]
    assert "/images/" in held[".gitignore"].splitlines()
    with pytest.raises(AssignmentError, match=r"images: get it from example\.org/images\.zip"):
        load_assignment(out / "assignments" / "hw3")
    (out / "images").mkdir()
    assert load_assignment(out / "assignments" / "hw3").public_data.folder == out / "images"


def test_the_bundle_of_classroom50_and_gradescopes_upload_hold_public_data(fresh, tmp_path):
    """Nothing is fetched when work is graded, wherever students have it from."""
    assignment = with_data(fresh, "example.org/images.zip")
    write_classroom50_bundle(assignment, tmp_path / "bundle", KIT)
    held = load_assignment(tmp_path / "bundle" / "hw3").public_data
    assert held.folder == tmp_path / "bundle" / "hw3" / "images"
    assert "hw3/images/deep/names.txt" in (tmp_path / "bundle" / "autograder.py").read_text()
    (tmp_path / "wheel.whl").write_bytes(b"")
    write_gradescope_zip(assignment, tmp_path / "hw3.zip", tmp_path / "wheel.whl", 1)
    with zipfile.ZipFile(tmp_path / "hw3.zip") as archive:
        assert any(name.endswith("hw3/images/deep/names.txt") for name in archive.namelist())


@pytest.mark.parametrize("get_from", ["", "example.org"])
@pytest.mark.parametrize(
    ("name", "of", "words"),
    [
        ("labels_hidden.npy", None, "is called hidden, and lies where every submission reads it"),
        ("deep/copy.txt", "reference/hw3.py", "is the same as "),
        ("deep/checks.txt", "test_hw3_hidden.py", "is the same as "),
    ],
)
def test_nothing_hidden_lies_in_public_data(fresh, tmp_path, name, of, words, get_from):
    """A release finds it whether or not the folder goes along: submissions read it."""
    assignment = with_data(fresh, get_from)
    data = (fresh.folder / of).read_bytes() if of else b"1"
    (fresh.folder / "images" / name).write_bytes(data)
    with pytest.raises(ReleaseError) as refused:
        release(assignment, tmp_path / "out", KIT)
    assert f"images/{name} {words}" in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_function_of_the_reference_in_public_data_is_found(fresh, tmp_path):
    """As anywhere else."""
    assignment = with_data(fresh, "example.org")
    text = fresh.reference.read_text()
    (fresh.folder / "images" / "more.py").write_text(f"# changed\n{text}")
    with pytest.raises(ReleaseError, match=r"images: more\.py would give students"):
        release(assignment, tmp_path / "out", KIT)


def test_public_data_too_large_for_a_repository_is_not_put_into_it(fresh, tmp_path):
    """The sentence says what to do; where students get it elsewhere it may be of any size."""
    assignment = with_data(fresh)
    with (fresh.folder / "images" / "rows.npy").open("wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(ReleaseError, match=r"rows\.npy holds 100 MB, .*or say in public_data_from"):
        release(assignment, tmp_path / "out", KIT)
