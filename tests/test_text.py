"""Text from a submission is harmless, by one rule for all who show it."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.grade.fields import SENTENCE
from grader.grading.values import show
from grader.reports.cleaning import clean_grade
from grader.sandbox.plain import plain_word, plain_words
from grader.text import clean, clean_ends, clean_line, clean_name, clean_path, escape, is_harmless
from tests.reports.grades import HOSTILE, a_grade

any_text = st.text(st.characters(exclude_categories=())) | st.just(HOSTILE)
AT_ONCE, AT_MOST = 256, {"path": 8, "value": 8}  # as many as fit into what each lets through
CALLERS = {
    "text": lambda text: clean(text, 4000),
    "ends": clean_ends,
    "line": lambda text: clean_line(text, 4000),
    "name": lambda text: clean_name(text, 4000),
    "path": clean_path,
    "worker": lambda text: plain_word(text, 4000),
    "words": lambda text: plain_words([text], 4000)[0],
    "value": show,
}


@pytest.mark.parametrize("caller", CALLERS)
def test_all_let_the_same_characters_through(caller):
    """Of every code point it is the same, but for blanks, which a line and a name are folded at."""
    letters = [
        *(c for c in map(chr, range(sys.maxunicode + 1)) if not c.isspace() and c not in "\\'"),
    ]
    at_once, let_through = AT_MOST.get(caller, AT_ONCE), CALLERS[caller]
    for start in range(0, len(letters), at_once):
        some = letters[start : start + at_once]
        kept = set(let_through("-".join(["", *some, ""])))
        assert [c for c in some if c in kept] == [*filter(is_harmless, some)]


def test_a_blank_is_harmless_or_an_escape():
    """Newlines and tabs stay in a text, and not in a line, a name of a person or of a file."""
    for letter in filter(str.isspace, map(chr, range(sys.maxunicode + 1))):
        for keeps in (clean, clean_ends, plain_word):
            assert (letter in keeps(f"a{letter}b", 50)) is (letter in " \n\t")
        for folds in (lambda text: clean_line(text, 50), clean_path):
            assert (letter in folds(f"a{letter}b")) is (letter == " ")
        kept = letter in clean_name(f"a{letter}b", 50)
        assert kept is (unicodedata.category(letter) == "Zs")


def test_a_grade_is_cleaned_by_the_same_rule():
    """Its texts are texts, its lines are lines."""
    odd = "-".join(map(chr, range(0x2000, 0x2070)))
    grade = clean_grade(a_grade(notices=(odd,), title=odd))
    assert grade.notices == (clean(odd, SENTENCE),)
    assert grade.title == clean_line(odd, SENTENCE)


def test_what_is_invisible_is_not_harmless():
    """Not even where Unicode calls it printable: fillers, and what selects a letter's form."""
    for letter in "\u3164\u115f\u2800\ufe0f\U000e0100\u200b\u202e\x1b\x00\ud800\u2028\xad":
        assert not is_harmless(letter)
        assert escape(letter).isascii()
    assert all(map(is_harmless, "aé山ع\u0301 𝟘🙂"))


def test_head_and_tail_of_a_long_text_are_kept():
    """A text that is short enough is whole."""
    assert clean_ends("a" * 60 + "b" * 60, 20) == "a" * 10 + " … " + "b" * 10
    assert clean_ends("ab", 2) == "ab"


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1mbold\x1b[0m and \x1b[38;5;196mred\x1b[m", "bold and red"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x1b\\", "link"),
        ("\x1b[2Ja\x1b[10;20Hb", "ab"),
        ("\x1b[3\x1b[31m1m", "\\x1b[31m"),
        ("a" + "\n" * 1000 + "b", "a\n\nb"),
        ("a\n \n\t\n\nb\n\nc", "a\n\nb\n\nc"),
    ],
)
def test_what_a_terminal_would_obey_is_gone(text, shown):
    """Colours and cursors leave nothing behind, many blank lines one; again changes nothing."""
    for cleaned in (clean(text, 4000), clean_ends(text), plain_word(text, 4000)):
        assert cleaned == shown
        assert clean(cleaned, 4000) == shown
