"""The content that a grade is made from: where any of it has changed, the grade is stale.

What a check is made of is told apart from what all checks share, so that a changed check is run
again by itself: its own function, its points and its terms are its own; the rest of the suite's
modules, whatever else lies in the assignment's folder, and the reference are everybody's. So is
what the grades are made with: seed, device, data and versions.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.assignment.needs import with_needs
from grader.assignment.seed import choose_seed
from grader.assignment.suite import load_suite
from grader.course.entries import is_code, look_into
from grader.course.store import FILE as GRADES
from grader.grading.data_hash import data_versions
from grader.grading.versions import find_versions
from grader.source.beside import goes_along
from grader.source.encoding import CannotReadError
from grader.source.nofollow import LinkError, hash_file, one_down, open_folder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from grader.assignment.folder import Assignment
    from grader.course.engines.jobs import Settings
    from grader.course.store import Outcome, Store

_NOT_CONTENT = {"__pycache__", "starter", "submission", "paces", "selftest"}
_TABLES = ("points", "measure", "speed", "check_limits", "needs")


@dataclass(frozen=True, slots=True)
class Content:
    """Hashes of all that a grade of an assignment is made from: what is shared, and each check."""

    shared: str
    checks: Mapping[str, str]

    @property
    def digest(self) -> str:
        """One hash of all of it."""
        return _hash(json.dumps([self.shared, dict(self.checks)], sort_keys=True))

    def note(self, store: Store) -> None:
        """Keep it as that of which the grades in a store are to be."""
        store.note("content", self.shared)
        store.note("checks", json.dumps(dict(self.checks)))

    @classmethod
    def noted(cls, store: Store) -> Content | None:
        """Return what the grades in a store are to be made of; None where it does not say."""
        shared = store.noted("content")
        return cls(shared, json.loads(store.noted("checks") or "{}")) if shared else None

    def is_newer(self, outcome: Outcome) -> bool:
        """Whether what an attempt came to was made of another content than this."""
        own = (self.checks.get(name, made) != made for name, made in outcome.checks.items())
        return outcome.shared != self.shared or any(own)


def circumstances_of(assignment: Assignment, settings: Settings) -> dict[str, object]:
    """Return what grades are made with, as JSON; raises SecretError and AssignmentError."""
    return {
        "seed": choose_seed(assignment, settings.seed).fingerprint,
        "device": settings.device,
        "isolation": settings.isolation,
        "data": settings.data,
        "data_hash": _hash_of_data(settings.data or assignment.data),
        "patient": settings.patient,
        "versions": find_versions(assignment.limits.threads) | data_versions(assignment),
    }


def tell_difference(one: Mapping[str, object], other: Mapping[str, object]) -> str:
    """Name what of two circumstances differs, of two contents that do; of versions, which."""
    names = _differing(one, other)
    told = [_tell_versions(one, other) if name == "versions" else name for name in names]
    return ", ".join(told or ["the assignment's files"]) + " differ"


def _tell_versions(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    mine, theirs = one.get("versions", {}), other.get("versions", {})
    each = [f"{n} {mine.get(n)} and {theirs.get(n)}" for n in _differing(mine, theirs)]
    return f"versions ({', '.join(each)})"


def _differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def content_of(assignment: Assignment, circumstances: Mapping[str, object]) -> Content:
    """Return the content of an assignment's grades, under circumstances that are JSON."""
    suite = load_suite(assignment)
    shared = hashlib.sha256(json.dumps(circumstances, sort_keys=True).encode())
    own: dict[str, str] = {}
    for module in suite.modules:
        lines = module.path.read_text(encoding="utf-8").splitlines()
        for function in _checks_in(module.tree, {check.name for check in module.checks}):
            first = min([function.lineno, *(d.lineno for d in function.decorator_list)]) - 1
            body = lines[first : function.end_lineno]
            own[function.name] = "\n".join(map(str, [_terms(assignment, function.name), *body]))
            lines[first : function.end_lineno] = [""] * len(body)
        shared.update("\n".join(filter(None, lines)).encode())
    for path in _files(assignment, {module.path for module in suite.modules}):
        shared.update(f"{path.name!r} {_hash_of_file(path)}".encode())
    shared.update(repr(_settings(assignment)).encode())
    checks = {name: _hash("\n".join(_with_needed(assignment, name, own))) for name in own}
    return Content(shared.hexdigest(), checks)


