"""What a student is told of a function that is not there, and what Jupyter gives for nothing."""

import builtins
import json
import sys
import types

import pytest

from grader.inside import exports, jupyter, newer, source


@pytest.fixture(autouse=True)
def working_folder(tmp_path, monkeypatch):
    """Stand in a folder of its own: a notebook may write a file there."""
    monkeypatch.chdir(tmp_path)


def looked(*texts, kind="ipynb", asides=(), name="gradient"):
    """Run a source in this process, and return what is told of one export."""
    module = types.ModuleType("hw2_of_a_test")
    parts = [(number, text, []) for number, text in enumerate(texts, kind == "ipynb")]
    source.run_source(kind, f"hw2.{kind}", parts, source.RunPlan("all"), module, lambda _: None)
    sys.modules.pop("hw2_of_a_test")
    found = exports.look(module, name, f"hw2.{kind}", [(n, t) for n, t, _ in parts], asides)
    json.dumps(found)
    return found


DEFINED = "def gradient(loss, theta):\n    return 1\n"


@pytest.mark.parametrize("kind", ["py", "ipynb"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            f"{DEFINED}x = 1\ngradient = gradient(x, x)",
            "gradient is no longer a function: it was",
        ),
        (f"{DEFINED}for gradient in [1]: pass", "`for gradient in [1]: pass`; give"),
        ("gradient = 3", "gradient is not a function: it is assigned in hw2"),
        (DEFINED.replace("gradient", "Gradient"), "but `Gradient`: rename it"),
        (DEFINED.replace("gradient", "gradiant"), "but `gradiant`: rename it"),
        (DEFINED.replace("gradient", "grad_ient"), "but `grad_ient`: rename it"),
        (
            DEFINED.replace("gradient", "gr\N{CYRILLIC SMALL LETTER A}dient"),
            "whose letter 3 is CYRILLIC SMALL LETTER A, which only looks",
        ),
        ("class Solver:\n    def gradient(self, loss, theta): ...", "a method of the class Solver"),
        (
            "def main():\n    def gradient(loss, theta): ...",
            "within the function main; move it out",
        ),
        ("if 1 > 2:\n    def gradient(loss, theta): ...", "lies under `if 1 > 2:`"),
        ("import marimo\napp = marimo.App\n@app.cell\ndef _(): ...", "is a marimo notebook"),
        ("x = 1\n# def gradient(loss, theta):\n#     return 1", "line 2 is commented out"),
        ("", "it has no code in it"),
    ],
)
def test_it_is_said_why_a_function_is_not_there(kind, text, words):
    """Overwritten, another spelling, within something else, in no code: what, where, what to do."""
    text = text.replace("import marimo\n", "'import marimo'\nmarimo = __import__('types')\n")
    text = text.replace("marimo.App", "marimo.SimpleNamespace(cell=lambda f: f)")
    found = looked(text, kind=kind)
    assert not found["there"]
    assert words in found["why"]
    assert "hw2" in found["why"] or "letter" in found["why"]


@pytest.mark.parametrize(
    ("cells", "asides", "words"),
    [
        (
            ["x = 1"],
            [("Markdown", 1, DEFINED)],
            "a Markdown cell after code cell 1 holds",
        ),
        (["x = 1"], [("Raw", 0, DEFINED)], "a Raw cell before the first code cell holds"),
        ([], [], "it has no code in it"),
        (["x = 1\n%store -r gradient"], [], "`%store -r gradient` in hw2.ipynb cell 1, line 2?"),
        (["%aimport solution", "x = 1"], [], "`%aimport solution`"),
        (["%pylab inline"], [], "`%pylab inline`"),
        (["from hw2 import gradient"], [], "imports it from hw2.ipynb itself"),
        (["x = 1", "%%writefile solution.py\n" + DEFINED], [], None),
    ],
)
def test_it_is_said_of_a_notebook_where_its_function_may_be(cells, asides, words):
    """In cells that are not run, behind a magic, or in the notebook's own name."""
    found = looked(*cells, asides=asides)
    assert not found["there"]
    assert found.get("why") is None if words is None else words in found["why"]


def test_it_is_said_what_a_function_takes():
    """Its arguments and how it is written, with its place; of one that hides that, nothing."""
    found = looked("x = 1\n\ndef gradient(f, x: int, *, tol=1e-3) -> int: ...")
    assert found == {
        "there": True,
        "arguments": ["f", "x", "tol"],
        "written": "`gradient(f, x: int, *, tol=0.001)` in hw2.ipynb cell 1, line 3",
    }
    assert looked("gradient = print")["there"]
    sly = (
        "class Sly:\n    __signature__ = property(lambda self: 1 / 0)\n    def __call__(self): ..."
    )
    assert looked(f"{sly}\ngradient = Sly()") == {"there": True}


def test_what_jupyter_gives_is_there(capsys, monkeypatch):
    """display, get_ipython, In, Out and _ work as far as they do no harm."""
    for name in ("display", "get_ipython"):  # put back at the end: rich and others ask for them
        monkeypatch.setattr(builtins, name, None, raising=False)
    module = types.ModuleType("hw2")
    jupyter.give(module)
    space = module.__dict__
    exec("display(3, 'x')\nshell = get_ipython()\nshell.run_line_magic('load_ext', 'x')", space)
    exec("name = type(shell).__name__\nsame = shell.user_ns is globals()", space)
    assert capsys.readouterr().out == "3\n'x'\n"
    assert (space["name"], space["same"]) == ("ZMQInteractiveShell", True)
    assert str(space["shell"]).startswith("<ipykernel.zmqshell.ZMQInteractiveShell object at 0x")
    assert "google.colab" not in str(space["shell"])
    assert (space["In"], space["Out"], space["_"]) == ([""], {}, "")


def test_a_cell_writes_the_file_that_the_next_imports(tmp_path):
    """%%writefile and %%file, and -a for more; what cannot be written is no fault."""
    jupyter.file_of("%%writefile helpers.py\nx = 1").write()
    jupyter.file_of("\n%%file -a helpers.py\ny = 2\n").write()
    jupyter.file_of("%%writefile helpers.py/within.py\nx = 1\n").write()
    assert jupyter.file_of("%%time\nx = 1\n") is None
    assert (tmp_path / "helpers.py").read_text() == "x = 1\ny = 2\n"
    assert [path.name for path in tmp_path.iterdir()] == ["helpers.py"]


NEW = {
    'x = f"{", ".join(["a"])}"': (3, 12),
    "x = f'{a['b']}'": (3, 12),
    "def f[T](x: T): ...": (3, 12),
    "class A[T]: ...": (3, 12),
    "type X = int": (3, 12),
    'x = t"{a}"': (3, 14),
}


@pytest.mark.parametrize(("line", "version"), NEW.items())
def test_a_line_of_a_newer_python_is_told_from_no_python(line, version):
    """It is said which version it is for, where this one does not read it."""
    try:
        compile(line, "hw2.py", "exec")
    except SyntaxError as error:
        said = newer.words_for(error)
        assert said.startswith(f"this is written for Python {version[0]}.{version[1]}, and")
    else:
        assert sys.version_info[:2] >= version


@pytest.mark.parametrize(
    "line", ['x = f"{a', "x = f'{'", "def f(x:", "x = = 1", "print 'x'", "type = = 1", "x = 'a"]
)
def test_what_no_python_reads_is_not_taken_for_newer(line):
    """Broken code stays broken code."""
    with pytest.raises(SyntaxError) as caught:
        compile(line, "hw2.py", "exec")
    assert newer.words_for(caught.value) == ""
