"""A program that reads and prints: it is run with lines to read and words to start it with."""

import io
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any


class _Written(io.BytesIO):
    """What is written to a stream, also once the program has closed it."""

    def __init__(self) -> None:
        super().__init__()
        self.stream = io.TextIOWrapper(self, "utf-8", "backslashreplace", write_through=True)

    def close(self) -> None:
        """Keep what was written."""

    def text(self) -> str:
        """Return it all."""
        return self.getvalue().decode("utf-8", "replace")


def run(function: Callable[[], object], name: str, stdin: str, args: list[str]) -> dict[str, Any]:
    """Call a program's function; return what it wrote, and the code it would end with.

    ``sys.exit`` ends it as it ends a program. Where it raises, what it had written goes to where a
    worker's prints go.
    """
    out, err = _Written(), _Written()
    before = sys.stdin, sys.argv
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")
    sys.argv = [name, *args]
    code: object = 0
    try:
        with redirect_stdout(out.stream), redirect_stderr(err.stream):
            function()
    except SystemExit as end:
        code = end.code
    except BaseException:
        print(out.text() + err.text(), end="", flush=True)  # noqa: T201 - it is told
        raise
    finally:
        sys.stdin, sys.argv = before
    if code is not None and type(code) is not int:
        err.write(f"{code}\n".encode())
        code = 1
    return {"stdout": out.text(), "stderr": err.text(), "exit": code or 0}
