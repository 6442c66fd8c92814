"""Every command that ships, started in a folder full of traps: none is imported, none is opened."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from grader.assignment.folder import load_assignment
from grader.cli import main
from grader.release.archive import write_classroom50_bundle, write_gradescope_zip
from grader.release.new import make_assignment
from grader.release.student_repository import Kit, release
from grader.release.wheel import make_wheel
from grader.reports.record import write_grade
from tests.reports.grades import a_grade
from tests.traps import ROOT, Traps, beside, module_names

BIN = Path(sys.executable).parent
ACTION = ROOT / ".github" / "actions" / "grade" / "action.yml"
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PYTEST", "GRADER", "CI", "GITHUB", "PYTHON", "GIT_"))
}
PICTURES = '''"""Draws a line."""
from matplotlib.figure import Figure


def draw(export, arguments):
    figure = Figure()
    figure.subplots().plot([0, 1])
    yield "a line", figure
'''


@pytest.fixture
def course(tmp_path):
    """Make an assignment whose lost checks are drawn, and whose checks draw letters."""
    folder = tmp_path / "course" / "hw3"
    make_assignment(folder)
    (folder / "pictures_hidden.py").write_text(PICTURES)
    module = folder / "strategies.py"
    module.write_text(
        module.read_text().replace("    return F", "    draw(st.text())\n    return F")
    )
    return load_assignment(folder)


@pytest.fixture
def wheel(tmp_path):
    """Give the kit's wheel."""
    return make_wheel(tmp_path)


@pytest.fixture
def ada(tmp_path, course):
    """Give a student's folder with the sample, which loses a check."""
    folder = tmp_path / "ada"
    folder.mkdir()
    shutil.copy(course.folder / "submission" / "hw3.py", folder)
    return folder


@pytest.fixture
def walk(tmp_path):
    """Run a command in a folder of traps, see that none was touched, and return how it ended."""
    (tmp_path / "home").mkdir()

    def run(folder, command, spare=(), **environ):
        traps = Traps(folder, {"hw3.py", *spare})
        before = set(os.listdir(folder))
        traps.arm()
        path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            command,
            cwd=folder,
            env={**CLEAN, "HOME": str(tmp_path / "home"), "PATH": path, **environ},
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        assert not (sprung := traps.sprung()), (sprung, said)
        left = set(os.listdir(folder)) - before
        assert not [name for name in left if name.startswith((".", "_"))]
        return done.returncode, said

    return run


def words_of(command, course, tmp_path, wheel):
    """How each command of the kit is called here, and the exit codes that it may have."""
    folder, out, kept = course.folder, tmp_path / "out", tmp_path / "kept.json"
    write_grade(a_grade(), kept)
    targets = [word for name in ("html", "junit", "csv", "markdown") for word in ("--to", name)]
    handed = tmp_path / "handed" / "ada"
    handed.mkdir(parents=True)
    shutil.copy(folder / "submission" / "hw3.py", handed)
    theirs = ["--assignment", folder, "--submission", handed / "hw3.py"]
    known = {
        "check": [(["check", *theirs], {0, 1}), (["check", "--practice", *theirs], {0, 1, 2, 3})],
        "class": [(["class", folder, handed.parent, "--out", out, "--quiet"], {0})],
        "decide": [(["decide", tmp_path / "nowhere", "ada", "x", "1", "--why", "y"], {2})],
        "doctor": [(["doctor", folder], {0, 3})],
        "merge": [(["merge", "both", kept, kept], {0})],
        "new": [(["new", tmp_path / "hw4"], {0}), (["new", "hw4"], {0})],
        "package": [
            (["package", "gradescope", folder, "--wheel", wheel], {0}),
            (["package", "classroom50", folder, "-o", out, "--wheel", wheel], {0}),
        ],
        "release": [
            (["release", folder, out, "--wheel", wheel], {0}),
            (["release", folder, tmp_path / "with a wheel made now"], {0}),
        ],
        "report": [(["report", kept, *targets], {0}), (["report", kept], {0})],
        "run": [(["run", folder, "hw3.py", "--json", "kept", "--to", "html"], {0})],
        "selftest": [(["selftest", folder, "--only", "promises"], {0})],
    }
    return known[command]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, marks=[pytest.mark.slow] * (command in ("doctor", "selftest")))
        for command in main.list_commands(click.Context(main))
    ],
)
def test_no_command_touches_the_folder_it_is_started_in(
    command, course, ada, walk, wheel, tmp_path
):
    """Whatever a student calls a file, a command of the kit neither imports nor reads it."""
    for words, codes in words_of(command, course, tmp_path, wheel):
        environ = {"TORCHMARKS_SECRET": "s" * 32, "PIP_NO_INDEX": "1"}
        code, said = walk(ada, [BIN / "grader", *words], **environ)
        assert code in codes, said
    if command == "run":
        assert b"data:image/png" in (ada / "report.html").read_bytes()


