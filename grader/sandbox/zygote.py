"""The zygote, seen from the grader: started once, forks workers on request."""

import contextlib
import json
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Self

from grader.sandbox import visible_paths
from grader.sandbox.levels import IsolationError, Level, StartTimeoutError
from grader.sandbox.scratch import Scratch
from grader.sandbox.wire import readable
from grader.sandbox.zygote_client import MESSAGE, ZygoteClient
from grader.text import clean

_START_SECONDS = 120
_LEAVE_SECONDS = 5
_LAUNCHER = Path(__file__).parents[1] / "inside" / "launch.py"


class Zygote(ZygoteClient):
    """One process behind the wall that has everything imported and holds no secret.

    It ends when its control socket closes, however the grader ended. Safe to use from
    several threads.
    """

    def __init__(
        self,
        level: Level,
        process: subprocess.Popen[bytes],
        control: socket.socket,
        scratch: Scratch,
        words: IO[bytes],
    ) -> None:
        super().__init__(level, process.pid, control, scratch)
        self.process, self._words = process, words

    @classmethod
    def launch(
        cls,
        level: Level,
        *,
        notebooks: bool,
        packages: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
    ) -> Self:
        """Start a zygote at a level without waiting for it; ``ready`` waits."""
        scratch = Scratch(inside=level.roots, each=not level.namespaces, passable=level.uids > 1)
        # Keeps messages apart.
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        words = tempfile.TemporaryFile()  # noqa: SIM115 - read and closed by ready()
        command = [*level.command(scratch.root), str(_LAUNCHER), str(theirs.fileno())]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            env={**level.environment(scratch.root), **(environment or {})},
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the grader, which then ends us
        )
        theirs.close()
        settings = {
            "wall": level.wall(),
            "notebooks": notebooks,
            "packages": sorted({*packages, *(["torch"] if level.device == "cuda" else [])}),
            "sites": visible_paths.sites(),
        }
        with contextlib.suppress(OSError):  # then ready() says that it ended at once
            ours.send(json.dumps(settings).encode(), socket.MSG_NOSIGNAL)
        return cls(level, process, ours, scratch, words)

    def ready(self) -> Self:
        """Wait until everything is imported.

        Raises IsolationError if the level failed, StartTimeoutError if it takes too long.
        """
        message = self._message(_START_SECONDS)
        if message is None or "failed" in message:
            late = message is None and self.process.poll() is None and not self._spoke()
            reason = message["failed"] if message else self._last_words()
            self.close()
            if late:
                raise StartTimeoutError(f"{self.level.name}: not ready within {_START_SECONDS} s")
            raise IsolationError(f"{self.level.name}: {reason}")
        self._leave_message()
        self._words.close()
        return self

    def close(self) -> None:
        """End the zygote and with it every worker; returns when they are gone."""
        self._words.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        with contextlib.suppress(OSError), self._lock:
            self.control.shutdown(socket.SHUT_WR)
            # The last process in there closes it.
            while readable(self.control.fileno(), _LEAVE_SECONDS) and self.control.recv(MESSAGE):
                pass
        self.control.close()
        self.scratch.close()

    def _last_words(self) -> str:
        """Why it ended before it could say so itself: the last line of what it wrote to us."""
        self._words.seek(0)
        lines = self._words.read(MESSAGE).decode(errors="replace").strip().splitlines()
        return f"it ended at once: {clean(lines[-1], 300)}" if lines else "it ended at once"

    def _spoke(self) -> bool:
        """Whether there is an answer, or the end of the line, to be read by now."""
        return readable(self.control.fileno())
