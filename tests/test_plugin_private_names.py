"""A name that a library keeps to itself is missed when it is gone, at once and by name."""

import subprocess
import sys
from importlib.metadata import version

import pytest

KEPT_WITH_A_TEST = """
import hypothesis
given = hypothesis.given
def without(*strategies):
    def decorate(function):
        test = given(*strategies)(function)
        delattr(test, "{name}")
        return test
    return decorate
hypothesis.given = without
"""
MARKED_BY_SETTINGS = """
from hypothesis import settings
class Settings(settings):
    def __call__(self, test):
        return lambda: test()
import hypothesis
hypothesis.settings = Settings
"""
PROVIDERS = "from hypothesis.internal.conjecture import providers\n"
GONE = {
    "global_force_seed": "import hypothesis.core\ndel hypothesis.core.global_force_seed",
    "_get_local_constants": PROVIDERS + "del providers._get_local_constants",
    "CONSTANTS_CACHE": PROVIDERS + "del providers.CONSTANTS_CACHE",
    "cache": PROVIDERS + "providers.CONSTANTS_CACHE = {}",
    "_hypothesis_internal_settings_applied": MARKED_BY_SETTINGS,
    **{
        name: KEPT_WITH_A_TEST.format(name=name)
        for name in ("_hypothesis_internal_use_settings", "_hypothesis_internal_use_seed")
    },
}


def say(preparation, module):
    """What a Python of its own says when it imports a module after some preparation."""
    code = f"{preparation}\nimport {module}"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return told.stderr.strip().rpartition("\n")[2]


@pytest.mark.parametrize("name", GONE)
def test_hypothesis_without_a_name_is_refused(name):
    """The profile says which name is gone, and of which version."""
    said = say(GONE[name], "grader.plugin.profile")
    assert said.startswith(f"ImportError: this hypothesis, {version('hypothesis')}, has no {name},")


def test_pytest_without_a_name_is_refused():
    """So does what explains comparisons."""
    said = say(
        "from _pytest.assertion import util\ndel util._reprcompare", "grader.plugin.comparing"
    )
    assert said.startswith(f"ImportError: this pytest, {version('pytest')}, has no _reprcompare,")


@pytest.mark.parametrize("module", ["profile", "comparing"])
def test_what_is_installed_has_all_names(module):
    """Nothing is said of the libraries as they are."""
    assert say("", f"grader.plugin.{module}") == ""
