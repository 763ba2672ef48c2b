from __future__ import annotations

import pytest

from claude_tray.config.schema import OPTIONS, Settings
from claude_tray.ui.settings.form_model import ChoiceRow, StepperRow, SwitchRow
from claude_tray.ui.settings.state import (
    SettingsState,
    format_set_action,
    parse_set_action,
)

STATE = SettingsState()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sync.enabled", True),
        ("sync.enabled", False),
        ("icon.style", "ring"),
        ("notifications.warn_percent", 80),
        ("limits.daily_budget_usd", 12.5),
        ("notifications.quiet_hours", "22:00-08:00"),
    ],
)
def test_actions_carry_key_and_value(key: str, value: object) -> None:
    assert parse_set_action(format_set_action(key, value)) == (key, value)


def test_each_option_with_a_widget_has_a_row() -> None:
    rows = [
        STATE.build_row(option.name) for option in OPTIONS if option.widget
    ]

    assert {type(row) for row in rows} == {SwitchRow, ChoiceRow, StepperRow}


def test_a_stepper_starts_at_the_nearest_value() -> None:
    state = STATE._replace(settings=Settings(general_look_every_seconds=70))

    row = state.build_row("general.look_every_seconds")

    assert isinstance(row, StepperRow)
    assert row.value == "70"
    assert row.decrease_action.endswith("=30")
    assert row.increase_action.endswith("=120")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("general.look_every_seconds", "60 s"),
        ("sync.every_seconds", "5 min"),
        ("notifications.warn_percent", "75%"),
        ("limits.daily_budget_usd", "none"),
    ],
)
def test_values_of_steppers_have_units(key: str, value: str) -> None:
    row = STATE.build_row(key)

    assert isinstance(row, StepperRow)
    assert row.value == value


def test_a_switch_may_stand_for_two_words() -> None:
    row = STATE.build_row("general.left_click")

    assert isinstance(row, SwitchRow)
    assert (row.is_on, row.action) == (True, "set:general.left_click=menu")
