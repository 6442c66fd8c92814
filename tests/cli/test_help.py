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
