"""What one kind of reader would obey is taken out of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.reports.quoting import (
    breakable,
    disarm,
    escape_markdown,
    escape_property,
    fence,
    guard_cell,
)
from tests.reports.grades import HOSTILE

any_text = st.text(st.characters(exclude_categories=())) | st.just(HOSTILE)


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


@pytest.mark.parametrize(
    "text",
    [
        *("- x", "-", "---", "-- -", " - x", "1. x", "12345. x", "1.", "1) x", "+ x", "* x", "***"),
        *("> q", "# h", "```", "~~~", "<!-- x", "<b>", "[x]: y", "| a | b |", "===", "=", "&amp;"),
        *("1.5 of 2", "-1", "\u00a0- x", "https://e.org", "[^1]", "\\- x", "&#64;x", "</pre>"),
    ],
)
def test_a_line_of_markdown_is_a_paragraph_that_reads_as_it_is(text):
    """Alone and in a list it begins no list, no rule, no heading and no code."""
    kinds = ["paragraph_open", "inline", "paragraph_close"]
    parse = MarkdownIt().enable(["table", "strikethrough"]).parse
    escaped = escape_markdown(text)
    alone, item = parse(f"above\n\n{escaped}"), parse(f"- {escaped}")
    assert [token.type for token in alone] == 2 * kinds
    assert [token.type for token in item][2:-2] == kinds
    for token in (alone[4], item[3]):
        assert "".join(part.content for part in token.children) == " ".join(text.split())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\u00a0=1", "\uff1d1"])
def test_a_cell_is_no_formula(text):
    """A cell that a spreadsheet would compute is guarded by an apostrophe."""
    assert guard_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["", "1.5", "a=b", "test_x"])
def test_an_innocent_cell_is_left_alone(text):
    """Other cells stay as they are."""
    assert guard_cell(text) == text


def test_a_name_may_be_broken_between_its_words():
    """After an underscore, and nowhere else; what it holds is escaped."""
    assert str(breakable("test_of__<b>_x")) == "test_<wbr>of__<wbr>&lt;b&gt;_<wbr>x"
    assert str(breakable("plain")) == "plain"
    assert str(breakable("_x")) == "_<wbr>x"


def test_a_word_that_no_page_has_room_for_may_be_broken():
    """It would make the page as wide as itself."""
    assert breakable("test_" + "x" * 60).split("<wbr>") == ["test_", *["x" * 20] * 3]
    assert breakable("x" * 20 + "_y").split("<wbr>") == ["x" * 20 + "_", "y"]
