"""Show the tray's texts in every language."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.snapshot import SyncPhase, SyncState
from claude_tray.i18n.translator import list_languages, load_translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.notification_text import format_notification
from claude_tray.ui.tray.menu_model import ViewOptions
from claude_tray.ui.tray.view_model import MAX_TOOLTIP_UNITS, build_tray_view
from tests.presentation.test_notification_text import EXPECTED
from tests.support.assessment_states import NOW, STATES
from tests.support.builders import at
from tests.support.pseudo_language import PSEUDO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from claude_tray.ui.tray.menu_model import MenuEntry


LANGUAGES = (*list_languages(), PSEUDO)
# Longer entries are cut by desktops, at different widths.
MAX_ENTRY = 64
NAMES = re.compile(
    r"~?/\S*|\S+@\S+|\b(?:Claude(?: Code)?|Opus|Sonnet|Fable|OAuth apps|Max|Pro"
    r"|claude-tray|PM|AM|[A-Z][a-z]{2}(?= \d))\b"
)
# Of the states: names of projects, accounts and limits, a problem that passed through
# another process; and dates, which are as in English.
WORDS = {
    *(
        "shop",
        "Thu",
        "Mar",
        "work",
        "private",
        "Cowork",
        "Night",
        "shift",
        "pool",
        "Thursday",
    ),
    *("cannot", "read", "permission", "denied"),
}


def list_entries(entries: Iterable[MenuEntry | None]) -> Iterator[MenuEntry]:
    for entry in entries:
        if entry is not None:
            yield entry
            yield from list_entries(entry.entries)


def list_texts(language: str) -> Iterator[str]:
    """List the texts of the tray in every state, and its notifications."""
    options = ViewOptions(translator=load_translator(language))
    for state in STATES:
        view = build_tray_view(state.snapshot, NOW, UTC, options)
        yield from view.lines
        yield from (entry.label for entry in list_entries(view.menu))
    context = ViewContext(at("12:13"), zone=UTC, translator=options.translator)
    for notification in EXPECTED:
        yield from format_notification(notification, context)


@pytest.mark.parametrize("language", LANGUAGES)
def test_tooltips_and_menus_are_short(language: str) -> None:
    options = ViewOptions(translator=load_translator(language))

    for state in STATES:
        view = build_tray_view(state.snapshot, NOW, UTC, options)
        units = len(view.tooltip.encode("utf-16-le")) // 2
        assert units <= MAX_TOOLTIP_UNITS, state.name
        assert view.tooltip
        if language != PSEUDO:
            labels = [entry.label for entry in list_entries(view.menu)]
            assert max(map(len, labels)) <= MAX_ENTRY, state.name


def test_the_tray_speaks_one_language() -> None:
    """Plain English words come from no catalog."""
    plain = {
        word
        for text in list_texts(PSEUDO)
        for word in re.findall(r"[A-Za-z]{3,}", NAMES.sub(" ", text))
    }

    assert plain - WORDS == set()


def test_a_problem_of_sync_is_shown_in_the_language() -> None:
    german = load_translator("de")
    sync = SyncState(SyncPhase.STOPPED, problem="the server cannot be reached")

    assert german.translate_problem(sync.problem) == (
        "der Server ist nicht erreichbar"
    )
