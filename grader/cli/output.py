"""Standard output that may fail under a command whose work must not end for it."""

from __future__ import annotations

import codecs
import io
import os
import sys
from contextlib import contextmanager, suppress
from errno import EPIPE
from io import UnsupportedOperation
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

_UNHEARD = 2
_SPELLED = {"✓": "+", "✗": "x", "…": "...", "–": "-", "“": '"', "”": '"', "→": "->", "½": "1/2"}
"""What is often printed, in letters that every encoding has."""
_ERRORS = "torchmarks-spell"


class StandardOutput:
    """Standard output, as on a disk that is full or into a pipe that nobody reads any more.

    What cannot be written is noted once, and from then on all that is printed goes nowhere.
    """

    def __init__(self) -> None:
        self.unheard: OSError | None = None

    def write(self, text: str) -> int:
        """Write, or note why that cannot be done."""
        with self._noted():
            sys.stdout.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, or note why that cannot be done."""
        with self._noted():
            sys.stdout.flush()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a file has
        return getattr(sys.stdout, name)

    def console(self, **options: Any) -> Console:  # noqa: ANN401 - as Console's own
        """Return a console that prints here."""
        from rich.console import Console  # noqa: PLC0415 - keeps --help quick

        return Console(file=cast("IO[str]", self), **options)

    def exit_code(self, code: int, complain: Callable[[str], object]) -> int:
        """Return an exit code, or another where what was told could not be printed."""
        if self.unheard is None or self.unheard.errno == EPIPE:
            return code
        complain(f"what is printed cannot be written: {self.unheard.strerror}")
        return _UNHEARD

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.unheard = error
            silence()


def prepare_streams() -> None:
    """Have all that is printed go somewhere: what an encoding lacks is spelled, as ✓ is in Latin-1.

    A stream that was closed before the start is one that nobody hears.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - as below
    codecs.register_error(_ERRORS, _spell)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors=_ERRORS)


def _spell(error: UnicodeError) -> tuple[str, int]:
    """Return other letters for those that cannot be encoded, as codecs ask for them."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    spelled = (_SPELLED.get(one) or ascii(one)[1:-1] for one in lacking)
    return "".join(spelled), error.end


def silence() -> None:
    """Have nobody hear what is printed from now on: what was printed to is gone."""
    with (
        suppress(UnsupportedOperation),  # it is no file
        open(os.devnull, "wb") as nowhere,  # noqa: PTH123 - of a name that is no path
    ):
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
