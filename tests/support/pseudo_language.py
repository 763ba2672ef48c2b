"""
Make up a language that shows what is not translated, and what has no room.

Each sentence is its English text with accents on most letters, in brackets
and 40 % longer: plain words on a surface come from no catalog, and text
beyond an edge does not fit long languages.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from claude_tray.i18n import translator

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


PSEUDO: Final = "qps"
_LETTERS: Final = str.maketrans(
    "abcdefghijklnorstuwyzABCDEFGHIJKLNORSTUWYZ",
    "åþçđéſğĥïĵķļñöŕšţüŵýžÅÞÇĐÉŠĞĤÏĴĶĻÑÖŔŠŢÜŴÝŽ",
)
_TEXT: Final = re.compile(r"(\{\w+\}|%\(\w+\)[rs]|%[%rs]|`[^`]*`)|([^{%`]+|.)")
_PADDING: Final = "åé ïö "
_EXTRA_LENGTH: Final = 0.4


def to_pseudo(text: str) -> str:
    """Return a sentence in the made-up language; code stays as it is."""
    accented = "".join(
        code or words.translate(_LETTERS)
        for code, words in _TEXT.findall(text)
    )
    body, end = accented.rstrip(" \n"), accented[len(accented.rstrip(" \n")) :]
    if not body:
        return text
    count = max(1, round(len(text) * _EXTRA_LENGTH) - 2)
    padding = (_PADDING * (count // len(_PADDING) + 1))[:count].rstrip()
    return f"[{body} {padding}]{end}"


def write_catalogs(folder: Path) -> Path:
    """Copy the catalogs to a folder and add the made-up language."""
    shutil.copytree(
        translator.CATALOG_DIR, folder, ignore=shutil.ignore_patterns("*.po")
    )
    source = translator.CATALOG_DIR / "de/LC_MESSAGES/claude_tray.po"
    with source.open("rb") as file:
        catalog = read_po(file, locale="de")
    for message in catalog:
        if not message.id:
            continue
        message.string = (
            to_pseudo(message.id)
            if isinstance(message.id, str)
            else tuple(map(to_pseudo, message.id))
        )
    target = folder / PSEUDO / "LC_MESSAGES/claude_tray.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalog)
    return folder


def use_catalogs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process find the made-up language."""
    monkeypatch.setattr(translator, "CATALOG_DIR", folder)
