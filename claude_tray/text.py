"""
Make text from files safe to show.

Names of projects, models and sessions come from transcripts, which other
programs write: such a name may contain terminal commands, line breaks or
characters that reverse the order of the text around them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Iterable


# ESC becomes U+241B, a picture of the letters "ESC".
_CONTROL_PICTURES: Final = 0x2400
_LAST_C0: Final = 0x1F
_DELETE: Final = 0x7F
_DELETE_PICTURE: Final = "\N{SYMBOL FOR DELETE}"
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
# Control, format and line characters, and half surrogate pairs.
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# They join emoji and letters, and hide nothing.
_JOINERS: Final = frozenset(
    {"\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"}
)
_NOT_ASCII_PRINTABLE: Final = re.compile(r"[^ -~]")
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
_MAX_BMP: Final = 0xFFFF
_WIDE_STOP: Final = "\N{IDEOGRAPHIC FULL STOP}"
# Chinese and Japanese; Korean ends sentences as Latin scripts do.
_FIRST_WIDE: Final = "\N{CJK RADICAL REPEAT}"
_FIRST_HANGUL: Final = "\N{HANGUL SYLLABLE GA}"
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA_STARTS: Final = ("=", "+", "-", "@")
_CELL_QUOTE: Final = "'"


def make_visible(text: str, keep: str = "") -> str:
    """
    Replace every character that is not shown but acts.

    Control characters become their pictures, as "␛"; characters that change
    the direction of text, line separators and half surrogate pairs become
    "\N{REPLACEMENT CHARACTER}".

    Args:
        text: Any string.
        keep: Characters to leave alone, such as line breaks between the
            lines of our own text.
    """
    # True for nearly every text, and much faster than a loop.
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in keep else _show(char)
        for char in text
    )


def _show(char: str) -> str:
    if char in _JOINERS or category(char) not in _HIDDEN_CATEGORIES:
        return char
    code = ord(char)
    if code <= _LAST_C0:
        return chr(_CONTROL_PICTURES + code)
    return _DELETE_PICTURE if code == _DELETE else _REPLACEMENT


def join_sentences(sentences: Iterable[str]) -> str:
    """Join sentences by spaces, which full-width full stops already have."""
    joined = ""
    for sentence in filter(None, sentences):
        gap = " " if joined and joined[-1] != _WIDE_STOP else ""
        joined += gap + sentence
    return joined


def end_sentence(text: str) -> str:
    """Return a sentence with the full stop of its script."""
    is_wide = _FIRST_WIDE <= text[-1:] < _FIRST_HANGUL
    return text + (_WIDE_STOP if is_wide else ".")


def shorten(text: str, max_length: int = 80) -> str:
    """Cut a long text in the middle, where paths and IDs differ least."""
    if len(text) <= max_length:
        return text
    head = max_length // 2
    tail = max_length - head - len(_ELLIPSIS)
    return f"{text[:head]}{_ELLIPSIS}{text[-tail:]}"


def escape_json_text(text: str) -> str:
    r"""
    Escape hidden characters in JSON text, so that a terminal can show it.

    The JSON keeps its meaning: they can only be inside strings, where `\u`
    escapes are allowed.

    Args:
        text: JSON, as json.dumps returns it.
    """
    if text.isprintable():
        return text
    return _NOT_ASCII_PRINTABLE.sub(_escape_json_char, text)


def _escape_json_char(match: re.Match[str]) -> str:
    char = match[0]
    if char == "\n" or char.isprintable() or _show(char) == char:
        return char
    code = ord(char)
    if code <= _MAX_BMP:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def escape_cell(text: str) -> str:
    """Return a CSV cell that no spreadsheet takes for a formula."""
    text = make_visible(text)
    if text.lstrip(_CELL_QUOTE).startswith(_FORMULA_STARTS):
        return f"{_CELL_QUOTE}{text}"
    return text


def unescape_cell(text: str) -> str:
    """Undo the quote of `escape_cell`."""
    if text.startswith(_CELL_QUOTE) and text.lstrip(_CELL_QUOTE).startswith(
        _FORMULA_STARTS
    ):
        return text[1:]
    return text
