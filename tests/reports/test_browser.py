"""The page in a browser: axe-core finds nothing, no word is broken, nothing is from elsewhere."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from grader.assignment.folder import load_assignment
from grader.assignment.suite import load_suite
from grader.grade.result import Verdict
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.reports.record import parse_json
from grader.reports.webpage import render_webpage
from tests.reports.grades import a_check, a_grade
from tests.submissions import HERE

pytestmark = pytest.mark.slow
BROWSE = Path(__file__).with_name("browse.mjs")
RECORDS = Path(__file__).with_name("records")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
SAMPLES = {"hw1": "early_stop_from_one", "hw2": "taylor_without_half", "hw3": "conv2d_turned"}
FEW = {
    "hw1": {"test_early_stop_keeps_the_best_epoch", "test_diagnose_names_the_cause"},
    "hw2": {"test_taylor_of_a_quadratic_is_the_quadratic", "test_arguments_are_left_alone"},
    "hw3": {"test_conv2d_of_one_point", "test_conv2d_is_exact", "test_pool2d_keeps_the_largest"},
}
"""Checks that are run of a sample; the page has a line for each of the others."""


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """The folder with axe-core and what drives the browser, fetched from npm."""
    for program, name in (("node", "Node.js"), ("npm", "npm")):
        if not shutil.which(program):
            pytest.skip(f"needs {name}, by which axe-core is run")
    if not CHROMIUM:
        pytest.skip("needs Chromium, in which the pages are opened")
    folder = tmp_path_factory.mktemp("npm")
    words = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder]
    words += ["axe-core@4", "puppeteer-core@24"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"npm could not fetch axe-core: {done.stderr.strip().splitlines()[-1]}")
    return folder / "node_modules"


def sample(name):
    """Grade a wrong solution, with pictures of what it lost."""
    assignment = load_assignment(HERE.parent / "assignments" / name)
    assert FEW[name] <= {check.name for check in load_suite(assignment).checks}
    path = HERE / "mutants" / name / f"{SAMPLES[name]}.py"
    options = GradingOptions(seed=1, pictures=True)
    return grade_submission(assignment, path, options=options, select=frozenset(FEW[name]))


def pages():
    """Grades by name: samples of each homework, old ones, and one that has everything."""
    found = {name: sample(name) for name in SAMPLES}
    for path in RECORDS.glob("*.json"):
        found[path.stem] = parse_json(path.read_bytes())
    long = a_check("test_" + "Letters" * 25, Verdict.wrong, sentence="It holds.")
    return {**found, "everything": a_grade(), "long": a_grade(long)}


def test_a_page_is_read_by_everybody(modules, tmp_path):
    """In light and dark, on a telephone and on a desk."""
    for name, grade in pages().items():
        (tmp_path / f"{name}.html").write_text(render_webpage(grade), encoding="utf-8")
    files = sorted(map(str, tmp_path.glob("*.html")))
    words = ["node", str(BROWSE), str(modules), CHROMIUM, "", *files]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told) == 4 * len(files)
    for page in told:
        assert not page["violations"], page
        assert not page["broken"], page
        assert not page["elsewhere"], page
        assert page["beyond"] <= 0, page


def test_what_is_wrong_with_a_page_is_found(modules, tmp_path):
    """A picture without words, grey on grey, a word that is broken, a table that is too wide."""
    (tmp_path / "bad.html").write_text(
        "<html lang='en'><title>bad</title><main><img src='data:,'>"
        "<p style='color: #999; background: #aaa'>grey</p>"
        "<p style='width: 2em; overflow-wrap: anywhere'>unbreakable</p>"
        "<p style='width: 2000px'>wide</p></main>"
    )
    words = ["node", str(BROWSE), str(modules), CHROMIUM, "", str(tmp_path / "bad.html")]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=600)
    for page in json.loads(done.stdout):
        assert {"image-alt", "color-contrast"} <= {one["id"] for one in page["violations"]}
        assert page["broken"] == ["unbreakable"]
        assert page["beyond"] > 0
