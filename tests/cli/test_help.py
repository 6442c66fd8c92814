"""What `--help` shows, of every command there is."""

import click
import pytest
from click.testing import CliRunner

from grader.cli import main


def commands(command, words=()):
    """Yield the words of a command and of all below it."""
    yield words
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            yield from commands(command.get_command(click.Context(command), name), (*words, name))


@pytest.mark.parametrize("words", list(commands(main)), ids=" ".join)
def test_help_fits_a_terminal(words):
    """No line is longer than the 80 columns that a terminal has."""
    shown = CliRunner().invoke(main, [*words, "--help"], terminal_width=80)
    assert shown.exit_code == 0
    assert "Usage:" in shown.output
    assert [line for line in shown.output.splitlines() if len(line) > 80] == []


def test_an_empty_word_is_no_path_of_any_command():
    """`grader run hw2 "$FILE"` without a FILE is wrong use, and does not take what lies around."""
    found = []
    for words in commands(main):
        command = main
        for word in words:
            command = command.get_command(click.Context(command), word)
        found += [param for param in command.params if isinstance(param.type, click.Path)]
    assert len(found) > 15
    for param in found:
        with pytest.raises(click.BadParameter, match="the path is empty"):
            param.type.convert("", param, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", ""], "the name of the assignment is empty"),
        (["new", ""], "the name of the assignment is empty"),
        (["run", "hw2", "--isolation", "L9"], "there is no isolation level 'L9'; there are L3r"),
        (["class", "hw2", ".", "--isolation", "L9"], "there is no isolation level 'L9'"),
    ],
)
def test_what_names_nothing_is_wrong_use(words, said, tmp_path, monkeypatch):
    """It is told before anything runs, with the exit code of wrong use."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, said in done.output) == (2, True), done.output
    assert list(tmp_path.iterdir()) == []