def test_the_plugin_does_not_either(course, ada, walk):
    """Nor does pytest with the kit's plug-in."""
    words = [BIN / "pytest", "-p", "no:cacheprovider", course.folder]
    code, said = walk(ada, [*words, "--submission=hw3.py", "--grade-json=kept"])
    assert code == 1, said
    assert "65 of 100 points" in said


@pytest.mark.slow
def test_gradescopes_program_does_not_either(course, ada, walk, wheel, tmp_path):
    """`run_autograder`, started where the upload lies, and by an environment that looks there."""
    root = tmp_path / "autograder"
    write_gradescope_zip(course, tmp_path / "hw3.zip", wheel, 7)
    (root / "source").mkdir(parents=True)
    subprocess.run(["unzip", "-q", tmp_path / "hw3.zip", "-d", root / "source"], check=True)
    (root / "venv").symlink_to(sys.prefix)
    ada.rename(root / "submission")
    program = root / "source" / "run_autograder"
    environ = {"AUTOGRADER_ROOT": str(root), "PYTHONPATH": ":."}
    code, said = walk(root / "submission", ["bash", program], beside(), **environ)
    assert code == 0, said
    assert '"score": 65.0' in (root / "results" / "results.json").read_text()


@pytest.mark.parametrize("among", [pytest.param(False, marks=pytest.mark.slow), True])
def test_classroom50s_program_does_not_either(course, ada, walk, tmp_path, among):
    """Run in a checkout, from elsewhere or from among a student's files, it installs and grades."""
    bundle = tmp_path / "bundle"
    write_classroom50_bundle(course, bundle, Kit("torchmarks"))
    program = bundle / "autograder.py"
    program.write_text(program.read_text().replace("find_spec(module)", "find_spec('none')"))
    if among:
        (ada / "hw3" / "strategies").mkdir(parents=True)
        (ada / "hw3" / "strategies" / "__init__.py").write_text("raise SystemExit(0)")
        shutil.copytree(bundle, ada, dirs_exist_ok=True)
        program = ada / "autograder.py"
    names = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "OWNER", "ASSIGNMENT_TYPE")
    environ = dict.fromkeys((*names, "COMMIT_URL", "RELEASE_URL", "REVIEW_URL"), "x")
    spared = {"autograder.py", *beside()}
    code, said = walk(ada, [sys.executable, program], spared, **environ)
    assert code == 0, said
    assert '"score": 5000' in (ada / "result.json").read_text()


def steps(path):
    """Every step of a workflow or an action that runs a command of ours."""
    found = YAML(typ="safe").load(path)
    lists = [job["steps"] for job in found.get("jobs", {}).values()]
    lists += [found["runs"]["steps"]] if "runs" in found else []
    return [step for one in lists for step in one if "run" in step]


def run_step(walk, folder, step, tmp_path, **inputs):
    """Run a step as a runner does: its command in bash, its inputs in the environment."""
    environ = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], value)
        for name, value in step.get("env", {}).items()
    }
    runner = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_ACTION_PATH": str(ACTION.parent)}
    script = tmp_path / "step.sh"
    script.write_text(step["run"])
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", script]
    code, said = walk(folder, command, {"requirements.txt"}, PIP_DRY_RUN="1", **environ, **runner)
    assert code == 0, said


@pytest.mark.slow
def test_the_action_does_not_either(course, ada, walk, tmp_path):
    """Each step of the composite action, in a student's checkout."""
    inputs = {"assignment": str(course.folder), "submission": "hw3.py", "install": "torchmarks"}
    found = steps(ACTION)
    assert len(found) == 2
    for step in found:
        run_step(walk, ada, step, tmp_path, **inputs, **{"torch-index": "https://example.org"})
    assert "score=65\n" in (tmp_path / "output").read_text()


@pytest.mark.slow
def test_the_students_workflow_does_not_either(course, walk, tmp_path):
    """Each step of the workflow that a student gets, in the student's own repository."""
    release(course, tmp_path / "repository", Kit("torchmarks"))
    shutil.copy(course.folder / "submission" / "hw3.py", tmp_path / "repository")
    found = steps(tmp_path / "repository" / ".github" / "workflows" / "classroom.yml")
    assert len(found) == 2
    for step in found:
        run_step(walk, tmp_path / "repository", step, tmp_path)
    assert "score=50\n" in (tmp_path / "output").read_text()


SHIPPED = [
    path
    for folder in ("grader", ".github")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file() and path.suffix not in {".pyc", ".json"}
]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_never_run_from_the_current_folder(path):
    """Whatever starts `-m` or `-c` of a Python says that it is to look nowhere here."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if re.search(r"""(python|sys\.executable)\S*.*[\s"']-[mc]\b""", line):
            assert re.search(r"""[\s"']-(I|P|EP)\b""", line), line


def test_the_traps_can_be_sprung(ada, walk, tmp_path):
    """A program that looks where it is started is caught at it, importing or reading."""
    assert len(module_names()) > 400
    for words in ("python -m pip list", "python -c 'import torch'", "cat .git/config"):
        with pytest.raises(AssertionError, match=r"importlib|torch|\.git/config"):
            walk(ada, shlex.split(words))
