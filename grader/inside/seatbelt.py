"""macOS's own sandbox, by ``sandbox_init``. Written from its documentation; never tried.

The profile language is that of the files in ``/System/Library/Sandbox/Profiles``. What is
not allowed is denied: programs, processes, sockets, other folders, signals to others.
"""

import ctypes

_RULES = """
(version 1)
(deny default)
(allow file-read-metadata)
(allow file-read* (literal "/dev/null") (literal "/dev/urandom") (literal "/dev/random") {read})
(allow file-write* (literal "/dev/null") (subpath {folder}))
(allow file-read* (subpath {folder}))
(allow sysctl-read)
(allow process-info* (target self))
(allow signal (target self))
(deny process-fork)
(deny process-exec)
(deny network*)
"""
SYSTEM = (
    "/usr/lib",
    "/usr/share",
    "/System/Library",
    "/Library/Preferences/Logging",
    "/private/var/db/timezone",
)


def profile(read: list[str], folder: str) -> str:
    """The rules for a worker that reads below ``read`` and writes below ``folder``."""
    paths = " ".join(f"(subpath {_quoted(path)})" for path in [*SYSTEM, *read])
    return _RULES.format(read=paths, folder=_quoted(folder))


def enter(rules: str) -> None:
    """Lock this process in for good. Raises OSError with the sandbox's own words."""
    sandbox = ctypes.CDLL("/usr/lib/libsandbox.1.dylib")
    problem = ctypes.c_char_p()
    if sandbox.sandbox_init(rules.encode(), ctypes.c_uint64(0), ctypes.byref(problem)):
        raise OSError((problem.value or b"sandbox_init failed").decode(errors="replace"))


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
