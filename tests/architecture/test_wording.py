"""
Refuse wordings that were replaced, in texts that users read.

The texts are the sentences of the catalog, the README and the documents. A
phrase here is a part of a sentence that users did not understand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from claude_tray.i18n.translator import CATALOG_DIR
from tests.support.source_code import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator


_REPLACED: Final = (
    "told by",
    "no reset was told",
    "has not told",
    "is told",
    "what a server is told",
    "tells of one",
    "tell me when",
    "tells you when",
    "one of ten more than",
    "used {percent}, at this pace",
    "too soon",
    "will be used by the reset",
    "too fast",
    "needs you",
    "week is over",
    "message starts 5 hours",
    "00m ready",
    "more was used since.",
    "no new data for",
    "seldom over",
    "their numbers are saved",
    "their numbers stay",
    "the least they were",
    "requests are incomplete",
    "started elsewhere at",
    "which is not followed",
    "which is not tracked",
    "the summary is copied",
    "the diagnostics are copied",
    "only on this computer",
    "settings of claude-tray",
    "look for new data",
    "beside the events",
    "its name only",
    "has cost as much",
    "limit comes before the reset",
    "the limit comes at",
    "also shown by shape",
    "promises",
    "never sent: no project",
    "limit at about",
    "works again at",
    "which will be gone",
    "no desktop session to show",
    "going on in the terminal",
    "no tray runs",
    "end the tray that runs",
    "follow and count",
    "made-up usage",
    "several with commas",
    "in trouble",
    "where it went",
    "is of no program",
    "known are:",
    "would undo",
    "left to you",
    "what is not known is a dash",
    "never loses",
    "get rid of",
    "reads what is new first",
    "if a person is needed",
    "what is where",
    "each once for a window",
    "for whoever",
    "whoever asks",
    "what people ran into",
    "reckon",
    "foreseen",
    "click for help",
)


def _list_documents() -> Iterator[tuple[str, str]]:
    paths = [ROOT / "README.md", *(ROOT / "docs").glob("**/*.md")]
    for path in paths:
        # The glossary lists retired words.
        if path.name != "glossary.md":
            yield path.name, path.read_text(encoding="utf-8")


def _list_sentences() -> list[tuple[str, str]]:
    """Return the English sentences of the catalog, with a name for each."""
    read_po = pytest.importorskip("babel.messages.pofile").read_po
    path = CATALOG_DIR / "de" / "LC_MESSAGES" / "claude_tray.po"
    with path.open("rb") as file:
        catalog = read_po(file)
    return [
        ("catalog", text)
        for message in catalog
        for text in (
            message.id if isinstance(message.id, tuple) else (message.id,)
        )
    ]


def test_replaced_wordings_do_not_come_back() -> None:
    texts = [*_list_sentences(), *_list_documents()]

    found = [
        f"{name}: {phrase}"
        for name, text in texts
        for phrase in _REPLACED
        if phrase in " ".join(text.lower().split())
    ]

    assert len(texts) > 1_000
    assert found == []
