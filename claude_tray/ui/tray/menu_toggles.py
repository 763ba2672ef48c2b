"""The menu's switches: the icon, notifications, forwarding."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.core.snapshot import SyncPhase
from claude_tray.ui.toolkit.user_action import ActionKind, UserAction
from claude_tray.ui.tray.context import SEPARATOR
from claude_tray.ui.tray.menu_model import CheckState, MenuEntry
from claude_tray.ui.tray.title_case import apply_title_case

if TYPE_CHECKING:
    from claude_tray.ui.tray.context import AccountContext, ViewOptions


if TYPE_CHECKING:
    SettingValue = str | bool

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def build_icon_entry(options: ViewOptions) -> MenuEntry:
    """Return how the icon is drawn, to choose from."""
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
    """Return what is told, to switch."""
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
                _format_label(options, gettext("Mute until the reset")),
                UserAction(ActionKind.UNMUTE if is_muted else ActionKind.MUTE),
                CheckState.CHECK,
                is_muted,
            ),
        ),
    )


def build_sync_entry(
    context: AccountContext, options: ViewOptions
) -> MenuEntry:
    """Return how forwarding stands, and its switch."""
    gettext = context.translator.gettext
    is_on = options.settings.sync_enabled
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
        for line in _format_sync_lines(context)
    ]
    if is_on:
        name = _format_label(options, gettext("Sync now"))
        entries.append(MenuEntry(name, UserAction(ActionKind.SYNC_NOW)))
    entries += [
        None,
        MenuEntry(
            _format_label(options, gettext("Sync settings")),
            _OPEN_SYNC_SETTINGS,
        ),
    ]
    label = (
        gettext("Sync") + SEPARATOR + _format_sync_state(context, is_on=is_on)
    )
    return MenuEntry(label, entries=tuple(entries))


_OPEN_SYNC_SETTINGS: Final = UserAction(ActionKind.OPEN_SETTINGS, page="sync")


def _format_sync_state(context: AccountContext, *, is_on: bool) -> str:
    gettext, sync = context.translator.gettext, context.snapshot.sync
    if not is_on or sync.phase is SyncPhase.OFF:
        return gettext("off")
    if sync.phase is SyncPhase.RUNNING:
        return gettext("running")
    if sync.phase in (SyncPhase.DELAYED, SyncPhase.STOPPED):
        since = sync.failing_since
        if since is None:
            return gettext("failed")
        return gettext("failed {clock}", clock=context.format_clock(since))
    return _format_last_sync(context) or gettext("waiting")


def _format_sync_lines(context: AccountContext) -> list[str]:
    gettext, sync = context.translator.gettext, context.snapshot.sync
    lines = []
    if last_sync := _format_last_sync(context):
        lines.append(gettext("Last sync {ago}", ago=last_sync))
    if sync.pending:
        lines.append(
            context.translator.ngettext(
                "{n} message is waiting",
                "{n} messages are waiting",
                sync.pending,
            ),
        )
    if sync.quarantined:
        lines.append(
            context.translator.ngettext(
                "{n} message is set aside",
                "{n} messages are set aside",
                sync.quarantined,
            ),
        )
    if sync.problem:
        lines.append(sync.problem)
    return lines


def _format_last_sync(context: AccountContext) -> str:
    """Say when the last sync was; nothing if there was none."""
    at, translator = context.snapshot.sync.last_ok_at, context.translator
    if at is None:
        return ""
    elapsed = context.now - at
    if elapsed < _MINUTE:
        return translator.gettext("just now")
    if elapsed < _HOUR:
        minutes = elapsed // _MINUTE
        return translator.ngettext("{n} min ago", "{n} min ago", minutes)
    if elapsed < _DAY:
        return translator.gettext("at {clock}", clock=context.format_clock(at))
    return context.format_day_and_clock(at)


def _build_budget_entry(options: ViewOptions) -> MenuEntry:
    gettext, settings = options.translator.gettext, options.settings
    name = _format_label(options, gettext("Daily budget"))
    if not settings.limits_daily_budget_usd:
        # There is nothing to switch on before there is a sum.
        action = UserAction(ActionKind.OPEN_SETTINGS, page="limits")
        return MenuEntry(name, action, CheckState.CHECK, is_on=False)
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
            _format_label(options, name),
            UserAction(ActionKind.CHANGE_SETTINGS, changes=((key, value),)),
            CheckState.RADIO,
            value == selected,
        )
        for value, name in names.items()
    ]


def _build_check_entry(
    options: ViewOptions,
    name: str,
    is_on: bool,  # noqa: FBT001 - a fact
    changes: tuple[tuple[str, SettingValue], ...],
) -> MenuEntry:
    action = UserAction(ActionKind.CHANGE_SETTINGS, changes=changes)
    return MenuEntry(
        _format_label(options, name), action, CheckState.CHECK, is_on
    )


def _format_label(options: ViewOptions, text: str) -> str:
    return apply_title_case(text, options.translator.language, options.style)
