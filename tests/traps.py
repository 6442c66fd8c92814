"""A folder full of what programs read where they are started, and a watch over all of it.

Names of modules are not listed here: they are the standard library's, those of everything that is
installed beside the kit, and the kit's own. Each module leaves a mark when it is imported; on Linux
the kernel tells of every file that is so much as opened.
"""

import ctypes
import os
import struct
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from unicodedata import unidata_version

import pytest

from grader.source.beside import goes_along

ROOT = Path(__file__).parents[1]
_IN_OPEN, _IN_Q_OVERFLOW, _IN_ISDIR = 0x20, 0x4000, 0x40000000
_EVENT = struct.Struct("iIII")
_LOAD = "[{}]\naddopts = -p conftest\npythonpath = .\nrequired_plugins = conftest\n"
_SETTINGS = {
    **dict.fromkeys(("pytest.ini", ".pytest.ini", "tox.ini"), _LOAD.format("pytest")),
    **dict.fromkeys(("pytest.toml", ".pytest.toml"), '[pytest]\naddopts = ["-p", "conftest"]\n'),
    "setup.cfg": _LOAD.format("tool:pytest")
    + "[global]\nno-index = true\n[install]\nprefix = /no\n",
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-p conftest"\n[build-system]\n',
    "matplotlibrc": "backend: module://conftest\n",
    "assignment.toml": "title = 3\n",
    ".git/config": "[core]\n\tfsmonitor = touch TOUCHED\n\tsshCommand = touch TOUCHED\n",
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/hooks/post-checkout": "#!/bin/sh\ntouch TOUCHED\n",
    "HEAD": "ref: refs/heads/main\n",
    "config": "[core]\n\tbare = true\n\tfsmonitor = touch TOUCHED\n",
    "hooks/post-checkout": "#!/bin/sh\ntouch TOUCHED\n",
    f".hypothesis/unicode_data/{unidata_version}/charmap.json.gz": "",
    ".hypothesis/examples/a/b": "",
    ".hypothesis/constants/c": "",
    ".config/pip/pip.conf": "[global]\nno-index = true\n",
    ".matplotlib/matplotlibrc": "backend: module://conftest\n",
}
_PLAIN = """
pip.conf pip.ini .pypirc .netrc _netrc .env .pdbrc .coveragerc .python-version pyvenv.cfg
python._pth mypy.ini ruff.toml uv.toml hatch.toml MANIFEST.in .gitconfig .gitattributes .gitmodules
.condarc site.cfg distutils.cfg .numpy-site.cfg ipython_config.py jupyter_config.json
constraints.txt .ruff.toml torch.pth grader.pth
""".split()
_MORE = {
    "conftest",
    "setup",
    "sitecustomize",
    "usercustomize",
    "reference",
    "assignments",
    "public",
}


def module_names():
    """Every name by which something might be imported from the current folder."""
    ours = {path.stem for path in (ROOT / "grader").rglob("*.py")}
    names = set(sys.stdlib_module_names) | set(packages_distributions()) | ours | _MORE
    return sorted(name for name in names if name.isidentifier())


def beside():
    """Names of the traps that go along with a folder that is handed in: opened, not imported."""
    names = [f"{name}.py" for name in module_names()]
    return {name for name in (*names, *_SETTINGS, *_PLAIN) if goes_along(name)}


class Traps:
    """The traps laid in a folder; `sprung` tells which of them were touched."""

    def __init__(self, folder: Path, spare: set[str]) -> None:
        self.folder, self.mark = folder, folder / "TOUCHED"
        self.paths = []
        code = f"with open({str(self.mark)!r}, 'a') as mark:\n    print(__name__, file=mark)\n"
        for name in module_names():
            self._lay(f"{name}.py", code)
        for name, text in {**_SETTINGS, **dict.fromkeys(_PLAIN, "x")}.items():
            self._lay(name, text)
        self.paths = [path for path in self.paths if path.name not in spare]
        self._watch = None

    def _lay(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(text)
            self.paths.append(path)

    def arm(self):
        """Watch from now on."""
        self._watch = _Watch({path.parent for path in self.paths})

    def sprung(self):
        """The traps that were imported or opened since."""
        marked = set(self.mark.read_text().split()) if self.mark.exists() else set()
        opened = self._watch.opened() if self._watch else set()
        return marked | {str(path.relative_to(self.folder)) for path in opened & set(self.paths)}


class _Watch:
    """Which files of some folders are opened, as inotify tells it."""

    def __init__(self, folders):
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._descriptor < 0:
            pytest.skip("inotify is not to be had")
        self._folders = {
            self._libc.inotify_add_watch(self._descriptor, os.fsencode(folder), _IN_OPEN): folder
            for folder in folders
        }

    def opened(self):
        found = set()
        while True:
            try:
                data = os.read(self._descriptor, 1 << 16)
            except BlockingIOError:
                os.close(self._descriptor)
                return found
            while data:
                watch, mask, _, length = _EVENT.unpack_from(data)
                name = data[_EVENT.size : _EVENT.size + length].rstrip(b"\0")
                data = data[_EVENT.size + length :]
                assert not mask & _IN_Q_OVERFLOW
                if name and not mask & _IN_ISDIR:
                    found.add(self._folders[watch] / os.fsdecode(name))
