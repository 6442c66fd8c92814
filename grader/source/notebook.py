"""The code cells of a notebook file, read without believing it.

A notebook is mostly outputs: megabytes of pictures around a few kilobytes of code, and
in a hostile one a few million empty lists. So msgspec passes over everything but the code
without building it, and only what is left, bounded, is handed to nbformat, which knows the
formats before 4. Magics stay in the text: taking them out means parsing, and that is
for a worker.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import msgspec

from grader.source.encoding import CODE_LIMIT, CannotReadError, refuse_other_kinds
from grader.source.old_notebook import upgrade
from grader.text import is_harmless

CELL_LIMIT = 5000
_TAG_LIMIT = _ASIDE_LIMIT = 64 << 10
_MOST_ASIDES = 50
_AGAIN = "open it in Jupyter or Colab, save it and hand it in again"
_CONSTANT = re.compile(rb'(?:[^"NI-]++|"(?:[^"\\]++|\\.)*+"|-(?!I))*+(NaN|-?Infinity)', re.DOTALL)
_HALF = re.compile(
    rb"(?:[^\\]++|\\(?!u[dD][89a-fA-F]).|\\u[dD][89abAB]..\\u[dD][c-fC-F]..)*+"
    rb"(\\u[dD][89a-fA-F]..)",
    re.DOTALL,
)
_BYTE = re.compile(r"\(byte (\d+)\)")
_EMPTY = msgspec.Raw(b'""')


@dataclass(frozen=True)
class Cell:
    """One code cell; ``number`` is its place among the code cells, from 1, and 0 for a .py."""

    number: int
    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aside:
    """A cell that is not run, such as ``markdown``, after ``number`` code cells."""

    kind: str
    number: int
    text: str


class _Cell(msgspec.Struct, gc=False):
    cell_type: str
    source: msgspec.Raw = _EMPTY
    input: msgspec.Raw = _EMPTY
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


class _Worksheet(msgspec.Struct, gc=False):
    cells: list[_Cell]


class _Notebook(msgspec.Struct, gc=False):
    cells: list[_Cell] | None = None
    worksheets: list[_Worksheet] | None = None
    nbformat: int | float = 4
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


class _Tags(msgspec.Struct):
    tags: list[str] = []


class _Language(msgspec.Struct):
    name: str = "python"


class _Kernel(msgspec.Struct):
    language_info: _Language = msgspec.field(default_factory=_Language)


def read_cells(data: bytes) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    """Code cells and notices of a notebook; raises ``CannotReadError`` with a reason."""
    refuse_other_kinds(data)
    data = data.removeprefix(b"\xef\xbb\xbf")
    _refuse_bad_text(data)
    raw = _parse(data)
    code = list(_code_cells(raw))
    if int(raw.nbformat) < 4:
        code = upgrade(code)
    cells = tuple(
        Cell(number, _newlines(cell["source"]), tuple(cell["metadata"]["tags"]))
        for number, cell in enumerate(code, 1)
    )
    return cells, _notices(raw)


def read_asides(data: bytes) -> tuple[Aside, ...]:
    """Cells that are no code cells and yet hold a function: what a student may have meant to run.

    ``data`` is a notebook that `read_cells` has read.
    """
    found: list[Aside] = []
    number = 0
    for cell in _decode(data.removeprefix(b"\xef\xbb\xbf")).cells or ():
        number += cell.cell_type == "code"
        body = memoryview(cell.source)
        if cell.cell_type != "code" and len(body) <= _ASIDE_LIMIT and b"def " in bytes(body):
            found.append(Aside(cell.cell_type[:20].title(), number, _text(cell.source, number)))
    return tuple(found[:_MOST_ASIDES])


def _refuse_bad_text(data: bytes) -> None:
    if 0 in data:
        line = data.count(b"\n", 0, data.index(0)) + 1
        raise CannotReadError(f"holds a null byte in line {line}: {_AGAIN}")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CannotReadError(
            f"is not UTF-8 text: byte 0x{data[error.start]:02x} in line {line}; {_AGAIN}"
        ) from error


def _parse(data: bytes) -> _Notebook:
    try:
        return _decode(data)
    except msgspec.ValidationError as error:
        raise CannotReadError(f"is JSON but no notebook: {_where(error)}; {_AGAIN}") from error
    except msgspec.DecodeError as error:
        raise CannotReadError(_broken(error, data)) from error
    except RecursionError as error:
        raise CannotReadError(f"is nested too deeply to be a notebook: {_AGAIN}") from error
    except (ValueError, OverflowError) as error:
        raise CannotReadError(f"holds a number too large for a notebook: {_AGAIN}") from error


def _decode(data: bytes) -> _Notebook:
    """Decode JSON as Jupyter and Colab write it: with NaN, Infinity and halves of characters."""
    decoder = msgspec.json.Decoder(_Notebook)
    try:
        return decoder.decode(data)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        plain = bytearray(data)
        if not _replace(plain, _CONSTANT, b"0") + _replace(plain, _HALF, rb"\ufffd"):
            raise
    return decoder.decode(plain)


def _replace(data: bytearray, pattern: re.Pattern[bytes], word: bytes) -> int:
    """Put ``word``, padded to the same width, in every place of the pattern's group; how many."""
    count, end = 0, 0
    while found := pattern.match(data, end):
        start, end = found.span(1)
        del found  # it holds the buffer
        data[start:end] = word.ljust(end - start)
        count += 1
    return count


