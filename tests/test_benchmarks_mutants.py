"""The command that counts the mutants made by machine: what it is told wrongly is told back."""

import pytest

from benchmarks import mutants


def test_a_solution_that_there_is_not_is_wrong_use(monkeypatch, capsys):
    """It was divided by no mutants, after the wall had been built."""
    monkeypatch.setattr("sys.argv", ["mutants", "hw2", "reference", "lops"])
    with pytest.raises(SystemExit) as ended:
        mutants.main()
    assert ended.value.code == 2
    assert "no right solution in Python: lops; there are" in capsys.readouterr().err
