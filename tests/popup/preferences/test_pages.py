from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.snapshot import SyncPhase, SyncState
from claude_tray.popup.preferences.form import (
    Choice,
    Info,
    Pictures,
    Stepper,
    Switch,
)
from claude_tray.popup.preferences.pages import NAMES, pages_of
from claude_tray.popup.preferences.standing import (
    Standing,
    choice_of,
    setting,
)
from claude_tray.settings.keys import BY_NAME
from claude_tray.settings.parse import Settings
from claude_tray.words.tongue import languages, tongue_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.popup.preferences.form import Row

NOW = datetime(2026, 11, 24, 12, 13, tzinfo=UTC)


def _rows(standing: Standing) -> Iterator[Row]:
    for page in pages_of(standing):
        for group in page.groups:
            yield from group.rows


def _actions(standing: Standing) -> Iterator[str]:
    for row in _rows(standing):
        if isinstance(row, Switch):
            yield row.action
        elif isinstance(row, Choice):
            yield from (option.action for option in row.options)
        elif isinstance(row, Pictures):
            yield from (option.action for option, _ in row.options)
        elif isinstance(row, Stepper):
            yield from filter(None, (row.less, row.more))


def _row(standing: Standing, label: str) -> Row:
    return next(
        row for row in _rows(standing) if getattr(row, "label", "") == label
    )


def test_the_pages_are_those_of_the_window() -> None:
    assert tuple(page.name for page in pages_of(Standing())) == NAMES


def test_everything_that_can_be_pressed_makes_a_setting_that_holds() -> None:
    for action in _actions(Standing()):
        key, value = choice_of(action)

        BY_NAME[key].read(key, value)


@pytest.mark.parametrize("language", languages())
def test_every_page_is_spoken_in_every_language(language: str) -> None:
    standing = Standing(tongue=tongue_of(language), now=NOW)

    assert "{" not in str(pages_of(standing))


def test_exactly_one_of_a_choice_is_in_force() -> None:
    for row in _rows(Standing()):
        options = row.options if isinstance(row, Choice) else ()
        if isinstance(row, Pictures):
            options = tuple(option for option, _ in row.options)
        if options:
            assert sum(option.is_chosen for option in options) == 1


def test_a_switch_offers_the_other_way() -> None:
    on = Standing(Settings(sync_enabled=True))
    off = Standing(Settings(sync_enabled=False))
    label = "Sync with your other computers"

    for standing, is_on in ((on, True), (off, False)):
        row = _row(standing, label)
        assert isinstance(row, Switch)
        assert row.is_on is is_on
        assert choice_of(row.action) == ("sync.enabled", not is_on)


def test_a_left_click_opens_the_popup_or_the_menu() -> None:
    label = "Open the stats with a left click"
    for chosen, other in (("popup", "menu"), ("menu", "popup")):
        row = _row(Standing(Settings(general_left_click=chosen)), label)

        assert isinstance(row, Switch)
        assert row.is_on is (chosen == "popup")
        assert choice_of(row.action) == ("general.left_click", other)


def test_a_stepper_steps_to_its_neighbours_and_no_further() -> None:
    label = "Look for new data every"
    steps = {}
    for seconds in (5, 60, 600, 50):
        settings = Settings(general_look_every_seconds=seconds)
        row = _row(Standing(settings), label)
        assert isinstance(row, Stepper)
        steps[seconds] = (row.less, row.value, row.more)

    key = "general.look_every_seconds"
    assert steps[60] == (setting(key, 30), "60 s", setting(key, 120))
    assert steps[5] == ("", "5 s", setting(key, 10))
    assert steps[600] == (setting(key, 300), "600 s", "")
    # One that a person wrote into the file.
    assert steps[50] == (setting(key, 30), "50", setting(key, 120))


def test_a_language_of_the_file_is_shown_as_it_stands() -> None:
    row = _row(Standing(Settings(general_language="tlh")), "Language")

    assert isinstance(row, Stepper)
    assert row.value == "tlh"


def test_quiet_hours_of_ones_own_are_kept_in_the_choice() -> None:
    settings = Settings(notifications_quiet_hours="23:30-06:00")

    row = _row(Standing(settings), "Quiet hours")

    assert isinstance(row, Choice)
    labels = [option.label for option in row.options]
    assert labels[0] == "Off"
    assert len(labels) == 3
    assert [option.is_chosen for option in row.options] == [
        False,
        False,
        True,
    ]


def test_start_at_login_is_offered_where_it_can_be_told() -> None:
    labels = {
        told: [getattr(row, "label", "") for row in _rows(standing)]
        for told in (None, True, False)
        for standing in (Standing(starts_at_login=told),)
    }

    assert "Start at login" not in labels[None]
    assert "Start at login" in labels[True]
    assert "Start at login" in labels[False]


def test_icons_are_shown_as_they_will_be() -> None:
    settings = Settings(
        icon_style="pie",
        icon_number="percent",
        icon_panel="tile",
        icon_colour="single",
        icon_week_bar=False,
    )
    (row,) = (r for r in _rows(Standing(settings)) if isinstance(r, Pictures))

    chosen = [icon for option, icon in row.options if option.is_chosen]
    assert [icon.style for icon in chosen] == ["pie"]
    assert chosen[0].week is None
    assert chosen[0].is_single
    assert (chosen[0].panel, chosen[0].number) == ("tile", "percent")


def test_without_a_choice_icons_are_shown_for_the_colours_in_force() -> None:
    panels = {}
    for is_dark in (True, False):
        rows = _rows(Standing(is_dark=is_dark))
        (row,) = (r for r in rows if isinstance(r, Pictures))
        panels[is_dark] = row.options[0][1].panel

    assert panels == {True: "dark", False: "light"}


def test_forwarding_tells_what_waits_and_what_is_wrong() -> None:
    sync = SyncState(
        SyncPhase.DELAYED, NOW - timedelta(minutes=2), 1312, 0, "No answer."
    )
    standing = Standing(now=NOW, sync=sync)

    told = {
        row.label: row.value
        for row in _rows(standing)
        if isinstance(row, Info)
    }

    assert told["Last sync"] == "2m ago"
    assert told["Waiting"] == "1,312"
    assert told["Last error"] == "No answer."
    assert told["Address"] == "none yet"


def test_forwarding_that_never_was_says_so() -> None:
    standing = Standing(now=NOW, sync=SyncState(SyncPhase.IDLE))

    row = _row(standing, "Last sync")

    assert isinstance(row, Info)
    assert row.value == "never"


def test_what_leaves_is_told_as_it_is() -> None:
    label = "What leaves this computer"
    values = []
    for is_on in (False, True):
        row = _row(Standing(Settings(sync_enabled=is_on)), label)
        assert isinstance(row, Info)
        values.append(row.value)

    assert values == ["nothing", "counts and costs, to your server"]
