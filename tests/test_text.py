from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from claude_tray.text import (
    end_sentence,
    escape_cell,
    escape_json_text,
    join_sentences,
    make_visible,
    shorten,
    unescape_cell,
)

# What a terminal, a panel or a text layout acts on instead of showing it.
_ACTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
any_text = st.text(st.characters(categories=None))


def _hidden(text: str) -> list[str]:
    return [
        char
        for char in text
        if unicodedata.category(char) in _ACTING and char not in _JOINERS
    ]


def test_printable_text_is_left_alone() -> None:
    for text in (
        "",
        "notes",
        "日本語",
        "ü [v2] <b>",
        "👩\u200d💻",
        "a\u00a0b",
    ):
        assert make_visible(text) == text


def test_terminal_commands_become_pictures() -> None:
    assert make_visible("\x1b]52;c;ZXZpbA==\x07") == "␛]52;c;ZXZpbA==␇"
    assert make_visible("a\nb\x00\x7f") == "a␊b␀␡"
    assert make_visible("\x9b31m") == "\ufffd31m"


def test_direction_overrides_and_half_pairs_are_replaced() -> None:
    assert make_visible("a\u202eb\u2066c\u2028d\ud83de") == (
        "a\ufffdb\ufffdc\ufffdd\ufffde"
    )


def test_line_breaks_of_own_text_can_be_kept() -> None:
    assert make_visible("a\nb\rc", keep="\n") == "a\nb␍c"


@given(any_text)
def test_nothing_hidden_is_left(text: str) -> None:
    assert not _hidden(make_visible(text))


@given(st.recursive(any_text, lambda inner: st.dictionaries(any_text, inner)))
def test_escaped_json_means_the_same(value: object) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=False)

    escaped = escape_json_text(text)

    assert json.loads(escaped) == json.loads(text)
    assert not _hidden(escaped.replace("\n", ""))


def test_characters_beyond_the_first_plane_are_escaped_as_pairs() -> None:
    assert escape_json_text('"\U000e0041"') == '"\\udb40\\udc41"'


def test_cells_are_no_formulas() -> None:
    for text in ("=1+1", "+1", "-rf", "@SUM(A1)", "'=1"):
        cell = escape_cell(text)

        assert cell.startswith("'")
        assert unescape_cell(cell) == make_visible(text)
    for text in ("notes", "'quoted'", "a=b", ""):
        assert escape_cell(text) == text == unescape_cell(text)


@given(any_text)
def test_no_cell_starts_a_formula(text: str) -> None:
    assert not escape_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_long_texts_are_cut_in_the_middle() -> None:
    assert shorten("short") == "short"
    assert shorten("a" * 50 + "b" * 50, 11) == "aaaaa…bbbbb"
    assert len(shorten("x" * 1_000_000)) == 80


def test_sentences_are_joined_as_their_script_does() -> None:
    assert join_sentences(["One.", "", "Two."]) == "One. Two."
    assert join_sentences(["一。", "二。", "Three."]) == "一。二。Three."
    assert join_sentences([]) == ""


def test_a_sentence_ends_with_the_stop_of_its_script() -> None:
    assert end_sentence("Fertig") == "Fertig."
    assert end_sentence("完了") == "完了。"
    assert end_sentence("완료") == "완료."
    assert end_sentence("") == "."
