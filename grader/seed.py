"""Seeds: from one secret of the instructor's to a number for each check of each grade.

Whoever lacks the secret cannot draw the inputs of a grade again; whoever has
it can. A grade's seed is HMAC-SHA256 of the assignment's name and version
under the secret, and a check's seed the same of the check's name under the
grade's. Without the secret, at a student's home, the key is public and the
seed says so. A fingerprint tells two seeds apart and gives neither away.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.assignment import Assignment

VARIABLE = "TORCHMARKS_SECRET"
_PUBLIC_KEY = b"torchmarks: public seed"
_SHORTEST = 16


class SecretError(ValueError):
    """The secret cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class GradeSeed:
    """The seed of one grade, and where it came from.

    ``fresh`` is the submission's hash where draws depend on it too, all but those of the checks in
    ``public``: then what one submission tells of a hidden input is of no use to the next.
    """

    value: int
    origin: Literal["secret", "public", "given"]
    fresh: str = ""
    public: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> str:
        """A short name for the seed, which does not give it away."""
        return fingerprint(self.value)

    def for_check(self, check: str) -> int:
        """Return the seed of one check, or of whatever a suite draws under another name."""
        if self.fresh and check not in self.public:
            return check_seed(self.value, f"{check} of {self.fresh}")
        return check_seed(self.value, check)


def choose_seed(
    assignment: Assignment,
    given: int | None = None,
    environ: Mapping[str, str] = os.environ,
    directory: Path | None = None,
) -> GradeSeed:
    """Return the seed of a grade: the one given, else from the secret, else the public one.

    The secret is made on first use where the assignment holds answers.
    """
    if given is not None:
        if given < 0:
            raise SecretError(f"a seed is 0 or more, not {given}")
        return GradeSeed(given, "given")
    secret = find_secret(environ, directory, create=assignment.is_instructors)
    if secret is None or not (assignment.is_instructors or environ.get(VARIABLE)):
        return GradeSeed(grade_seed(_PUBLIC_KEY, assignment.name, assignment.version), "public")
    return GradeSeed(grade_seed(secret, assignment.name, assignment.version), "secret")


def grade_seed(secret: bytes, name: str, version: str) -> int:
    """Return the seed, of 256 bits, of an assignment's grades under a secret."""
    return _derive(secret, "grade", name, version)


def check_seed(seed: int, check: str) -> int:
    """Return the seed, of 256 bits, of one check of a grade."""
    return _derive(_bytes(seed), "check", check)


def fingerprint(seed: int) -> str:
    """Return 12 hex digits that name a seed."""
    return f"{_derive(_bytes(seed), 'fingerprint'):064x}"[:12]


def find_secret(
    environ: Mapping[str, str] = os.environ, directory: Path | None = None, *, create: bool = False
) -> bytes | None:
    """Return the secret from the environment or from its file, made when asked and absent.

    Raises SecretError if it is too short, or if others may read the file.
    """
    if text := environ.get(VARIABLE):
        return _checked(text.encode(), f"${VARIABLE}")
    directory = directory or _directory()
    if directory is None:
        if not create:
            return None
        raise SecretError(
            f"this user has no home directory to keep a secret in: set $HOME, or ${VARIABLE} to "
            f"{_SHORTEST} or more random characters"
        )
    path = directory / "secret"
    try:
        if create and not path.exists():
            _make(path)
        if not path.exists():
            return None
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise SecretError(f"{path} may be read by others; run: chmod 600 {path}")
        return _checked(path.read_bytes().strip(), str(path))
    except OSError as error:
        raise SecretError(
            f"{path}: {error.strerror}; set ${VARIABLE} to {_SHORTEST} or more random characters"
        ) from error


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def _checked(secret: bytes, where: str) -> bytes:
    if len(secret) < _SHORTEST:
        raise SecretError(f"{where}: a secret has {_SHORTEST} characters or more")
    return secret


def _directory() -> Path | None:
    from grader.home import config_folder  # noqa: PLC0415 - keeps reports quick to import

    return config_folder()


def _bytes(seed: int) -> bytes:
    return seed.to_bytes(max(32, (seed.bit_length() + 7) // 8), "big")


def _derive(key: bytes, *parts: str) -> int:
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return int.from_bytes(hmac.digest(key, message, hashlib.sha256), "big")
