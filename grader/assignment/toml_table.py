"""A TOML file read key by key, so that every mistake can be named with its file and line.

`tomllib` forgets where a key stood. This module looks the line up again only
when there is something to complain about.
"""

from __future__ import annotations

import math
import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.assignment.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_HEADER = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
_NAME = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
_KEY = re.compile(rf"^\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=")
_LARGEST = 2**63 - 1
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")


class TomlError(ValueError):
    """The file is not what it should be; `problems` has one sentence for each mistake."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple("".join(match.groups(default="")) for match in _PART.finditer(dotted))


def find_line(text: str, keys: tuple[str, ...]) -> int:
    """Return the 1-based line of a key, or of the nearest table around it."""
    table: tuple[str, ...] = ()
    best, best_depth, quote = 1, 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quote:
            quote = "" if quote in line else quote
            continue
        here: tuple[str, ...] = ()
        if header := _HEADER.match(line):
            here = table = _parts(header[1])
        elif key := _KEY.match(line):
            here = table + _parts(key[1])
            quote = next((q for q in ('"""', "'''") if line.count(q) == 1), "")
        depth = min(len(here), len(keys))  # `[a.b.c]` is also where `a.b` begins
        if here[:depth] == keys[:depth] and depth > best_depth:
            best, best_depth = number, depth
    return best


def place_in(path: Path, *keys: str) -> str:
    """Return the file and the line of a key, as a fault is placed."""
    return f"{path}:{find_line(path.read_text(encoding='utf-8'), keys)}"


@dataclass
class TomlTable:
    """One table of a file: take each known key once, then `close`."""

    path: Path
    text: str
    values: Mapping[str, Any]
    keys: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def _dotted(self, key: str) -> str:
        return ".".join((*self.keys, key))

    def complain(self, key: str, sentence: str) -> None:
        """Note a mistake at a key of this table (or at the table itself, when empty)."""
        keys = (*self.keys, key) if key else self.keys
        self.problems.append(f"{self.path}:{find_line(self.text, keys)}: {sentence}")

    def take(self, key: str, kind: type | tuple[type, ...], what: str, default: Any = None) -> Any:  # noqa: ANN401 - TOML values have any type
        """Return the value of a key if it is of a kind, else complain and return the default."""
        self._known.add(key)
        if key not in self.values:
            return default
        value = self.values[key]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if type(value) is bool or not isinstance(value, kinds):
            self.complain(key, f"{self._dotted(key)} must be {what}, not {value!r}")
            return default
        return value

    def words(self, key: str, what: str, default: str) -> str:
        """Return a text that says something, else complain and return the default."""
        text: str = self.take(key, str, what, default)
        if text is self.values.get(key) and not text.strip():
            self.complain(key, f"{self._dotted(key)} must say something, not {text!r}")
            return default
        return text

    def place(self, key: str, what: str) -> Path | None:
        """Return what a path leads to, from the file's folder; None where there is none."""
        text = self.take(key, str, what, None)
        if text is None:
            return None
        if text and "\0" not in text:
            return Path(os.path.realpath(self.path.parent / text))
        self.complain(key, f"{self._dotted(key)} must be {what}, not {text!r}")
        return None

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None) -> Any:  # noqa: ANN401 - the caller's field says which words
        """Return one of a few words, else complain and return the default."""
        value = self.take(key, str, "a text", default)
        if value is not default and value not in allowed:
            words, hint = ", ".join(allowed), did_you_mean(value, allowed)
            self.complain(key, f"{self._dotted(key)} must be one of {words}, not {value!r}{hint}")
            return default
        return value

    def positive(self, key: str, kind: type, default: Any) -> Any:  # noqa: ANN401 - an int or a float as `kind` says
        """Return a finite number above zero, else complain and return the default."""
        what = "a whole number above 0" if kind is int else "a number above 0"
        value = self.take(key, int if kind is int else (int, float), what, default)
        if value is default:
            return default
        if not 0 < value < math.inf:
            self.complain(key, f"{self._dotted(key)} must be {what}, not {value!r}")
            return default
        return kind(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false, else complain and return the default."""
        self._known.add(key)
        value = self.values.get(key, default)
        if type(value) is not bool:
            self.complain(key, f"{self._dotted(key)} must be true or false, not {value!r}")
            return default
        return value

    def names(self, key: str, pattern: str, what: str) -> tuple[str, ...]:
        """Return a list of texts that match a pattern, none twice; complain about all others."""
        names = self.take(key, list, "a list of texts", [])
        if key in self.values and not names:
            self.complain(key, f"{self._dotted(key)} must name at least one")
        for name in names:
            if not isinstance(name, str) or not re.fullmatch(pattern, name):
                self.complain(key, f"{self._dotted(key)}: {name!r} is not {what}")
        for name in dict.fromkeys(str(name) for name in names if names.count(name) > 1):
            self.complain(key, f"{self._dotted(key)}: {name!r} is named twice")
        return tuple(name for name in names if isinstance(name, str))

    def refuse(self, key: str, sentence: str) -> None:
        """Complain about a key that was once known and is no more."""
        self._known.add(key)
        if key in self.values:
            self.complain(key, sentence)

    def require(self, key: str) -> None:
        """Complain when a key is absent."""
        if key not in self.values:
            self.complain("", f"{key!r} is missing")

    def table(self, key: str) -> TomlTable:
        """Return the table under a key: an empty one when it is absent or no table."""
        values = self.take(key, dict, "a table", {})
        return TomlTable(self.path, self.text, values, (*self.keys, key), self.problems)

    def close(self) -> None:
        """Complain about every key that nobody took, with the likeliest name meant."""
        for key in self.values:
            if key not in self._known:
                hint = did_you_mean(key, sorted(self._known))
                place = f" in [{'.'.join(self.keys)}]" if self.keys else ""
                self.complain(key, f"unknown key {key!r}{place}{hint}")


def load_toml(path: Path) -> TomlTable:
    """Read a file as TOML 1.0.

    Raises TomlError if there is no such file, or if it is not UTF-8 or not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8")
        table = TomlTable(path, text, tomllib.loads(text))
        large = [*_too_large(table.values)]
    except OSError as error:
        raise TomlError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise TomlError([f"{path}: is not UTF-8 (byte {error.start})"]) from error
    except tomllib.TOMLDecodeError as error:
        sentence, line = str(error), ""
        if place := re.search(r" \(at line (\d+), column (\d+)\)$", sentence):
            sentence, line = sentence[: place.start()], f":{place[1]}"
        raise TomlError([f"{path}{line}: not TOML: {sentence}"]) from error
    except (ValueError, RecursionError) as error:  # digits without end, or brackets
        raise TomlError([f"{path}: not TOML: {error}"]) from error
    if large:
        told = "a whole number is from -2**63 to 2**63 - 1"
        raise TomlError(
            f"{path}:{find_line(text, keys)}: {'.'.join(keys)}: {told}" for keys in large
        )
    return table


def _too_large(value: object, keys: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield where whole numbers are that TOML does not have: it has those of 64 bits."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _too_large(below, (*keys, key))
    elif isinstance(value, list):
        for below in value:
            yield from _too_large(below, keys)
    elif isinstance(value, int) and not -_LARGEST - 1 <= value <= _LARGEST:
        yield keys
