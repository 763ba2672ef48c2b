"""Wrap and align text whose characters may be wide or have no spaces."""

from __future__ import annotations

from itertools import pairwise
from typing import Final
from unicodedata import combining, east_asian_width

# ruff: noqa: RUF001 - full-width punctuation is meant
# Punctuation, small kana and marks that stay with the character before them,
# and brackets that stay with the one after: JIS X 4051, without its rarer ones.
_NO_START: Final = frozenset(
    "、。，．・：；！？」』）］｝】〉》〕ー…‥々〻％℃"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.:;!?)]}%"
)
_NO_END: Final = frozenset("「『（［｛【〈《〔“‘([{¥￥$＄≥")
# Kana, Chinese characters and full-width forms; Korean breaks at spaces.
_FREE_BLOCKS: Final = (
    (0x2E80, 0x30FF),
    (0x31C0, 0xA4CF),
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)
_WIDE: Final = ("W", "F")


def split_at_breaks(word: str) -> list[str]:
    """
    Split text without spaces into the parts that lines may break between.

    Args:
        word: May begin with a space, which stays with the first part.
    """
    if word.isascii():
        return [word]
    parts = [word[:1]]
    for before, after in pairwise(word):
        if _may_break(before, after):
            parts.append(after)
        else:
            parts[-1] += after
    return parts


def _may_break(before: str, after: str) -> bool:
    if before.isspace() or after in _NO_START or before in _NO_END:
        return False
    return _is_free(before) or _is_free(after)


def _is_free(char: str) -> bool:
    code = ord(char)
    return any(first <= code <= last for first, last in _FREE_BLOCKS)


def measure_cells(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        2 if east_asian_width(char) in _WIDE else not combining(char)
        for char in text
    )


def pad_cells(text: str, width: int) -> str:
    """
    Fill a text with spaces.

    Args:
        text: What to align at the left.
        width: Columns; negative to align at the right.
    """
    spaces = " " * (abs(width) - measure_cells(text))
    return spaces + text if width < 0 else text + spaces


def wrap_cells(text: str, width: int) -> list[str]:
    """
    Wrap text into lines of a terminal.

    Args:
        text: Words with single spaces between them.
        width: Columns; longer words stay whole.
    """
    lines, used = [""], 0
    for number, word in enumerate(text.split(" ")):
        for part in split_at_breaks(f" {word}" if number else word):
            size = measure_cells(part)
            if used and used + size > width:
                lines.append(part.lstrip())
                used = measure_cells(lines[-1])
            else:
                lines[-1] += part
                used += size
    return lines
