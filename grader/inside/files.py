"""The files that a submission finds in its working folder: the assignment's, and its own."""

import contextlib
import os
import sys

import numpy as np


def lay_out(
    public: list[str], handed: list[tuple[str, np.ndarray]], linked: dict[str, str]
) -> None:
    """Write what was handed in beside the submission; link to what the assignment gives.

    That is all that lies in its ``public`` folders, and what is ``linked`` by a name.

    A name that was handed in goes first, as it does where the student works.
    """
    for name, data in handed:
        with contextlib.suppress(OSError), open(name, "xb") as file:
            file.write(data.tobytes())
    for name, folder in linked.items():
        with contextlib.suppress(FileExistsError):
            _link(folder, name)
    for folder in public:
        with contextlib.suppress(OSError):
            for name in sorted(os.listdir(folder)):
                with contextlib.suppress(FileExistsError):
                    _link(os.path.join(folder, name), name)


def _link(there: str, name: str) -> None:
    """Have a file or folder found by a name here: Windows lets anybody join folders, and no more.

    A file is copied there. Raises FileExistsError.
    """
    if sys.platform != "win32":
        os.symlink(there, name)
    elif os.path.isdir(there):
        import _winapi  # noqa: PLC0415 - Windows alone has it

        _winapi.CreateJunction(there, name)
    else:
        with open(there, "rb") as file, open(name, "xb") as copy:
            copy.write(file.read())


def modules() -> set[str]:
    """Names of the modules that were written to the working folder."""
    return {
        entry.name.removesuffix(".py")
        for entry in os.scandir()
        if entry.name.endswith(".py") and not entry.is_symlink()
    }
