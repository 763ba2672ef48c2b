"""How commands are written: each system has its own capitals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from claude_tray.platform.desktop_style import DesktopStyle

# What stays small in a heading of GNOME's and Apple's.
_LOWERCASE_WORDS: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "claude-tray",
    ],
)


def apply_title_case(text: str, language: str, style: DesktopStyle) -> str:
    """
    Return a command as the system's menus write it.

    Args:
        text: With one capital at most, as "Show stats".
        language: Whose text it is; only English has capitals in headings.
        style: UI conventions of the desktop; Windows has no title case.
    """
    if language != "en" or not style.has_title_case_menus:
        return text
    first, *others = text.split(" ")
    return " ".join([first, *map(_capitalize, others)])


def _capitalize(word: str) -> str:
    return word if word in _LOWERCASE_WORDS else word[:1].upper() + word[1:]
