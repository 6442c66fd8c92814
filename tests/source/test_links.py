"""What was handed in is what lies there: a link is nobody's work, and nothing else is opened."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.assignment.folder import load_assignment
from grader.cli import main
from grader.cli.autograde import Site, autograde
from grader.release.archive import write_classroom50_bundle
from grader.release.new import make_assignment
from grader.release.student_repository import Kit
from grader.source.handin import MisuseError, Source, Unreadable, find_handin, load_handin
from tests.conftest import TINY

ACCEPTS = ("hw2.py", "hw2.ipynb")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def ada(tmp_path):
    """Make a class of two: bob has an answer, ada an empty folder."""
    for name in ("ada", "bob"):
        (tmp_path / "class" / name).mkdir(parents=True)
    (tmp_path / "class" / "bob" / "hw2.py").write_text("answer = 'bob'")
    return tmp_path / "class" / "ada"


def refusal(path):
    """Return why a path is wrong use, by looking for it and by reading it."""
    with pytest.raises(MisuseError) as caught:
        load_handin(find_handin(path, ACCEPTS, path.parent, {}), ACCEPTS)
    with pytest.raises(MisuseError):
        load_handin(path, ACCEPTS)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "aim"),
    [
        ("hw2.py", "../bob"),
        ("hw2.py", "../bob/hw2.py"),
        ("hw2.py", "real.txt"),
        ("hw2.py", "gone.py"),
        ("hw2.py", "hw2.py"),
        ("hw2.py", "/dev/zero"),
        ("hw2.py", "/dev/stdin"),
        ("hw2.ipynb", "../bob/hw2.py"),
        ("other.py", "../bob/hw2.py"),
        ("other.py", "../bob"),
    ],
)
def test_a_link_is_not_graded(ada, name, aim):
    """Neither in its folder nor by its own path, wherever it leads."""
    (ada / "real.txt").write_text("answer = 'ada'")
    (ada / name).symlink_to(aim)
    words = f"{name} is a link, and no link is graded: hand in the file itself"
    assert words in refusal(ada)
    assert words in refusal(ada / name)


@pytest.mark.parametrize("end", ["", "/", "/."])
def test_a_link_to_a_folder_is_not_graded(ada, end):
    """A student's folder that is another's is refused however it is written."""
    ada.rmdir()
    ada.symlink_to("bob")
    assert "ada is a link" in refusal(Path(f"{ada}{end}"))
    with pytest.raises(MisuseError, match="ada is a link"):
        find_handin(None, ACCEPTS, ada.parent, {"GRADER_SUBMISSION": f"{ada}{end}"})


def test_the_sample_may_be_no_link_either(ada):
    """What is graded where nothing was named is submission/ itself."""
    (ada.parent / "submission").symlink_to("bob")
    with pytest.raises(MisuseError, match="submission is a link"):
        find_handin(None, ACCEPTS, ada.parent, {})


def test_links_above_what_was_named_are_followed(ada):
    """Where a class lies is up to whoever grades it."""
    (ada / "hw2.py").write_text("answer = 'ada'")
    (ada.parents[1] / "term").symlink_to("class")
    for path in (ada.parents[1] / "term" / "ada", ada.parents[1] / "term" / "ada" / "hw2.py"):
        assert load_handin(path, ACCEPTS).cells[0].text == "answer = 'ada'"


def test_a_second_name_of_a_file_is_a_file(ada):
    """A hard link cannot be told from the file, and is one."""
    (ada / "hw2.py").hardlink_to(ada.parent / "bob" / "hw2.py")
    assert isinstance(load_handin(ada, ACCEPTS), Source)


@pytest.mark.parametrize("path", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "/proc/self/exe"])
def test_a_path_that_is_not_the_same_for_everybody_is_refused(path):
    """What a process calls its own input is a link to the kernel."""
    if os.path.lexists(path):
        assert "is a link" in refusal(Path(path))


def test_a_pipe_by_its_own_path_does_not_hang(ada):
    """A pipe, named itself, is no file, and is not waited for."""
    os.mkfifo(ada / "hw2.py")
    found = load_handin(ada / "hw2.py", ACCEPTS)
    assert isinstance(found, Unreadable)
    assert "is a pipe, a socket or a device where a file is expected" in found.sentence


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK])
def test_a_device_is_not_opened(ada, kind, monkeypatch):
    """Opening a device may do something, so it is not tried."""
    (ada / "notes").write_text("")
    os.mknod(ada / "hw2.py", 0o600 | kind, os.makedev(1, 5))
    opened, real = [], os.open
    monkeypatch.setattr(
        os, "open", lambda path, *a, **k: opened.append(path) or real(path, *a, **k)
    )
    for path in (ada, ada / "hw2.py"):
        assert "a device where a file is" in load_handin(path, ACCEPTS).sentence
    assert "hw2.py" not in {Path(path).name for path in opened}


def swapped_when_opened(monkeypatch, path, aim):
    """Put a link in a path's place when it is about to be opened."""
    real = os.open

    def late(opened, *args, **more):
        if Path(opened).name == path.name and not path.is_symlink():
            path.rename(path.with_name("before"))
            path.symlink_to(aim)
        return real(opened, *args, **more)

    monkeypatch.setattr(os, "open", late)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("aim", ["../bob/hw2.py", "../bob"])
