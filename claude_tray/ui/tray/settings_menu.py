"""Build the submenus that change settings: icon, notifications and sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.snapshot import SyncState
from claude_tray.presentation.limit_text import SEPARATOR
from claude_tray.presentation.sync_text import (
    format_sync_state,
    list_sync_details,
)
from claude_tray.ui.toolkit.messages import ActionKind, UserAction
from claude_tray.ui.tray.menu_model import MenuEntry, ToggleKind, ViewOptions

if TYPE_CHECKING:
    from claude_tray.presentation.context import ViewContext


if TYPE_CHECKING:
    SettingValue = str | bool

_OPEN_SYNC_SETTINGS: Final = UserAction(ActionKind.OPEN_SETTINGS, page="sync")


def build_icon_entry(options: ViewOptions) -> MenuEntry:
    """Build the submenu that selects style and number of the icon."""
    gettext, settings = options.translator.gettext, options.settings
    styles = {
        "meter": gettext("Countdown"),
        "ring": gettext("Ring"),
        "pie": gettext("Pie"),
        "text": gettext("Text only"),
    }
    numbers = {
        "time": gettext("Time left"),
        "percent": gettext("Percent used"),
    }
    return MenuEntry(
        gettext("Icon"),
        entries=(
            *_build_radio_entries(
                options, "icon.style", styles, settings.icon_style
            ),
            None,
            *_build_radio_entries(
                options, "icon.number", numbers, settings.icon_number
            ),
        ),
    )


def build_notifications_entry(options: ViewOptions) -> MenuEntry:
    """Build the submenu that toggles notifications."""
    gettext, settings = options.translator.gettext, options.settings
    is_warning = settings.notifications_run_out or settings.notifications_limit
    warning_keys = ("run_out", "limit", "week")
    is_muted = options.is_muted
    return MenuEntry(
        gettext("Notifications"),
        entries=(
            _build_check_entry(
                options,
                gettext("Limit warnings"),
                is_warning,
                tuple(
                    (f"notifications.{k}", not is_warning)
                    for k in warning_keys
                ),
            ),
            _build_check_entry(
                options,
                gettext("Window has reset"),
                settings.notifications_reset,
                (("notifications.reset", not settings.notifications_reset),),
            ),
            _build_budget_entry(options),
            None,
            MenuEntry(
                options.format_label(gettext("Mute until the reset")),
                UserAction(ActionKind.UNMUTE if is_muted else ActionKind.MUTE),
                ToggleKind.CHECK,
                is_muted,
            ),
        ),
    )


def build_sync_entry(
    sync: SyncState, context: ViewContext, options: ViewOptions
) -> MenuEntry:
    """Build the submenu with the state of sync and its toggle."""
    gettext, is_on = context.translator.gettext, options.settings.sync_enabled
    entries: list[MenuEntry | None] = [
        _build_check_entry(
            options,
            gettext("Sync with other computers"),
            is_on,
            (("sync.enabled", not is_on),),
        ),
    ]
    entries += [
        MenuEntry(line, _OPEN_SYNC_SETTINGS)
        for line in list_sync_details(sync, context)
    ]
    if is_on:
        name = options.format_label(gettext("Sync now"))
        entries.append(MenuEntry(name, UserAction(ActionKind.SYNC_NOW)))
    entries += [
        None,
        MenuEntry(
            options.format_label(gettext("Sync settings")),
            _OPEN_SYNC_SETTINGS,
        ),
    ]
    # The sync worker may still report a state after it was turned off.
    state = format_sync_state(sync if is_on else SyncState(), context)
    return MenuEntry(
        gettext("Sync") + SEPARATOR + state, entries=tuple(entries)
    )


def _build_budget_entry(options: ViewOptions) -> MenuEntry:
    gettext, settings = options.translator.gettext, options.settings
    name = options.format_label(gettext("Daily budget"))
    if not settings.limits_daily_budget_usd:
        # Without a budget there is nothing to turn on: open its setting.
        action = UserAction(ActionKind.OPEN_SETTINGS, page="limits")
        return MenuEntry(name, action, ToggleKind.CHECK, is_on=False)
    is_on = settings.notifications_budget
    changes: tuple[tuple[str, SettingValue], ...]
    changes = (("notifications.budget", not is_on),)
    return _build_check_entry(options, gettext("Daily budget"), is_on, changes)


def _build_radio_entries(
    options: ViewOptions,
    key: str,
    names: dict[str, str],
    selected: str,
) -> list[MenuEntry]:
    return [
        MenuEntry(
            options.format_label(name),
            UserAction(ActionKind.CHANGE_SETTINGS, changes=((key, value),)),
            ToggleKind.RADIO,
            value == selected,
        )
        for value, name in names.items()
    ]


def _build_check_entry(
    options: ViewOptions,
    name: str,
    is_on: bool,  # noqa: FBT001 - the state of the entry
    changes: tuple[tuple[str, SettingValue], ...],
) -> MenuEntry:
    action = UserAction(ActionKind.CHANGE_SETTINGS, changes=changes)
    return MenuEntry(
        options.format_label(name), action, ToggleKind.CHECK, is_on
    )
