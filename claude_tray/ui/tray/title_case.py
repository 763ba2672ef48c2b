"""How commands are written: each system has its own capitals."""

from __future__ import annotations

from typing import Final

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


def apply_title_case(text: str, language: str, system: str) -> str:
    """
    Return a command as the system's menus write it.

    Args:
        text: With one capital at most, as "Show stats".
        language: Whose text it is; only English has capitals in headings.
        system: sys.platform; Windows has none either.
    """
    if language != "en" or system == "win32":
        return text
    first, *others = text.split(" ")
    return " ".join([first, *map(_capitalize, others)])


def _capitalize(word: str) -> str:
    return word if word in _LOWERCASE_WORDS else word[:1].upper() + word[1:]
