"""Text from a submission does no harm to any reader."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reports.quoting import (
    clean,
    clean_line,
    clean_name,
    disarm,
    escape_markdown,
    escape_property,
    fence,
    guard_cell,
)
from tests.reports.grades import HOSTILE

any_text = st.text(st.characters(exclude_categories=())) | st.just(HOSTILE)


@given(any_text, st.integers(20, 200))
def test_cleaned_text_is_bounded_and_plain(text, limit):
    """No control, bidirectional or lone surrogate character survives, and cleaning is final."""
    once = clean(text, limit)
    assert len(once) <= limit
    assert clean(once, limit) == once
    once.encode("utf-8")
    assert not [
        c for c in once if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t"
    ]


def test_a_cut_is_said():
    """Text that was too long says that it was cut."""
    assert clean("x" * 100, 50).endswith("… (cut)")
    assert clean("x" * 50, 50) == "x" * 50


def test_a_line_stays_a_line():
    """Newlines in a name become blanks."""
    assert clean_line("a\nb\r\n\tc", 50) == "a b c"


@pytest.mark.parametrize(
    "name",
    [
        "José Núñez",
        "Jose\u0301 Nu\u0301n\u0303ez",
        "山田\u3000太郎",
        "علی\u200cمحمد",
        "ക്\u200dഷ",
        "Anne\u00a0Marie O’Neill",
        "Đặng Thị Hương",
    ],
)
def test_a_name_stays_as_its_owner_writes_it(name):
    """Letters of every script stay, with the marks that join them and with any space."""
    assert clean_name(name, 200) == name


@given(any_text, st.integers(1, 200))
def test_a_name_is_bounded_and_plain(text, limit):
    """No control or direction-changing character survives in a name, and cleaning is final."""
    once = clean_name(text, limit)
    assert len(once) <= limit
    assert clean_name(once, limit) == once
    once.encode("utf-8")
    kept = [c for c in once if not c.isprintable() and unicodedata.category(c) != "Zs"]
    assert set(kept) <= {"\u200c", "\u200d"}


def test_marks_that_join_nothing_are_shown():
    """An invisible mark beside a plain letter, or at an end, is written out."""
    assert clean_name("a\u200db \u200cع", 50) == "a\\u200db \\u200cع"
    assert clean_line("a\u00a0b\u3000c", 50) == "a b c"


@given(any_text)
def test_disarmed_text_holds_no_command(text):
    """Neither form of the runner's commands is left."""
    assert "::" not in disarm(text)
    assert "##[" not in disarm(text)


def test_a_property_cannot_end_early():
    """Colons, commas, percent signs and newlines are escaped in a command's property."""
    assert escape_property("a:b,c%\n") == "a%3Ab%2Cc%25%0A"


@given(st.text())
def test_a_fence_cannot_be_closed_from_inside(text):
    """The bars of a code block are longer than any run of backticks inside."""
    bar = fence(text).partition("text\n")[0]
    assert bar not in text
    assert len(bar) >= 3


def test_markdown_means_itself():
    """Markup, tags, table bars and links are escaped."""
    hostile = "<img src=x> [a](b) | `c` *d* https://e"
    escaped = escape_markdown(hostile)
    assert "<" not in escaped
    assert escaped.count("\\") == 10


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\u00a0=1", "\uff1d1"])
def test_a_cell_is_no_formula(text):
    """A cell that a spreadsheet would compute is guarded by an apostrophe."""
    assert guard_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["", "1.5", "a=b", "test_x"])
def test_an_innocent_cell_is_left_alone(text):
    """Other cells stay as they are."""
    assert guard_cell(text) == text
