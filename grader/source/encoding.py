"""Bytes of a Python file to text, or a sentence that says why not.

Nothing here parses Python. Of PEP 263's cookie only the codec's name is read, and it
must be one of a list: some of Python's codecs run for hours on a few megabytes.
"""

import codecs
import re
from typing import Literal

CODE_LIMIT = 8 << 20
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_CODECS = {
    *("utf-8", "ascii", "iso8859-1", "iso8859-2", "iso8859-5", "iso8859-7", "iso8859-9"),
    *("iso8859-15", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "cp437", "cp850"),
    *("big5", "big5hkscs", "cp950", "gb2312", "gbk", "gb18030", "cp936"),
    *("euc_jp", "shift_jis", "cp932", "euc_kr", "cp949", "koi8-r", "koi8-u", "mac-roman"),
}
_PAGE = "is a web page: download the file itself (on GitHub the button is “Raw”)"
_AS_TEXT = "with another name: save the code as plain text"
_POINTER = (
    b"version https://git-lfs.github.com/spec/",
    "is a pointer of Git LFS, not the file: fetch that by `git lfs pull` and hand it in",
)
_LOOKS_LIKE = (
    (codecs.BOM_UTF16_LE, "is UTF-16 text (as PowerShell's `>` writes it): save it as UTF-8"),
    (codecs.BOM_UTF16_BE, "is UTF-16 text: save it as UTF-8"),
    (b"PK\x03\x04", "is a zip archive with another name: unpack it and hand in the file inside"),
    (b"\x1f\x8b", "is a gzip archive with another name: unpack it and hand in the file inside"),
    (b"7z\xbc\xaf", "is a 7z archive with another name: unpack it and hand in the file inside"),
    (b"Rar!", "is a RAR archive with another name: unpack it and hand in the file inside"),
    (b"\xd0\xcf\x11\xe0", f"is a Word document {_AS_TEXT}"),
    (b"{\\rtf", f"is rich text (RTF), as TextEdit and WordPad save it, {_AS_TEXT}"),
    (b"%PDF", "is a PDF with another name: hand in the code itself"),
    (b"\x89PNG", "is a picture with another name: hand in the code itself"),
    (b"\xff\xd8\xff", "is a picture with another name: hand in the code itself"),
    (b"<!doctype html", _PAGE),
    (b"<html", _PAGE),
)
_IN_ZIP = (
    (b"word/", f"is a Word document {_AS_TEXT}"),
    (b"application/vnd.oasis.opendocument", f"is an OpenDocument text {_AS_TEXT}"),
)
_PYTHON = re.compile(rb"^(?:import|from|def|class|async def|@\w|if __name__)\b", re.MULTILINE)


class CannotReadError(Exception):
    """What was handed in cannot be read; the message continues a sentence after its name."""


def refuse_nothing(data: bytes) -> None:
    """Raise ``CannotReadError`` for an empty file, and for one that stands for another."""
    if not data[:2048].lstrip() and not data.strip():
        raise CannotReadError("is empty: save your work and hand it in again")
    if data.startswith(_POINTER[0]):
        raise CannotReadError(_POINTER[1])


def refuse_other_kinds(data: bytes) -> None:
    """Raise ``CannotReadError`` for an empty file and for what is plainly something else."""
    start = data[:2048].lstrip()
    refuse_nothing(data)
    for mark, sentence in _LOOKS_LIKE:
        if start[: len(mark)].lower() == mark.lower():
            inside = (words for name, words in _IN_ZIP if mark[:2] == b"PK" and name in data)
            raise CannotReadError(next(inside, sentence))


def kind_inside(data: bytes) -> Literal["py", "ipynb"] | None:
    """Tell a notebook, and what is plainly Python, by the content; None where that leaves open."""
    start = data.removeprefix(codecs.BOM_UTF8)[:2048].lstrip()
    if start.startswith(b"{"):
        return "ipynb" if b'"nbformat"' in data and b'"cell' in data else None
    is_python = not start.startswith((b"[", b"<")) and _PYTHON.search(data)
    return "py" if is_python else None


def decode_python(data: bytes) -> str:
    r"""Text of a Python file, with ``\n`` at every line's end and no byte order mark."""
    refuse_other_kinds(data)
    if len(data) > CODE_LIMIT:
        raise CannotReadError(
            f"holds more than {CODE_LIMIT >> 20} MB of code: hand in the code without data in it"
        )
    text = _decoded(data.removeprefix(codecs.BOM_UTF8))
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise CannotReadError(
            f"holds a null byte in line {line}: open it in an editor and save it again as text"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    codec = _codec(data)
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        name = "UTF-8" if codec == "utf-8" else f"{codec}, as its first lines say,"
        raise CannotReadError(
            f"is not {name} text: byte 0x{data[error.start]:02x} in line {line}; "
            "save it as UTF-8 in your editor"
        ) from error


def _codec(data: bytes) -> str:
    first, _, rest = data[:4096].replace(b"\r\n", b"\n").replace(b"\r", b"\n").partition(b"\n")
    second = rest.partition(b"\n")[0] if _BLANK.match(first) else b""
    cookie = _COOKIE.match(first) or _COOKIE.match(second)
    if cookie is None:
        return "utf-8"
    named = cookie[1].decode("ascii", "replace")[:40]
    codec = _canonical(named)
    if codec not in _CODECS:
        raise CannotReadError(
            f"asks for the text encoding {named!r}, which is not one of those that are read here: "
            "save it as UTF-8 and remove that comment"
        )
    return codec


def _canonical(named: str) -> str:
    plain = named.lower().replace("_", "-")
    if plain in {"utf8", "utf-8-sig", "utf-8"} or plain.startswith(("utf-8-", "utf8-")):
        return "utf-8"
    try:
        return codecs.lookup(plain).name
    except (LookupError, ValueError):
        return ""