def test_a_file_that_becomes_a_link_is_not_followed(ada, monkeypatch, whole, aim):
    """A link put there between the look and the reading is refused."""
    (ada / "hw2.py").write_text("answer = 'ada'")
    swapped_when_opened(monkeypatch, ada / "hw2.py", aim)
    with pytest.raises(MisuseError, match=r"hw2\.py is a link"):
        load_handin(ada if whole else ada / "hw2.py", ACCEPTS)


def test_a_folder_that_becomes_a_link_is_not_followed(ada, monkeypatch):
    """Nor is one put in the place of the folder."""
    (ada / "hw2.py").write_text("answer = 'ada'")
    swapped_when_opened(monkeypatch, ada, "bob")
    with pytest.raises(MisuseError, match="ada"):
        load_handin(ada, ACCEPTS)


def test_a_folder_is_read_where_it_was_opened(ada, monkeypatch):
    """When another takes its place while it is listed, what was listed is what is read."""
    (ada / "hw2.py").write_text("answer = 'ada'")
    real = os.listdir

    def late(folder):
        names = real(folder)
        if not ada.with_name("moved").exists():
            ada.rename(ada.with_name("moved"))
            ada.with_name("bob").rename(ada)
        return names

    monkeypatch.setattr(os, "listdir", late)
    assert load_handin(ada, ACCEPTS).cells[0].text == "answer = 'ada'"


@pytest.mark.parametrize("aim", ["../bob", "../bob/tiny.py", "../bob/assignment.toml"])
def test_a_linked_submission_ends_with_2_and_no_grade(ada, tmp_path, monkeypatch, aim):
    """`grader run` says it in one sentence and writes nothing; pytest refuses as well."""
    (ada.parent / "bob" / "tiny.py").write_bytes((TINY / "submission" / "tiny.py").read_bytes())
    (ada / "tiny.py").symlink_to(aim)
    monkeypatch.chdir(ada)
    for path in ("tiny.py", "."):
        words = ["run", str(TINY), path, "--json", "grade.json", "--to", "html"]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 2
        assert done.output == "tiny.py is a link, and no link is graded: hand in the file itself\n"
        assert [file.name for file in ada.iterdir()] == ["tiny.py"]
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(TINY)]
    words += [f"--submission={ada}", f"--grade-json={ada / 'grade.json'}"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "tiny.py is a link" in done.stderr
    assert [file.name for file in ada.iterdir()] == ["tiny.py"]


@pytest.fixture
def fresh(tmp_path):
    """Make a new assignment, hw3."""
    make_assignment(tmp_path / "autograder" / "source" / "course" / "hw3")
    return load_assignment(tmp_path / "autograder" / "source" / "course" / "hw3")


@pytest.mark.parametrize(
    "aim", ["../source/course/hw3/reference/hw3.py", "../source/course/hw3/reference"]
)
def test_gradescope_grades_no_link(fresh, tmp_path, aim):
    """A link to the reference in what was uploaded earns nothing, and the output says why."""
    site = Site(tmp_path / "autograder")
    (site.root / "submission").mkdir()
    (site.root / "submission" / "hw3.py").symlink_to(aim)
    assert autograde(site, fresh.folder) == 2
    found = json.loads(site.results.read_text())
    assert found["score"] == 0
    assert sum(test["max_score"] for test in found["tests"]) == fresh.max_score
    assert "hw3.py is a link" in found["output"].replace("\\", "")


@pytest.mark.parametrize("aim", ["../other/hw3.py", "../other", "../nowhere"])
def test_classroom50_grades_no_link(fresh, tmp_path, aim):
    """A link in a checkout is a result of nothing, with a sentence, whatever lay there before."""
    write_classroom50_bundle(fresh, tmp_path / "bundle", Kit("torchmarks==0.1.0"))
    for name in ("checkout", "other"):
        (tmp_path / name).mkdir()
    answer = fresh.folder / "reference" / "hw3.py"
    (tmp_path / "other" / "hw3.py").write_bytes(answer.read_bytes())
    (tmp_path / "checkout" / "hw3.py").symlink_to(aim)
    (tmp_path / "checkout" / "result.json").write_text('{"score": 7000}')
    names = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "OWNER", "ASSIGNMENT_TYPE")
    environ = dict.fromkeys((*names, "COMMIT_URL", "RELEASE_URL", "REVIEW_URL"), "x")
    done = subprocess.run(
        [sys.executable, tmp_path / "bundle" / "autograder.py"],
        cwd=tmp_path / "checkout",
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "hw3.py is a link" in done.stdout
    assert json.loads((tmp_path / "checkout" / "result.json").read_text())["score"] == 0