def _with_needed(assignment: Assignment, check: str, own: Mapping[str, str]) -> list[str]:
    """Return what a check and those that it builds on are made of: a change there is its own."""
    return [own[name] for name in with_needs(assignment.needs, [check])]


def _checks_in(tree: ast.Module, names: set[str]) -> Iterator[ast.FunctionDef]:
    yield from (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in names)


def _terms(assignment: Assignment, check: str) -> str:
    """Return what the TOML says of one check."""
    return repr([getattr(assignment, table).get(check) for table in _TABLES])


def _settings(assignment: Assignment) -> dict[str, object]:
    """Return what the TOML says of all checks together."""
    names = (*("version", "accepts", "files", "exports", "notebook", "fresh"),)
    settings = {name: getattr(assignment, name) for name in names}
    parameters = dict(sorted(assignment.parameters.items()))
    return {**settings, "limits": asdict(assignment.limits), "parameters": parameters}


def _files(assignment: Assignment, modules: set[Path]) -> Iterator[Path]:
    """Yield the files that all checks share: helpers, what they read, what the reference is.

    Data has hashes of its own, and what people read, a page or the TOML, is no part of a grade.
    """
    held = assignment.public_data
    apart = {*modules, assignment.toml}
    data = [Path(one) for one in (assignment.data, held and held.folder) if one]
    for path in _below(assignment.folder):
        if path not in apart and path.suffix != ".md" and not any(map(path.is_relative_to, data)):
            yield path
    if assignment.reference and not assignment.reference.is_relative_to(assignment.folder):
        yield from (path for path in _below(assignment.reference.parent) if path.suffix == ".py")


def _below(top: Path) -> Iterator[Path]:
    """Yield the files below a folder, in order, but for what is hidden and a class's grades."""
    for folder, inner, names in os.walk(top):
        inner[:] = sorted(name for name in inner if not (_NOT_CONTENT & {name} or name[0] == "."))
        if GRADES not in names:
            paths = (Path(folder, name) for name in sorted(names) if name[0] != ".")
            yield from (path for path in paths if path.is_file())
        else:
            inner.clear()


@cache
def _hash_of_data(place: str | Path | None) -> str:
    """Return the hash of what a suite is given to read, by names and bytes; "" where it is none."""
    if not place:
        return ""
    whole, top = hashlib.sha256(), Path(place)
    for path in [top] if top.is_file() else sorted(top.rglob("*")):
        if path.is_file():
            whole.update(f"{str(path.relative_to(top))!r} {_hash_of_file(path)}\n".encode())
    return whole.hexdigest()


def _hash_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def key_of(path: Path, file: str, asked: Collection[str] = ()) -> str:
    """Return the key of an attempt: a hash of what was handed in, and of what it was called."""
    return _hash(f"{digest_of(path, asked)} {file or path.name!r}")


def digest_of(path: Path, asked: Collection[str] = ()) -> str:
    """Return the hash of what was handed in, as far as it can count; raises OSError, LinkError.

    Of a folder that is what goes along with a submission and what is `asked` for by name, in it or
    one folder down, with names; of a file or an archive it is its bytes.
    """
    if path.is_dir():
        path = look_into(path)
    if not path.is_dir():
        with open_folder(path) as (folder, name):
            return _hash_in(name, folder)
    whole = hashlib.sha256()
    with open_folder(path) as (folder, _):
        names = sorted(os.listdir(folder))  # noqa: PTH208 - by descriptor
        for name in [*names, *one_down(names, folder)]:
            whole.update(repr(name).encode() + b"\n")
            file = name.rpartition("/")[2]
            if is_code(file) or goes_along(file) or file in asked:
                with contextlib.suppress(LinkError):
                    whole.update(_hash_in(name, folder).encode())
    return whole.hexdigest()


def _hash_in(name: str, folder: int) -> str:
    try:
        return hash_file(name, folder)
    except CannotReadError as error:
        return str(error)
