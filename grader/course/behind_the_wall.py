"""Runs in a worker, and is never imported by the grader: what has to open what a student made.

It stands beside no submission, and is sent as text. What it returns is data all the same, and
believed no further: a crafted archive may have taken it over.
"""

import ast
import bz2
import gzip
import io
import lzma
import tarfile
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

import numpy as np

ENTRIES, FILES, DEPTH = 5_000, 64, 3
ALL = 100_000_000
RATIO, SMALL = 200, 10_000_000  # more than 200 times its own size, above 10 MB, is no coursework
CODE = (".py", ".ipynb")
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz")
Held = tuple[str, bytes]
QUIET = {"__MACOSX", "__pycache__", ".ipynb_checkpoints", "Thumbs.db", "desktop.ini"}


class RefusedError(Exception):
    """The archive is not read; the message continues a sentence after its name."""


def unpack(data: Any, names: Sequence[str], most: int) -> dict[str, object]:  # noqa: ANN401 - bytes
    """Return why an archive is refused (or ""), its code by path, and what was left out of it.

    Files of other kinds are taken where they are asked for by one of ``names``; none may have more
    than so many bytes.
    """
    budget = Budget(len(data), most, names)
    try:
        files, left_out = _unpack(data.tobytes(), budget, 1)
        _refuse_clashes([path for path, _ in files])
    except RefusedError as refused:
        return {"refused": str(refused), "files": [], "left_out": []}
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, lzma.LZMAError, ValueError):
        return {"refused": "is damaged: pack it again", "files": [], "left_out": []}
    except (NotImplementedError, RuntimeError):
        words = "is packed in a way that is not read: make a plain .zip without a password"
        return {"refused": words, "files": [], "left_out": []}
    packed = [[path, np.frombuffer(content, np.uint8)] for path, content in files]
    return {"refused": "", "files": packed, "left_out": left_out[:20]}


class Budget:
    """How many bytes may still be unpacked, of an archive of a size and all that is in it.

    A file may have ``most`` of them, and one that is no code counts if it has one of ``names``.
    """

    def __init__(self, size: int, most: int, names: Sequence[str]) -> None:
        self.left = min(ALL, max(SMALL, RATIO * size))
        self.most, self.names = most, frozenset(name.lower() for name in names)

    def read(self, stream: IO[bytes]) -> bytes:
        """Read one file to its end."""
        content = stream.read(min(self.most, self.left) + 1)
        self.left -= len(content)
        if len(content) > self.most or self.left < 0:
            raise RefusedError("unpacks to far more than it is: hand in the code alone")
        return content


def _unpack(data: bytes, budget: Budget, depth: int) -> tuple[list[Held], list[str]]:
    """Return the code in an archive, and of one that only holds another one that one's."""
    if depth > DEPTH:
        raise RefusedError(f"holds archives in archives, over {DEPTH} deep: hand in the code")
    code: list[Held] = []
    inner: list[Held] = []
    left_out: list[str] = []
    for path, content in _entries(data, budget, left_out):
        (inner if path.lower().endswith(ARCHIVES) else code).append((path, content))
        if len(code) + len(inner) > FILES:
            raise RefusedError(f"holds over {FILES} files of code: hand in the one that is graded")
    if not code and len(inner) == 1:
        return _unpack(inner[0][1], budget, depth + 1)
    return code, left_out


def _entries(data: bytes, budget: Budget, left_out: list[str]) -> Iterator[Held]:
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        yield from _zip_entries(data, budget, left_out)
    elif data[:6] in (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c"):
        raise RefusedError("is a RAR or 7z archive: make a .zip, or hand in the file itself")
    else:
        yield from _tar_entries(_decompressed(data, budget), budget, left_out)


_COMPRESSED: tuple[tuple[bytes, Any], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ", lzma.open),
)


def _decompressed(data: bytes, budget: Budget) -> bytes:
    for mark, opened in _COMPRESSED:
        if data.startswith(mark):
            with opened(io.BytesIO(data)) as stream:
                content: bytes = stream.read(budget.left + 1)
            if len(content) > budget.left:
                raise RefusedError("unpacks to far more than it is: hand in the code alone")
            return content
    if data[257:262] != b"ustar":
        raise RefusedError("is no archive that is read here: make a .zip")
    return data


def _zip_entries(data: bytes, budget: Budget, left_out: list[str]) -> Iterator[Held]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        every = archive.infolist()
        if len(every) > ENTRIES:
            raise RefusedError(f"holds more than {ENTRIES} files: hand in the code alone")
        for entry in every:
            kind = (entry.external_attr >> 16) & 0o170000
            path = _path(
                _zip_name(entry),
                is_plain=kind in (0, 0o100000),
                left_out=left_out,
                names=budget.names,
            )
            if path is None or entry.is_dir():
                continue
            if entry.flag_bits & 1:
                raise RefusedError("is locked with a password: make one without")
            with archive.open(entry) as stream:
                yield path, budget.read(stream)


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; one without the mark of UTF-8 that is UTF-8 all the same is that."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename


def _tar_entries(data: bytes, budget: Budget, left_out: list[str]) -> Iterator[Held]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", errors="replace") as archive:
        for count, entry in enumerate(archive, 1):
            if count > ENTRIES:
                raise RefusedError(f"holds more than {ENTRIES} files: hand in the code alone")
            if entry.isdir():
                continue
            path = _path(entry.name, is_plain=entry.isreg(), left_out=left_out, names=budget.names)
            if path is not None and (stream := archive.extractfile(entry)) is not None:
                yield path, budget.read(stream)


def _path(name: str, *, is_plain: bool, left_out: list[str], names: frozenset[str]) -> str | None:
    """Return the path of a file that is of use, or None; what leads elsewhere is noted."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or any(part in QUIET or part.startswith("._") for part in parts):
        return None
    wanted = parts[-1].lower().endswith((*CODE, *ARCHIVES)) or parts[-1].lower() in names
    is_away = name.startswith(("/", "\\")) or name[1:2] == ":" or ".." in parts
    is_odd = any(ord(letter) < 32 for letter in name)
    if not is_plain or is_away or is_odd:
        left_out.append(name[:200])
        return None
    return "/".join(parts) if wanted and not parts[-1].startswith(".") else None


def _refuse_clashes(paths: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for path in paths:
        key = unicodedata.normalize("NFC", path).casefold()
        if key in seen:
            both = f"{path} twice" if seen[key] == path else f"both {seen[key]} and {path}"
            raise RefusedError(f"holds {both}: leave one of them")
        seen[key] = path


def is_same_code(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether two lists of cells differ in nothing that runs: comments, blanks and docstrings."""
    return _meaning(ours) == _meaning(theirs)


def _meaning(cells: Sequence[str]) -> list[object]:
    return [meaning for meaning in map(_meaning_of_cell, cells) if meaning]


def _meaning_of_cell(text: str) -> object:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [line.strip() for line in text.splitlines() if line.strip()]
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [part for part in body if not _is_text(part)] or [ast.Pass()] * bool(body)
    return ast.dump(tree)


def _is_text(node: object) -> bool:
    """Whether a statement is a text and nothing else, as a docstring is."""
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
