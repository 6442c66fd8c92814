"""GitHub Actions obeys lines of its log: none in which a submission's words stand may be one.

What is printed meanwhile goes to one stream, since the runner reads two as they come, and stands
between marks that nobody can guess. What is an order of ours is kept until after them.
"""

from __future__ import annotations

import secrets
import sys
import traceback
from contextlib import contextmanager, redirect_stderr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def is_obeyed(environ: Mapping[str, str]) -> bool:
    """Whether somebody obeys what is printed."""
    return environ.get("GITHUB_ACTIONS") == "true"


def make_marks() -> tuple[str, str]:
    """Return the line from which on nothing is obeyed, and the one that ends it."""
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}", f"::{token}::"


@contextmanager
def mute_commands(environ: Mapping[str, str], say: Callable[[str], object]) -> Iterator[list[str]]:
    """Have no line obeyed that is printed inside; give a list for the lines to print after it."""
    orders: list[str] = []
    try:
        if is_obeyed(environ):
            with _between_marks(say):
                yield orders
        else:
            yield orders
    finally:
        for line in orders:
            say(line)


@contextmanager
def _between_marks(say: Callable[[str], object]) -> Iterator[None]:
    begin, end = make_marks()
    say(begin)
    try:
        with redirect_stderr(sys.stdout):
            yield
    except Exception as error:
        traceback.print_exc(file=sys.stdout)
        raise SystemExit(1) from error
    finally:
        say(end)
