"""The kit's own wheel: made of what is installed, wherever a command is started."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

import grader
from grader.cli import main
from grader.release.new import make_assignment
from grader.release.wheel import WheelError, make_wheel

PACKAGE = Path(grader.__file__).parent
PIP = [sys.executable, "-I", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Install the kit without its source, as the README's first command does."""
    folder = tmp_path_factory.mktemp("installed")
    wheel = make_wheel(folder)
    subprocess.run([*PIP, "--target", folder / "site", wheel], check=True, cwd=folder)
    return folder / "site", wheel


def run(site, folder, *words):
    """Run a command of the kit that is installed there."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "GRADER"))}
    where = f"import sys; sys.path.insert(0, {str(site)!r}); from grader.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", where, *map(str, words)],
        cwd=folder,
        env={**environ, "TORCHMARKS_SECRET": "s" * 32},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_holds_the_package_and_nothing_else(installed):
    """Every file of the package, templates and pages too; no cache, no assignment, no answer."""
    _, wheel = installed
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("grader/")}
    there = {
        str(path.relative_to(PACKAGE.parent))
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == there
    rest = set(zipfile.ZipFile(wheel).namelist()) - held
    assert {name.partition("/")[2] for name in rest} == {
        *("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"),
    }


def test_it_is_the_same_every_time(installed, tmp_path):
    """Made again, and made of what was installed from it, it has the same bytes."""
    site, wheel = installed
    assert make_wheel(tmp_path).read_bytes() == wheel.read_bytes()
    make_assignment(tmp_path / "hw3")
    done = run(site, tmp_path, "release", tmp_path / "hw3", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "wheels" / wheel.name).read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize("kind", ["gradescope", "classroom50"])
def test_packages_need_no_source_either(installed, tmp_path, kind):
    """After the README's first command an upload can be made, in whatever folder one is."""
    site, wheel = installed
    make_assignment(tmp_path / "hw3")
    done = run(site, tmp_path, "package", kind, tmp_path / "hw3", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    held = zipfile.ZipFile(out).namelist() if out.is_file() else os.listdir(out / "wheels")
    assert wheel.name in {Path(name).name for name in held}


def test_what_is_not_whole_makes_no_wheel(installed, tmp_path):
    """Without what describes the kit there is a sentence, and the command that helps."""
    site, _ = installed
    broken = shutil.copytree(site, tmp_path / "site")
    make_assignment(tmp_path / "hw3")
    (info,) = broken.glob("*.dist-info")
    (info / "METADATA").unlink()
    words = ["release", tmp_path / "hw3", tmp_path / "out"]
    done = run(broken, tmp_path, *words)
    assert done.returncode == 2
    assert "METADATA" in done.stderr
    assert "name a wheel with --wheel" in done.stderr.replace("\n", " ")


def test_where_nothing_is_installed_the_command_is_told(tmp_path, monkeypatch):
    """A checkout that is run without being installed says how to make a wheel."""

    def find_nothing(name):
        raise grader.release.wheel.PackageNotFoundError(name)

    monkeypatch.setattr("grader.release.wheel.distribution", find_nothing)
    with pytest.raises(WheelError, match=r"python3 -I -m pip wheel --no-deps -w wheels \."):
        make_wheel(tmp_path)


def test_a_place_that_is_taken_is_found_before_a_wheel_is_made(tmp_path, monkeypatch):
    """Nobody waits for a wheel that has nowhere to go."""
    make_assignment(tmp_path / "hw3")
    (tmp_path / "out").write_text(json.dumps("mine"))
    monkeypatch.setattr("grader.release.wheel.make_wheel", None)
    for words in (["release"], ["package", "classroom50", "-o"]):
        command = [*words[:2], str(tmp_path / "hw3"), *words[2:], str(tmp_path / "out")]
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 2, done.exception
        assert "exists" in done.output


@pytest.mark.parametrize(
    "name", ["secret.txt", "torchmarks.whl", "torchmarks-0.1.0-py3-none-any.whl"]
)
def test_what_is_no_wheel_of_ours_is_refused(installed, tmp_path, name):
    """Nobody is sent a file that pip cannot install, whatever it is called."""
    (tmp_path / name).write_bytes(b"no wheel")
    make_assignment(tmp_path / "hw9")
    words = ["release", str(tmp_path / "hw9"), str(tmp_path / "out"), "--wheel"]
    done = CliRunner().invoke(main, [*words, str(tmp_path / name)])
    assert (done.exit_code, "is no wheel of torchmarks" in done.output) == (2, True), done.output
    assert not (tmp_path / "out").exists()
    done = CliRunner().invoke(main, [*words, str(installed[1])])
    assert done.exit_code == 0, done.output
