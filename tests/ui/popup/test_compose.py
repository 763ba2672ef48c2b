from __future__ import annotations

import pytest

from claude_tray.core.snapshot import SyncState
from claude_tray.core.status import AccountStatus
from claude_tray.i18n.translator import ENGLISH, load_translator
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

    assert [tab[1:] for tab in tabs] == [
        ("work", False, AccountStatus.OK, "38%", "On pace"),
        ("private", True, AccountStatus.CRITICAL, "92%", "Almost out"),
        ("All", False, None, "", ""),
    ]
    assert build_view(*make_popup_state("pace")).accounts == ()


def test_sums_are_those_of_the_account_on_display() -> None:
    state = make_popup_state("accounts")
    _, today = state.data.daily_totals[-1]

    own, all_of_them = (
        build_view(*s).tiles for s in (state, make_popup_state("all"))
    )

    assert [tile.name for tile in own] == [
        "This window",
        "Today",
        "Last 7 days",
    ]
    assert own[1].cost == ENGLISH.format_cost(today)
    assert [(tile.name, tile.cost) for tile in all_of_them] == [
        ("Today", "$12.40"),
        ("Last 7 days", "$61.83"),
        ("Last 30 days", "$215.46"),
    ]


def test_the_view_of_all_shows_the_worst_account_and_all_limits() -> None:
    view = build_view(*make_popup_state("all"))

    assert view.headline.title == "private · 5-hour window"
    assert view.headline.status is AccountStatus.CRITICAL
    assert view.chart is None
    assert view.pace_text == ""
    assert [limit.name for limit in view.limits] == [
        "private · 5 hours",
        "work · 5 hours",
        "work · Week",
        "work · Opus",
        "private · Week",
        "private · Opus",
    ]
    assert (view.token_costs_title, view.ranking_title) == (
        "Cost of today",
        "Today",
    )


def test_an_account_without_windows_has_no_last_window() -> None:
    view = build_view(*make_popup_state("ultra"))

    assert [tile.name for tile in view.tiles] == [
        "Today",
        "Last 7 days",
        "Last 30 days",
    ]
    assert view.chart is None
    assert view.token_costs_title == "Cost of today"


def test_all_without_an_account_has_a_plain_title() -> None:
    state = make_popup_state("empty")
    data = state.data._replace(is_all=True)

    assert build_view(data, state.context).headline.title == "5-hour window"


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