def _where(error: msgspec.ValidationError) -> str:
    """Say what is wrong in msgspec's words, which name types and places but quote no values."""
    return str(error).replace("`", "").replace("$", "notebook")[:200]


def _broken(error: msgspec.DecodeError, data: bytes) -> str:
    found = _BYTE.search(str(error))
    if found is None:
        return f"is cut off before its end, as by a broken download or a full disk: {_AGAIN}"
    line = data.count(b"\n", 0, int(found[1])) + 1
    return (
        f"is broken JSON in line {line}: a notebook edited by hand or with merge marks in it? "
        f"Otherwise {_AGAIN}"
    )


def _code_cells(raw: _Notebook) -> Iterator[dict[str, Any]]:
    """Code cells as plain dictionaries in the shape of format 4, of whatever format they were."""
    if raw.cells is None and raw.worksheets is None:
        raise CannotReadError(f"is JSON but no notebook: it has no cells; {_AGAIN}")
    if raw.nbformat < 2:
        raise CannotReadError("is a notebook in the format of 2011: open it in Jupyter and save it")
    sheets = [raw.cells or [], *(sheet.cells for sheet in raw.worksheets or ())]
    number, left = 0, 2 * CODE_LIMIT
    for cell in chain.from_iterable(sheets):
        if cell.cell_type == "code":
            source = cell.input if _is_blank(cell.source) else cell.source
            number, left = number + 1, left - len(memoryview(source))
            if number > CELL_LIMIT:
                raise CannotReadError(f"has more than {CELL_LIMIT} code cells: split it up")
            if left < 0:
                raise CannotReadError(
                    f"holds more than {CODE_LIMIT >> 20} MB of code, not counting outputs"
                )
            yield {"source": _text(source, number), "metadata": {"tags": _tags(cell.metadata)}}


def _is_blank(raw: msgspec.Raw) -> bool:
    return len(memoryview(raw)) <= 4 and bytes(raw) in {b'""', b"[]", b"null"}


def _text(raw: msgspec.Raw, number: int) -> str:
    try:
        lines = msgspec.json.decode(raw, type=str | list[str] | None)
    except msgspec.ValidationError as error:
        raise CannotReadError(
            f"is JSON but no notebook: the source of code cell {number} is not text; {_AGAIN}"
        ) from error
    return lines if isinstance(lines, str) else "".join(lines or ())


def _tags(raw: msgspec.Raw) -> list[str]:
    if len(memoryview(raw)) > _TAG_LIMIT:
        return []
    try:
        return [tag[:100] for tag in msgspec.json.decode(raw, type=_Tags).tags[:20]]
    except (msgspec.DecodeError, RecursionError):
        return []


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _notices(raw: _Notebook) -> tuple[str, ...]:
    if len(memoryview(raw.metadata)) > _TAG_LIMIT:
        return ()
    try:
        language = msgspec.json.decode(raw.metadata, type=_Kernel).language_info.name
    except (msgspec.DecodeError, RecursionError):
        return ()
    if "python" in language.lower():
        return ()
    named = "".join(filter(is_harmless, language[:30]))
    return (f"The notebook says that it is written in {named}; it was read as Python.",)
