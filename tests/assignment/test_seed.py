"""Seeds that repeat a grade and cannot be guessed."""

import os
import stat
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assignment.seed import (
    VARIABLE,
    SecretError,
    check_seed,
    choose_seed,
    find_secret,
    fingerprint,
    grade_seed,
)

SECRET = "s" * 32
TEACHERS = SimpleNamespace(name="hw2", version="1", is_instructors=True)
STUDENTS = SimpleNamespace(name="hw2", version="1", is_instructors=False)


def test_a_secret_is_made_once_and_kept(tmp_path):
    """On first use a secret is made, readable by its owner alone; then it stays."""
    first = choose_seed(TEACHERS, environ={}, directory=tmp_path / "new")
    path = tmp_path / "new" / "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret"]
    assert choose_seed(TEACHERS, environ={}, directory=tmp_path / "new") == first
    assert first.origin == "secret"


def test_two_secrets_are_two_seeds(tmp_path):
    """Every machine without a given secret makes its own."""
    seeds = {choose_seed(TEACHERS, environ={}, directory=tmp_path / name).value for name in "ab"}
    assert len(seeds) == 2


def test_a_student_gets_the_public_seed_and_no_file(tmp_path):
    """Where there are no answers no secret is made, and the seed says that it is public."""
    seed = choose_seed(STUDENTS, environ={}, directory=tmp_path)
    assert seed.origin == "public"
    assert not list(tmp_path.iterdir())
    assert seed == choose_seed(STUDENTS, environ={}, directory=tmp_path / "elsewhere")


def test_the_environment_comes_first(tmp_path):
    """A secret in the environment is used, also without answers on disk, and makes no file."""
    seeds = {choose_seed(who, None, {VARIABLE: SECRET}, tmp_path) for who in (TEACHERS, STUDENTS)}
    assert len(seeds) == 1
    assert seeds.pop().origin == "secret"
    assert not list(tmp_path.iterdir())


def test_a_given_seed_is_that_seed(tmp_path):
    """A seed from the command line repeats a grade, whatever the secret."""
    first = choose_seed(TEACHERS, environ={}, directory=tmp_path)
    again = choose_seed(STUDENTS, first.value, {}, tmp_path)
    assert (again.value, again.fingerprint) == (first.value, first.fingerprint)
    assert again.for_check("test_a") == first.for_check("test_a")


def test_a_negative_seed_is_refused():
    """A seed is 0 or more."""
    with pytest.raises(SecretError, match="0 or more"):
        choose_seed(STUDENTS, -1, {})


@given(st.binary(min_size=16, max_size=40), st.text(), st.text())
def test_name_and_version_both_count(secret, name, version):
    """Moving a letter from the name to the version gives another seed."""
    seeds = {grade_seed(secret, name + "x", version), grade_seed(secret, name, "x" + version)}
    assert len(seeds) == 2


@given(st.integers(0, 2**300), st.text(max_size=20), st.text(max_size=20))
def test_every_check_has_its_own_seed(seed, one, other):
    """Two checks share a seed only if they share a name; the seed has its 256 bits to fill."""
    assert (check_seed(seed, one) == check_seed(seed, other)) == (one == other)
    assert 0 <= check_seed(seed, one) < 2**256


def test_seeds_are_the_ones_they_always_were():
    """A grade from last year can be repeated: the derivation never changes."""
    seed = grade_seed(b"0123456789abcdef", "hw2", "1")
    assert fingerprint(seed) == "0242bdce6eb3"
    assert check_seed(7, "test_a") % 10**9 == 103255870


def test_a_fingerprint_gives_nothing_away():
    """It is twelve digits, not a piece of the seed or of a check's seed."""
    seed = grade_seed(b"0123456789abcdef", "hw2", "1")
    assert len(fingerprint(seed)) == 12
    assert fingerprint(seed) not in f"{seed:064x}"
    assert fingerprint(seed) != fingerprint(seed + 1)


def test_a_short_secret_is_refused(tmp_path):
    """A secret that could be guessed is refused, wherever it comes from."""
    with pytest.raises(SecretError, match=r"\$TORCHMARKS_SECRET: a secret has 16 characters"):
        find_secret({VARIABLE: "short"}, tmp_path)
    (tmp_path / "secret").write_text("short")
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(SecretError, match="16 characters"):
        find_secret({}, tmp_path)


def test_a_secret_that_others_may_read_is_refused(tmp_path):
    """The message gives the command that mends it."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(SecretError, match=r"chmod 600 .*secret"):
        find_secret({}, tmp_path)


def test_a_place_that_cannot_be_written_names_the_way_out(tmp_path):
    """Where no file can be made, the message names the variable."""
    (tmp_path / "file").touch()
    with pytest.raises(SecretError, match=r"set \$TORCHMARKS_SECRET"):
        find_secret({}, tmp_path / "file" / "below", create=True)


def test_two_that_begin_at_once_share_a_secret(tmp_path, monkeypatch):
    """When another process makes the secret first, that one is used and nothing is left over."""
    link = os.link

    def other_was_first(source, target):
        target.write_text("other" * 8)
        target.chmod(0o600)
        link(source, target)

    monkeypatch.setattr(os, "link", other_was_first)
    assert find_secret({}, tmp_path, create=True) == b"other" * 8
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_fresh_draws_depend_on_the_submission(tmp_path):
    """What is hidden is drawn for one submission alone; what is public stays what students have."""
    seed = choose_seed(TEACHERS, environ={VARIABLE: SECRET}, directory=tmp_path)
    one, two = (replace(seed, fresh=sha, public=frozenset({"test_open"})) for sha in ("a1", "b2"))
    assert one.for_check("test_open") == two.for_check("test_open") == seed.for_check("test_open")
    assert len({one.for_check("test_shut"), two.for_check("test_shut"), seed.for_check("x")}) == 3
    assert one.for_check("the long fit") != two.for_check("the long fit")
    assert one.fingerprint == two.fingerprint == seed.fingerprint
