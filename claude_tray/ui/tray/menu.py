"""The menu, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.toolkit.user_action import ActionKind, UserAction
from claude_tray.ui.tray.context import SEPARATOR
from claude_tray.ui.tray.menu_model import CheckState, MenuEntry
from claude_tray.ui.tray.menu_text import format_account_lines
from claude_tray.ui.tray.menu_toggles import (
    build_icon_entry,
    build_notifications_entry,
    build_sync_entry,
)
from claude_tray.ui.tray.title_case import apply_title_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.snapshot import RankedUsage
    from claude_tray.ui.tray.context import AccountContext, ViewOptions


if TYPE_CHECKING:
    MenuEntries = tuple[MenuEntry | None, ...]

_MAX_LABEL_LENGTH: Final = 48


def build_menu(
    contexts: Sequence[AccountContext], options: ViewOptions
) -> MenuEntries:
    """
    Return the menu.

    Args:
        contexts: One for each account, the one used last first; at least one.
        options: How the person wants it.
    """
    return (
        _build_show_entry(options),
        None,
        *_build_account_entries(contexts),
        None,
        *_build_totals_entries(contexts[0], options),
        None,
        *_build_action_entries(contexts[0], options),
        None,
        build_icon_entry(options),
        build_notifications_entry(options),
        *_build_autostart_entries(options),
        _build_settings_entry(options),
        None,
        _build_about_entry(options),
        _build_quit_entry(options),
    )


def _build_show_entry(options: ViewOptions) -> MenuEntry:
    # A left click does what is the default.
    is_default = options.settings.general_left_click == "popup"
    text = _format_label(options, options.translator.gettext("Show stats"))
    return MenuEntry(text, is_default=is_default)


def _build_account_entries(
    contexts: Sequence[AccountContext],
) -> list[MenuEntry | None]:
    entries: list[MenuEntry | None] = []
    for context in contexts:
        if entries:
            entries.append(None)
        entries += [
            MenuEntry(_shorten(line)) for line in format_account_lines(context)
        ]
    return entries


def _build_totals_entries(
    context: AccountContext, options: ViewOptions
) -> MenuEntries:
    gettext, snapshot = context.translator.gettext, context.snapshot
    today = context.format_totals(snapshot.today)
    period_entries = [
        MenuEntry(gettext("Today {cost} \N{MIDDLE DOT} {tokens}", **today)),
        MenuEntry(
            gettext(
                "Last 7 days {cost} \N{MIDDLE DOT} {tokens}",
                **context.format_totals(snapshot.last_7_days),
            ),
        ),
        MenuEntry(
            gettext(
                "Last 30 days {cost} \N{MIDDLE DOT} {tokens}",
                **context.format_totals(snapshot.last_30_days),
            ),
        ),
    ]
    if context.window is not None:
        window = context.format_totals(context.window.totals)
        text = gettext("This window {cost} \N{MIDDLE DOT} {tokens}", **window)
        period_entries.insert(0, MenuEntry(text))
    title = gettext("Today {cost} \N{MIDDLE DOT} {tokens} tokens", **today)
    rankings = (
        _build_ranking_entry(context, gettext("Projects"), snapshot.projects),
        _build_ranking_entry(context, gettext("Models"), snapshot.models),
    )
    projects, models = rankings
    if projects and options.settings.sync_url:
        name = _format_label(options, gettext("All projects in the dashboard"))
        dashboard_entry = MenuEntry(
            name, UserAction(ActionKind.OPEN_DASHBOARD)
        )
        projects = projects._replace(
            entries=(*projects.entries, None, dashboard_entry)
        )
    entries = (
        MenuEntry(title, entries=tuple(period_entries)),
        projects,
        models,
    )
    return tuple(entry for entry in entries if entry is not None)


def _build_ranking_entry(
    context: AccountContext,
    title: str,
    usages: Sequence[RankedUsage],
) -> MenuEntry | None:
    if not usages:
        return None
    labels = [
        _shorten(usage.name)
        + SEPARATOR
        + context.translator.format_cost(usage.totals)
        for usage in usages
    ]
    return MenuEntry(title, entries=tuple(map(MenuEntry, labels)))


def _build_action_entries(
    context: AccountContext, options: ViewOptions
) -> MenuEntries:
    gettext = options.translator.gettext
    refresh = _format_label(options, gettext("Refresh now"))
    sync = build_sync_entry(context, options)
    if not options.settings.sync_url:
        return MenuEntry(refresh, UserAction(ActionKind.REFRESH)), sync
    dashboard = _format_label(options, gettext("Open dashboard"))
    return (
        MenuEntry(refresh, UserAction(ActionKind.REFRESH)),
        MenuEntry(dashboard, UserAction(ActionKind.OPEN_DASHBOARD)),
        sync,
    )


def _build_autostart_entries(options: ViewOptions) -> MenuEntries:
    is_on, gettext = options.starts_at_login, options.translator.gettext
    if is_on is None:
        return ()
    kind = (
        ActionKind.DISABLE_AUTOSTART if is_on else ActionKind.ENABLE_AUTOSTART
    )
    if options.style.has_windows_labels:
        text = gettext("Start with Windows")
    else:
        text = _format_label(options, gettext("Start at login"))
    return (MenuEntry(text, UserAction(kind), CheckState.CHECK, is_on),)


def _build_settings_entry(options: ViewOptions) -> MenuEntry:
    text = options.translator.gettext("Settings")
    return MenuEntry(
        text + options.style.settings_suffix,
        UserAction(ActionKind.OPEN_SETTINGS),
    )


def _build_about_entry(options: ViewOptions) -> MenuEntry:
    gettext = options.translator.gettext
    if options.available_version:
        text = gettext(
            "Update to {version}", version=options.available_version
        )
    else:
        text = gettext("About claude-tray")
    return MenuEntry(text, UserAction(ActionKind.OPEN_SETTINGS, page="about"))


def _build_quit_entry(options: ViewOptions) -> MenuEntry:
    gettext = options.translator.gettext
    text = (
        gettext("Exit")
        if options.style.has_windows_labels
        else gettext("Quit claude-tray")
    )
    return MenuEntry(text, UserAction(ActionKind.QUIT))


def _format_label(options: ViewOptions, text: str) -> str:
    return apply_title_case(text, options.translator.language, options.style)


def _shorten(text: str) -> str:
    """Return a text that does not widen the menu across the screen."""
    if len(text) <= _MAX_LABEL_LENGTH:
        return text
    return text[: _MAX_LABEL_LENGTH - 1] + "\N{HORIZONTAL ELLIPSIS}"
