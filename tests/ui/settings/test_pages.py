from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claude_tray.config.schema import OPTIONS_BY_NAME, Settings
from claude_tray.core.snapshot import SyncPhase, SyncState
from claude_tray.i18n.translator import list_languages, load_translator
from claude_tray.ui.settings.form_model import (
    ChoiceRow,
    IconChoiceRow,
    InfoRow,
    StepperRow,
    SwitchRow,
)
from claude_tray.ui.settings.pages import PAGE_NAMES, build_pages
from claude_tray.ui.settings.state import (
    SettingsState,
    format_set_action,
    parse_set_action,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.ui.settings.form_model import FormRow


NOW = datetime(2026, 11, 24, 12, 13, tzinfo=UTC)


def _list_rows(state: SettingsState) -> Iterator[FormRow]:
    for page in build_pages(state):
        for group in page.groups:
            yield from group.rows


def _list_actions(state: SettingsState) -> Iterator[str]:
    for row in _list_rows(state):
        if isinstance(row, SwitchRow):
            yield row.action
        elif isinstance(row, ChoiceRow):
            yield from (option.action for option in row.options)
        elif isinstance(row, IconChoiceRow):
            yield from (option.action for option, _ in row.options)
        elif isinstance(row, StepperRow):
            yield from filter(None, (row.decrease_action, row.increase_action))


def _find_row(state: SettingsState, label: str) -> FormRow:
    return next(
        row for row in _list_rows(state) if getattr(row, "label", "") == label
    )


def test_pages_have_the_expected_names() -> None:
    assert (
        tuple(page.name for page in build_pages(SettingsState())) == PAGE_NAMES
    )


def test_every_action_sets_a_valid_value() -> None:
    for action in _list_actions(SettingsState()):
        key, value = parse_set_action(action)

        OPTIONS_BY_NAME[key].parse(key, value)


@pytest.mark.parametrize("language", list_languages())
def test_every_page_exists_in_every_language(language: str) -> None:
    state = SettingsState(translator=load_translator(language), now=NOW)

    assert "{" not in str(build_pages(state))


def test_exactly_one_option_is_selected() -> None:
    for row in _list_rows(SettingsState()):
        options = row.options if isinstance(row, ChoiceRow) else ()
        if isinstance(row, IconChoiceRow):
            options = tuple(option for option, _ in row.options)
        if options:
            assert sum(option.is_selected for option in options) == 1


def test_a_switch_toggles() -> None:
    on = SettingsState(Settings(sync_enabled=True))
    off = SettingsState(Settings(sync_enabled=False))
    label = "Sync with your other computers"

    for state, is_on in ((on, True), (off, False)):
        row = _find_row(state, label)
        assert isinstance(row, SwitchRow)
        assert row.is_on is is_on
        assert parse_set_action(row.action) == ("sync.enabled", not is_on)


def test_the_left_click_switches_between_popup_and_menu() -> None:
    label = "Left click opens the stats"
    for chosen, other in (("popup", "menu"), ("menu", "popup")):
        row = _find_row(
            SettingsState(Settings(general_left_click=chosen)), label
        )

        assert isinstance(row, SwitchRow)
        assert row.is_on is (chosen == "popup")
        assert parse_set_action(row.action) == ("general.left_click", other)


def test_a_stepper_moves_to_adjacent_values() -> None:
    label = "Full rescan every"
    steps = {}
    for seconds in (5, 60, 600, 50):
        settings = Settings(general_look_every_seconds=seconds)
        row = _find_row(SettingsState(settings), label)
        assert isinstance(row, StepperRow)
        steps[seconds] = (row.decrease_action, row.value, row.increase_action)

    key = "general.look_every_seconds"
    assert steps[60] == (
        format_set_action(key, 30),
        "60 s",
        format_set_action(key, 120),
    )
    assert steps[5] == ("", "5 s", format_set_action(key, 10))
    assert steps[600] == (format_set_action(key, 300), "600 s", "")
    # A value that only an edit of the file can set.
    assert steps[50] == (
        format_set_action(key, 30),
        "50",
        format_set_action(key, 120),
    )


def test_an_unknown_language_is_shown_unchanged() -> None:
    row = _find_row(
        SettingsState(Settings(general_language="tlh")), "Language"
    )

    assert isinstance(row, StepperRow)
    assert row.value == "tlh"


def test_custom_quiet_hours_remain_an_option() -> None:
    settings = Settings(notifications_quiet_hours="23:30-06:00")

    row = _find_row(SettingsState(settings), "Quiet hours")

    assert isinstance(row, ChoiceRow)
    labels = [option.label for option in row.options]
    assert labels[0] == "Off"
    assert len(labels) == 3
    assert [option.is_selected for option in row.options] == [
        False,
        False,
        True,
    ]


def test_start_at_login_is_offered_where_supported() -> None:
    labels = {
        starts_at_login: [
            getattr(row, "label", "") for row in _list_rows(state)
        ]
        for starts_at_login in (None, True, False)
        for state in (SettingsState(starts_at_login=starts_at_login),)
    }

    assert "Start at login" not in labels[None]
    assert "Start at login" in labels[True]
    assert "Start at login" in labels[False]


def test_icons_are_drawn_with_the_current_settings() -> None:
    settings = Settings(
        icon_style="pie",
        icon_number="percent",
        icon_panel="tile",
        icon_colour="single",
        icon_week_bar=False,
    )
    (row,) = (
        r
        for r in _list_rows(SettingsState(settings))
        if isinstance(r, IconChoiceRow)
    )

    chosen = [icon for option, icon in row.options if option.is_selected]
    assert [icon.style for icon in chosen] == ["pie"]
    assert chosen[0].week_fraction is None
    assert chosen[0].is_single_color
    assert (chosen[0].panel, chosen[0].text_kind) == ("tile", "percent")


def test_icons_follow_the_window_colors_by_default() -> None:
    panels = {}
    for is_dark in (True, False):
        rows = _list_rows(SettingsState(is_dark=is_dark))
        (row,) = (r for r in rows if isinstance(r, IconChoiceRow))
        panels[is_dark] = row.options[0][1].panel

    assert panels == {True: "dark", False: "light"}


def test_sync_shows_queue_and_problem() -> None:
    sync = SyncState(
        SyncPhase.DELAYED, NOW - timedelta(minutes=2), 1312, 0, "No answer."
    )
    state = SettingsState(now=NOW, sync=sync)

    labels = {
        row.label: row.value
        for row in _list_rows(state)
        if isinstance(row, InfoRow)
    }

    assert labels["Last sync"] == "2 min ago"
    assert labels["Pending"] == "1,312"
    assert labels["Last error"] == "No answer."
    assert labels["Address"] == "not set"


def test_without_a_sync_the_last_one_is_never() -> None:
    state = SettingsState(now=NOW, sync=SyncState(SyncPhase.IDLE))

    row = _find_row(state, "Last sync")

    assert isinstance(row, InfoRow)
    assert row.value == "never"


def test_the_privacy_page_lists_what_is_sent() -> None:
    label = "Sent from this computer"
    values = []
    for is_on in (False, True):
        row = _find_row(SettingsState(Settings(sync_enabled=is_on)), label)
        assert isinstance(row, InfoRow)
        values.append(row.value)

    assert values == ["nothing", "counts and costs only"]
