"""What of the machine's files a worker may read: this Python, its libraries, and what we show it.

Every path is given by where it really is, and the links on the way to it are made again,
since a Python remembers the names by which it was started.
"""

import importlib.util
import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64")
DATA = ("/usr/share/fonts", "/usr/share/matplotlib", "/usr/share/zoneinfo")
ALWAYS = ("/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
SYSTEM = (*LIBRARIES, *DATA, *ALWAYS)
"""What a Python needs of the machine: each file that workers can read can carry their notes."""
WHOLE_SYSTEM = ("/usr", "/bin", "/sbin", *ALWAYS)
"""The same where programs are started, or a GPU's driver looks for its own."""
_SHARED_PREFIXES = ("/", "/usr", "/usr/local")
_NEEDED = ("torch", "numpy", "IPython")
_MOST_LINKS = 40  # the kernel follows no more

Place = tuple[str, ...]


@cache
def interpreter() -> tuple[str, ...]:
    """The folders of this Python and of its environment, or its program alone; links resolved."""
    prefixes = {os.path.realpath(p) for p in (sys.prefix, sys.base_prefix, sys.base_exec_prefix)}
    own = sorted(p for p in prefixes if p not in _SHARED_PREFIXES and not below(p, SYSTEM))
    itself = os.path.realpath(program())
    return tuple(own if below(itself, own) else [*own, itself])


@cache
def sites() -> tuple[str, ...]:
    """Folders outside of this Python from which it imports what workers need."""
    known = [*interpreter(), *SYSTEM]
    found = []
    for name in _NEEDED:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin:
            folder = os.path.dirname(os.path.dirname(spec.origin))
            if not below(os.path.realpath(folder), known) and folder not in found:
                found.append(folder)
    return tuple(found)


def libraries() -> list[str]:
    """Folders of the grader's ``LD_LIBRARY_PATH``, which a CUDA installation may need."""
    paths = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    return [path for path in paths if os.path.isabs(path) and os.path.isdir(path)]


def gpu_in_use() -> str:
    """The number or name of the first GPU that the grader was given."""
    return os.environ.get("CUDA_VISIBLE_DEVICES", "").partition(",")[0].strip() or "0"


def gpu_environment() -> dict[str, str]:
    """What a worker needs to find the libraries and the one GPU on which its memory is bounded."""
    return {
        "LD_LIBRARY_PATH": ":".join(libraries()),
        "CUDA_DEVICE_ORDER": os.environ.get("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),
        "CUDA_VISIBLE_DEVICES": gpu_in_use(),
        "NVIDIA_TF32_OVERRIDE": "0",  # or it multiplies float32 with ten bits of mantissa
    }


def environment(device: str, folder: str) -> dict[str, str]:
    """All that a worker knows of the outside: nothing is inherited."""
    gpu = gpu_environment() if device == "cuda" else {"CUDA_VISIBLE_DEVICES": ""}
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": folder,
        "TMPDIR": folder,
        "USER": "student",
        "LC_ALL": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        **gpu,
    }


def program() -> str:
    """Path of the Python to start, its environment included; FileNotFoundError if there is none."""
    inside_prefix = os.path.join(
        os.path.realpath(sys.prefix), "bin", os.path.basename(sys.executable)
    )
    for path in (inside_prefix, sys.executable):
        if path and os.access(path, os.X_OK):
            return path
    raise FileNotFoundError("this Python does not know its own program")


def names_of_python() -> list[str]:
    """Every path by which this Python may look for its own files."""
    base = getattr(sys, "_base_executable", "") or sys.executable
    return [
        sys.prefix,
        sys.exec_prefix,
        sys.base_prefix,
        sys.base_exec_prefix,
        sys.executable,
        base,
    ]


def links_to(path: str) -> Iterator[Place]:
    """The symbolic links on the way to an absolute path, as places."""
    at, rest = "/", path.split("/")[::-1]
    for _ in range(_MOST_LINKS * 32):
        if not rest:
            return
        part = rest.pop()
        if part in ("", "."):
            continue
        step = os.path.dirname(at) if part == ".." else os.path.join(at, part)
        if part != ".." and os.path.islink(step):
            target = os.readlink(step)
            yield ("link", step, target)
            at = "/" if target.startswith("/") else at
            rest += target.split("/")[::-1]
        else:
            at = step


def in_order(places: Iterable[Place]) -> list[Place]:
    """Parents before what lies in them, each place once, so that the deeper one decides."""
    return sorted(dict.fromkeys(places), key=lambda place: place[1].count("/"))


def below(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of the folders, or in one of them."""
    return any(Path(path).is_relative_to(folder) for folder in folders)


def closed_to_others(path: str) -> str | None:
    """The first folder on the way to a path that others cannot pass; None if there is none."""
    for folder in [*reversed(Path(path).parents), Path(path)]:
        if folder.exists() and not folder.stat().st_mode & 0o001:
            return str(folder)
    return None


def why_unreadable(folder: str) -> str:
    """Say why workers could not read a folder, and what would help; "" if they can.

    Those that root starts are other users. A umask of 077 closes to them what root makes.
    """
    if os.geteuid() != 0:
        return ""
    for at, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__pycache__"))]
        wanted = [(at, 0o005), *((os.path.join(at, name), 0o004) for name in files)]
        for path, mode in wanted:
            if os.stat(path).st_mode & mode != mode:
                return (
                    f"{path} is closed to others, and what root grades runs as another user; "
                    f"this opens it: chmod -R o+rX {shlex.quote(folder)}"
                )
    return ""
