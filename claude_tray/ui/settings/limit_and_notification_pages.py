"""The pages about limits and what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.settings.form_model import (
    ButtonsRow,
    ChoiceRow,
    FormGroup,
    FormOption,
    SettingsPage,
)
from claude_tray.ui.settings.state import format_set_action
from claude_tray.ui.toolkit.widgets import Button

if TYPE_CHECKING:
    from claude_tray.ui.settings.form_model import FormRow
    from claude_tray.ui.settings.state import SettingsState


_BUDGET_STEPS: Final = (
    0,
    1,
    2,
    5,
    10,
    15,
    20,
    25,
    30,
    40,
    50,
    75,
    100,
    150,
    200,
)
_NANO_USD: Final = 1_000_000_000
_DEFAULT_QUIET_HOURS: Final = "22:00-08:00"


def build_limits_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    plan = state.build_choice(
        "limits.plan",
        gettext("Plan"),
        (
            ("auto", gettext("Automatic")),
            ("pro", "Pro"),
            ("max5", "Max 5x"),
            ("max20", "Max 20x"),
        ),
        gettext("Only changes the label shown"),
    )
    rule = state.build_choice(
        "window.rule",
        gettext("Round window start to"),
        (
            ("auto", gettext("Automatic")),
            ("exact", gettext("Exact")),
            ("ten-minutes", gettext("10 min")),
            ("hour", gettext("Hour")),
        ),
        gettext("Used only when unknown"),
    )
    budget = state.build_stepper(
        "limits.daily_budget_usd",
        gettext("Daily budget"),
        [(float(n), _format_dollars(state, n)) for n in _BUDGET_STEPS],
        gettext("Get notified when a day's cost reaches this"),
    )
    table = state.build_choice(
        "cost.table",
        gettext("Prices"),
        (("anthropic", "Anthropic"), ("agent-sync", "agent-sync")),
    )
    groups = (
        FormGroup(gettext("Plan"), (plan,)),
        FormGroup(gettext("5-hour window"), (rule,)),
        FormGroup(gettext("Costs"), (budget, table)),
    )
    return SettingsPage("limits", gettext("Limits"), groups)


def build_notifications_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    enabled = state.build_switch("notifications.enabled", gettext("Notify me"))
    week = (
        state.build_switch(
            "notifications.week", gettext("Warn me about the weekly limit")
        ),
        state.build_stepper(
            "notifications.week_percent",
            gettext("Warn at"),
            _list_percent_steps(state),
        ),
    )
    test = Button("test-notification", gettext("Send a Test Notification"))
    groups = (
        FormGroup(gettext("Notifications"), (enabled,)),
        FormGroup(gettext("5-hour window"), _build_window_rows(state)),
        FormGroup(gettext("Week"), week),
        FormGroup(
            gettext("Do not disturb"),
            (_build_quiet_hours(state), ButtonsRow((test,))),
        ),
    )
    return SettingsPage("notifications", gettext("Notifications"), groups)


def _build_window_rows(state: SettingsState) -> tuple[FormRow, ...]:
    gettext = state.translator.gettext
    percents = _list_percent_steps(state)
    return (
        state.build_switch(
            "notifications.run_out",
            gettext("Warn me if I'll run out early"),
        ),
        state.build_stepper(
            "notifications.warn_percent", gettext("Warn at"), percents
        ),
        state.build_stepper(
            "notifications.warn_again_percent",
            gettext("Warn again at"),
            percents,
        ),
        state.build_switch(
            "notifications.reset",
            gettext("Notify me when my limit resets"),
        ),
    )


def _build_quiet_hours(state: SettingsState) -> ChoiceRow:
    """Offer none, the usual hours, and those that the file has."""
    gettext, key = state.translator.gettext, "notifications.quiet_hours"
    current = state.get_value(key)
    hours = [_DEFAULT_QUIET_HOURS]
    if current and current != _DEFAULT_QUIET_HOURS:
        hours.append(current)
    options = [
        FormOption(format_set_action(key, ""), gettext("Off"), not current)
    ]
    options += [
        FormOption(
            format_set_action(key, text),
            text.replace("-", " \N{EN DASH} "),
            text == current,
        )
        for text in hours
    ]
    return ChoiceRow(gettext("Quiet hours"), tuple(options))


def _list_percent_steps(state: SettingsState) -> list[tuple[int, str]]:
    steps = (*range(50, 95, 5), 95, 99)
    return [(n, state.translator.format_percent(n)) for n in steps]


def _format_dollars(state: SettingsState, amount: int) -> str:
    if not amount:
        return state.translator.gettext("none")
    return state.translator.format_money(amount * _NANO_USD)
