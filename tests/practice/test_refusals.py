"""Practice without a wall does not start where there is something to hide."""

from dataclasses import replace

import pytest

from grader.practice.refusals import PracticeRefusedError, require_nothing_hidden

HIDDEN = {
    "hidden checks": "test_small_hidden.py",
    "what hidden checks use": "inner/workload_hidden.py",
    "the judge": "judge.py",
    "a secret in the folder": "secret",
}


def test_a_students_repository_is_practised_in(small, tmp_path):
    """There is nothing to hide in it."""
    require_nothing_hidden(small, {}, tmp_path)


@pytest.mark.parametrize("case", HIDDEN)
def test_what_lies_in_the_folder_is_named(small, tmp_path, case):
    """Whatever could be read keeps practice from starting, by its name."""
    path = small.folder / HIDDEN[case]
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    with pytest.raises(PracticeRefusedError, match=path.name):
        require_nothing_hidden(small, {}, tmp_path)


def test_a_reference_and_a_secret_are_reasons_too(small, tmp_path):
    """A reference wherever it lies, a secret in the environment or in the user's settings."""
    with pytest.raises(PracticeRefusedError, match=r"answers\.py"):
        require_nothing_hidden(replace(small, reference=tmp_path / "answers.py"), {}, tmp_path)
    with pytest.raises(PracticeRefusedError, match="TORCHMARKS_SECRET"):
        require_nothing_hidden(small, {"TORCHMARKS_SECRET": "x" * 20}, tmp_path)
    (tmp_path / "secret").write_text("x" * 20)
    with pytest.raises(PracticeRefusedError, match="secret"):
        require_nothing_hidden(small, {}, tmp_path)
