"""Draw every picture in every language: each text has its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.setup import FileChange, SetupState
from claude_tray.i18n.translator import (
    Translator,
    list_languages,
    load_translator,
)
from claude_tray.presentation.usage_chart import ChartKind
from claude_tray.presentation.usage_list import Grouping
from claude_tray.ui.graphics.fonts import can_draw
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.toolkit.surface import ViewState
from tests.support.drawn_texts import DrawnText, list_misplaced, record_texts
from tests.support.popup_states import (
    PROJECT_NAMES,
    STATES,
    PopupState,
    make_popup_state,
)
from tests.support.pseudo_language import PSEUDO

if TYPE_CHECKING:
    from collections.abc import Iterator


LANGUAGES = (*list_languages(), PSEUDO)
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def load_drawable(language: str) -> Translator:
    translator = load_translator(language)
    if not can_draw(translator.gettext("Settings"), language):
        pytest.skip("has no font for the language")
    return translator


def list_states(translator: Translator) -> Iterator[tuple[str, PopupState]]:
    for name in STATES:
        yield name, make_popup_state(name, translator)
    for name in ("pace", "limit"):
        state = make_popup_state(name, translator)
        yield f"{name} week", state.change_selection(chart=ChartKind.WEEK)
        for grouping in Grouping:
            yield (
                f"{name} {grouping}",
                state.change_selection(grouping=grouping),
            )
    yield (
        "search",
        make_popup_state("pace", translator).change_selection(search=""),
    )
    yield "welcome", make_welcome_state(translator)
    yield (
        "help",
        make_popup_state("pace", translator).change_selection(shows_help=True),
    )


def make_welcome_state(translator: Translator) -> PopupState:
    change = FileChange("~/.claude/settings.json", ("{",), ("{", '  "x": 1'))
    setup = SetupState(
        starts_at_login=False,
        changes=(change,),
        transcript_folders=("~/.claude/projects",),
    )
    state = make_popup_state("empty", translator).change_data(setup=setup)
    return state.change_snapshot(
        is_waiting=True, unfollowed_folders=("~/.claude-work",)
    )


def is_cut(text: DrawnText, translator: Translator) -> bool:
    """Return whether a text of a catalog is cut; names of projects may be."""
    shown = text.text
    is_own = shown.endswith(ELLIPSIS) and not any(
        name[:3] in shown for name in PROJECT_NAMES
    )
    sentences = translator.catalog._catalog.values()  # type: ignore[attr-defined] # noqa: SLF001
    return is_own and shown not in sentences


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_of_the_popup_has_its_place(language: str) -> None:
    translator = load_drawable(language)

    for name, state in list_states(translator):
        with record_texts() as texts:
            frame = draw_popup(build_view(*state), ViewState())
        assert list_misplaced(texts, frame.picture) == [], name
        if language not in ("en", PSEUDO):
            cut = [t.text for t in texts if is_cut(t, translator)]
            assert cut == [], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_and_tooltips_are_inside_the_popup(language: str) -> None:
    translator = load_drawable(language)
    view = build_view(*make_popup_state("pace", translator))
    plain = draw_popup(view, ViewState())
    shown = [
        ViewState(is_menu_open=True),
        *(
            ViewState(tooltip=region.name, hover=region.name)
            for region in plain.regions
            if region.tooltip and not region.scroll_area
        ),
    ]

    for view_state in shown:
        with record_texts() as texts:
            frame = draw_popup(view, view_state)
        outside = [
            text.text
            for text in texts
            if text.picture is frame.picture and not text.is_inside
        ]
        assert outside == [], view_state.tooltip or "menu"
