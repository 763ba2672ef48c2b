"""Build the "Limits" and "Notifications" pages."""

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


_DEFAULT_QUIET_HOURS: Final = "22:00-08:00"


def build_limits_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    groups = (
        FormGroup(gettext("Plan"), (state.build_row("limits.plan"),)),
        FormGroup(gettext("5-hour window"), (state.build_row("window.rule"),)),
        FormGroup(
            gettext("Costs"),
            (
                state.build_row("limits.daily_budget_usd"),
                state.build_row("cost.table"),
            ),
        ),
    )
    return SettingsPage("limits", gettext("Limits"), groups)


def build_notifications_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    week = (
        state.build_row("notifications.week"),
        state.build_row("notifications.week_percent"),
    )
    test = Button("test-notification", gettext("Send a Test Notification"))
    groups = (
        FormGroup(
            gettext("Notifications"),
            (state.build_row("notifications.enabled"),),
        ),
        FormGroup(gettext("5-hour window"), _build_window_rows(state)),
        FormGroup(gettext("Week"), week),
        FormGroup(
            gettext("Do not disturb"),
            (_build_quiet_hours(state), ButtonsRow((test,))),
        ),
    )
    return SettingsPage("notifications", gettext("Notifications"), groups)


def _build_window_rows(state: SettingsState) -> tuple[FormRow, ...]:
    return (
        state.build_row("notifications.run_out"),
        state.build_row("notifications.warn_percent"),
        state.build_row("notifications.warn_again_percent"),
        state.build_row("notifications.reset"),
    )


def _build_quiet_hours(state: SettingsState) -> ChoiceRow:
    """Offer no quiet hours, the default ones, and those of the file."""
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
