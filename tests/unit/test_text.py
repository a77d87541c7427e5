"""Strangers' text: nothing of it reaches a terminal or a spreadsheet as a command."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import csv_cell, safe, steady

ZWJ = "\u200d"

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x1b[]()\\;mHJ\x07\x9b\x9d\x9c\t\n\r \u00a0\u200b\u200d\u202e\u2066\u0301\ufe0f\u3000=+-@'"),
    )
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "red", id="colour"),
        pytest.param("a\x1b[2J\x1b[Hb", "ab", id="clear-screen"),
        pytest.param("a\x1b]0;owned\x07b", "ab", id="window-title"),
        pytest.param("a\x1b]8;;http://x\x1b\\b", "ab", id="link-closed-by-st"),
        pytest.param("a\x1b]52;c;never closed", "a", id="clipboard-never-closed"),
        pytest.param("a\x1bcb", "acb", id="reset-has-no-bracket"),
        pytest.param("a\x9b31mb", "ab", id="one-byte-csi"),
        pytest.param("a\x9d0;t\x07b", "a0;tb", id="one-byte-osc-is-only-text-then"),
        pytest.param("\x1b\x1b[31m[31mx", "[31mx", id="nested-escape-leaves-no-escape"),
        pytest.param("a\x08\x7fb", "ab", id="backspace-and-delete"),
        pytest.param("abc\u202ecba", "abccba", id="direction-override"),
        pytest.param("\u2066a\u2069", "a", id="isolates"),
        pytest.param("a\u200bb\ufeffc", "abc", id="zero-width"),
        pytest.param("a\ud800b", "ab", id="lone-surrogate"),
        pytest.param("a\ue000b", "ab", id="private-use"),
        pytest.param("a\tb\nc\r\nd", "a b c d", id="tab-and-newlines-in-ascii"),
        pytest.param("\ta\n", "a", id="only-a-tab-around-ascii"),
        pytest.param("  a   b ", "a b", id="runs-of-spaces"),
        pytest.param("a\u2028b\u00a0c", "a b c", id="line-separator-and-hard-space"),
        pytest.param("e" + "\u0301" * 50, "e" + "\u0301" * 3, id="zalgo"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_could_command_a_terminal_is_taken_out(raw: str, shown: str) -> None:
    assert safe(raw) == shown


def test_joiners_do_not_let_marks_pile_up() -> None:
    zalgo = "e" + ("\u0301" * 3 + ZWJ) * 20

    assert sum(unicodedata.category(char) == "Mn" for char in safe(zalgo)) <= 3


@pytest.mark.parametrize(
    "name",
    [
        "山田 直子",
        "Łukasz Żółć",
        "محمد",
        "שלום",
        "Ngô Thị",
        "हिन्दी",
        "👩\u200d👩\u200d👧",
        "❤\ufe0f",
        "🇩🇪",
        "[bold]x[/bold]",
    ],
)
def test_names_of_all_languages_and_emoji_are_kept(name: str) -> None:
    assert safe(name) == name


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_ascii_is_unchanged_but_for_spare_spaces(text: str) -> None:
    assert safe(text) == re.sub(" +", " ", text).strip(" ")


@given(HOSTILE)
def test_making_safe_twice_changes_nothing(text: str) -> None:
    assert safe(safe(text)) == safe(text)


@given(HOSTILE)
def test_nothing_unprintable_is_left(text: str) -> None:
    assert not [char for char in safe(text) if unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}]


@given(HOSTILE)
def test_no_direction_override_is_left(text: str) -> None:
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", safe(text))


@pytest.mark.parametrize("raw", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1", "  =1", "\x1b[0m=1", "\u200b=1"])
def test_a_formula_in_a_csv_cell_is_defused(raw: str) -> None:
    assert csv_cell(raw).startswith("'")


@pytest.mark.parametrize("raw", ["Ann", "a=b", "1-2", "ann@example.com"])
def test_a_csv_cell_that_is_no_formula_is_left_alone(raw: str) -> None:
    assert csv_cell(raw) == raw


@given(HOSTILE)
def test_no_csv_cell_begins_a_formula(text: str) -> None:
    assert not csv_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ann", "Ann"),
        ("👩\u200d👩\u200d👧", "👩👩👧"),
        ("👍\U0001f3fd", "👍"),
        ("\U0001f1e9\U0001f1ea", "DE"),
        ("❤\ufe0f", "❤"),
        ("1\ufe0f\u20e3", "1"),
        ("Zoe\u0308", "Zoë"),
        ("花子", "花子"),
    ],
    ids=["ascii", "family", "skin", "flag", "heart", "keycap", "composed", "wide"],
)
def test_signs_made_of_several_are_taken_apart(text: str, shown: str) -> None:
    assert steady(text) == shown
