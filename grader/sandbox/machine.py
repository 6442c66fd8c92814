"""Facts about this machine: its processor, what bears on its isolation, and what would raise it."""

from __future__ import annotations

import glob
import os
import platform
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from grader.inside import landlock

_SWITCHES = (
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
    ("user/max_user_namespaces", "0", "user.max_user_namespaces=15000"),
)
_IN_DOCKER = (
    "start the container with `docker run --security-opt seccomp=unconfined "
    "--security-opt apparmor=unconfined --security-opt systempaths=unconfined` and an ordinary user"
)


def processor() -> str:
    """Return the name of the processor, as far as the system tells it."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        line = next(line for line in lines if line.startswith("model name"))
        return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def facts() -> dict[str, str]:
    """What `grader doctor` shows below the levels: name and value, both for people."""
    return {
        "system": f"{platform.system()} {platform.release()} on {platform.machine()}",
        "user": _user(),
        "container": _container() or "none seen",
        "landlock": _landlock(),
        "namespaces": ", ".join(sorted(_namespaces())) or "none",
        "cgroup": _cgroup(),
        "processors": f"{_processors()} to use",
        "python": f"{platform.python_version()} at {sys.prefix}",
        "torch": _torch(),
        "gpu": _gpu(),
        "bwrap": shutil.which("bwrap") or "not installed",
    }


def advice(holds: list[str]) -> str:
    """Return the one thing that would raise the isolation here, or '' where nothing would.

    ``holds`` are the names of the levels that were proved.
    """
    if "L3r" in holds or "L3" in holds:
        return ""
    for name, closed, setting in _SWITCHES:
        if _read(f"/proc/sys/{name}") == closed:
            return f"sudo sysctl {setting}"
    if _landlock() == "none":
        return "boot with Landlock: add `lsm=landlock,yama,apparmor` to the kernel's command line"
    return _IN_DOCKER if _container() else ""


def _processors() -> int:
    return len(os.sched_getaffinity(0))


def _user() -> str:
    if os.getuid() == 0:
        return "root: each worker gets a user of its own"
    sudo = shutil.which("sudo")
    able = sudo and subprocess.call([sudo, "-n", "true"], stderr=subprocess.DEVNULL) == 0  # noqa: S603 - by its own path
    more = "; sudo needs no password: as root there is L3r" if able else ""
    return f"{os.getuid()}, an ordinary user{more}"


def _container() -> str:
    if os.path.exists("/.dockerenv"):
        return "Docker"
    words = _read("/proc/1/environ") + _read("/run/systemd/container")
    return next(
        (name for name in ("podman", "lxc", "docker", "systemd-nspawn") if name in words), ""
    )


def _landlock() -> str:
    version = landlock.version()
    return f"version {version}" if version else "none"


def _namespaces() -> set[str]:
    folder = Path("/proc/self/ns")
    return (
        {path.name.removesuffix("_for_children") for path in folder.iterdir()}
        if folder.is_dir()
        else set()
    )


def _cgroup() -> str:
    own = next(
        (line[3:] for line in _read("/proc/self/cgroup").splitlines() if line.startswith("0::")),
        None,
    )
    if own is None:
        return "none"
    folder = Path("/sys/fs/cgroup") / own.strip("/")
    delegated = os.access(folder / "cgroup.procs", os.W_OK)
    return f"version 2 at {own}{', delegated to this user' if delegated else ''}; not used"


def _torch() -> str:
    import torch  # noqa: PLC0415 - a second or two, for `grader doctor` alone

    return f"{torch.__version__}, {torch.get_num_threads()} threads in the grader, one in a worker"


def _gpu() -> str:
    devices = glob.glob("/dev/nvidia[0-9]*")
    if not devices:
        return "none"
    import torch  # noqa: PLC0415 - as above

    sees = "sees" if torch.cuda.is_available() else "does not see"
    return f"{len(devices)} device files, torch {sees} CUDA"


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace").strip()
    except OSError:
        return ""
