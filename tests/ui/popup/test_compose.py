from __future__ import annotations

import pytest

from claude_tray.core.snapshot import SyncState
from claude_tray.i18n.translator import load_translator
from claude_tray.ui.popup.compose import build_view, format_summary
from tests.support.popup_states import START, STATES, make_popup_state


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_state_has_a_view_in_every_language(
    name: str, language: str
) -> None:
    view = build_view(*make_popup_state(name, load_translator(language)))

    assert view.sentence.startswith("Claude Code: ")
    assert "{" not in str(view)


def test_tiles_cover_window_today_and_week() -> None:
    names = {
        name: [tile.name for tile in build_view(*make_popup_state(name)).tiles]
        for name in ("pace", "idle")
    }

    assert names == {
        "pace": ["This window", "Today", "Last 7 days"],
        "idle": ["Last window", "Today", "Last 7 days"],
    }


def test_sync_now_is_in_the_menu_while_sync_is_on() -> None:
    on = make_popup_state("pace")
    off = on.change_snapshot(sync=SyncState())
    actions = {
        name: [b.action for b in build_view(*state).controls.menu if b]
        for name, state in (("on", on), ("off", off))
    }

    assert actions["on"][0] == "sync-now"
    assert "sync-now" not in actions["off"]
    assert actions["off"][-1] == "quit"


def test_several_accounts_are_selectable() -> None:
    state = make_popup_state("accounts")
    second = state.data.snapshot.accounts[1]

    tabs = build_view(*state.change_context(account=second)).accounts

    assert tabs == (("work", False), ("private", True))
    assert build_view(*make_popup_state("pace")).accounts == ()


def test_notes_concern_the_account_and_the_snapshot() -> None:
    state = make_popup_state("pace").change_account(remote_start_at=START)
    state = state.change_snapshot(unpriced_models=("claude-x", "claude-y"))

    assert build_view(*state).notes == (
        "Window started on another device at 10:00.",
        "No price known for claude-x, claude-y.",
    )


def test_the_summary_names_no_project() -> None:
    lines = format_summary(build_view(*make_popup_state("pace"))).splitlines()

    assert lines[0].startswith("Claude Code: 2h 47m until 15:00, 38%")
    assert "Week 21% lasts until the reset Thu 09:00" in lines
    assert "Today: $12.40, 28.1M tokens" in lines
    assert "Opus 4.6: $6.88, 12.7M" in lines
    assert "api-gateway" not in "".join(lines)
