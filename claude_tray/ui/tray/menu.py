"""Build the menu of the tray icon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.presentation.about import format_update
from claude_tray.presentation.limit_text import SEPARATOR
from claude_tray.presentation.live_text import format_session_count
from claude_tray.presentation.status_lines import (
    build_menu_lines,
    format_last_7_days,
    format_last_30_days,
    format_today,
    format_window_totals,
)
from claude_tray.presentation.welcome import (
    build_connect_suggestion,
    build_folder_suggestions,
    build_welcome,
)
from claude_tray.ui.toolkit.messages import ActionKind, UserAction
from claude_tray.ui.tray.menu_model import MenuEntry, ToggleKind, ViewOptions
from claude_tray.ui.tray.settings_menu import (
    build_icon_entry,
    build_notifications_entry,
    build_sync_entry,
)
from claude_tray.ui.tray.setup_menu import (
    build_suggestion_entry,
    build_welcome_entries,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.snapshot import RankedUsage, Snapshot
    from claude_tray.presentation.context import ViewContext


if TYPE_CHECKING:
    MenuEntries = tuple[MenuEntry | None, ...]

_MAX_LABEL_LENGTH: Final = 48


def build_menu(
    snapshot: Snapshot, contexts: Sequence[ViewContext], options: ViewOptions
) -> MenuEntries:
    """
    Build the menu.

    Args:
        snapshot: Snapshot to show.
        contexts: One for each account, the last used first; at least one.
        options: Options of the user and the desktop.
    """
    welcome = build_welcome(snapshot, contexts[0], options.setup)
    return (
        *_build_restart_entries(options),
        _build_show_entry(options),
        None,
        *(
            build_welcome_entries(welcome, options)
            if welcome
            else _build_usage_entries(snapshot, contexts, options)
        ),
        None,
        *_build_action_entries(snapshot, contexts[0], options),
        None,
        build_icon_entry(options),
        *(
            ()
            if welcome and welcome.switches
            else (
                build_notifications_entry(options),
                *_build_autostart_entries(options),
            )
        ),
        _build_settings_entry(options),
        None,
        _build_about_entry(options),
        _build_quit_entry(options),
    )


def _build_restart_entries(options: ViewOptions) -> MenuEntries:
    if not options.is_replaced:
        return ()
    gettext = options.translator.gettext
    label = gettext("claude-tray was updated") + SEPARATOR + gettext("Restart")
    return MenuEntry(label, UserAction(ActionKind.RESTART)), None


def _build_usage_entries(
    snapshot: Snapshot, contexts: Sequence[ViewContext], options: ViewOptions
) -> MenuEntries:
    context, setup = contexts[0], options.setup
    suggestions = (
        build_connect_suggestion(snapshot, context, setup),
        *build_folder_suggestions(snapshot, context.translator),
    )
    return (
        *_build_account_entries(snapshot, contexts, options),
        *(
            build_suggestion_entry(suggestion, options)
            for suggestion in suggestions
            if suggestion
        ),
        None,
        *_build_totals_entries(snapshot, context, options),
    )


def _build_show_entry(options: ViewOptions) -> MenuEntry:
    # A left click on the icon chooses the default entry.
    is_default = options.settings.general_left_click == "popup"
    text = options.format_label(options.translator.gettext("Show stats"))
    return MenuEntry(text, is_default=is_default)


def _build_account_entries(
    snapshot: Snapshot, contexts: Sequence[ViewContext], options: ViewOptions
) -> list[MenuEntry | None]:
    entries: list[MenuEntry | None] = []
    show_help = options.format_label(
        options.translator.gettext("Show details")
    )
    for context in contexts:
        if entries:
            entries.append(None)
        lines = build_menu_lines(snapshot, context)
        if snapshot.problem:
            lines[0] += SEPARATOR + show_help
        if len(contexts) > 1 and context.account:
            lines[0] = f"{context.account.name}: {lines[0]}"
        entries += [MenuEntry(_shorten(line)) for line in lines]
    sessions = format_session_count(snapshot.sessions, options.translator)
    if sessions:
        show_live = UserAction(ActionKind.OPEN_DASHBOARD, page="/live")
        entries.append(MenuEntry(sessions, show_live))
    return entries


def _build_totals_entries(
    snapshot: Snapshot, context: ViewContext, options: ViewOptions
) -> list[MenuEntry]:
    gettext, window = context.translator.gettext, context.window
    scope, own_scope = "", ""
    if len(snapshot.accounts) > 1 and context.account:
        own_scope = f"{context.account.name}: "
        scope = gettext("All") + ": "
    today = scope + format_today(snapshot.today, context)
    periods = [
        *(
            [own_scope + format_window_totals(window, context)]
            if window
            else []
        ),
        *_list_account_totals(snapshot, context),
        today,
        scope + format_last_7_days(snapshot.last_7_days, context),
        scope + format_last_30_days(snapshot.last_30_days, context),
    ]
    projects = _build_ranking_entry(
        context, gettext("Projects"), snapshot.projects
    )
    models = _build_ranking_entry(context, gettext("Models"), snapshot.models)
    if projects:
        dashboard_entry = MenuEntry(
            options.format_label(gettext("All projects in the dashboard")),
            UserAction(ActionKind.OPEN_DASHBOARD, page="/projects"),
        )
        projects = projects._replace(
            entries=(*projects.entries, None, dashboard_entry)
        )
    entries = (
        MenuEntry(gettext("Usage"), entries=tuple(map(MenuEntry, periods))),
        projects,
        models,
    )
    return [entry for entry in entries if entry is not None]


def _list_account_totals(
    snapshot: Snapshot, context: ViewContext
) -> list[str]:
    """Return today's usage of each account, if there are several."""
    if len(snapshot.accounts) <= 1:
        return []
    return [
        f"{account.name}: {format_today(account.today, context)}"
        for account in snapshot.accounts
    ]


def _build_ranking_entry(
    context: ViewContext,
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
    snapshot: Snapshot, context: ViewContext, options: ViewOptions
) -> MenuEntries:
    gettext = options.translator.gettext
    sync = build_sync_entry(snapshot.sync, context, options)
    entries = [
        (gettext("Open dashboard…"), ActionKind.OPEN_DASHBOARD),
        (gettext("Refresh now"), ActionKind.REFRESH),
    ]
    if options.settings.sync_url:
        entries.append((gettext("Open server"), ActionKind.OPEN_SERVER))
    return *(
        MenuEntry(options.format_label(label), UserAction(kind))
        for label, kind in entries
    ), sync


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
        text = options.format_label(gettext("Start at login"))
    return (MenuEntry(text, UserAction(kind), ToggleKind.CHECK, is_on),)


def _build_settings_entry(options: ViewOptions) -> MenuEntry:
    text = options.translator.gettext("Settings")
    return MenuEntry(
        text + options.style.settings_suffix,
        UserAction(ActionKind.OPEN_SETTINGS),
    )


def _build_about_entry(options: ViewOptions) -> MenuEntry:
    gettext = options.translator.gettext
    if options.available_version:
        text = format_update(options.available_version, options.translator)
    else:
        text = gettext("About claude-tray")
    return MenuEntry(
        text, UserAction(ActionKind.OPEN_DASHBOARD, page="/about")
    )


def _build_quit_entry(options: ViewOptions) -> MenuEntry:
    gettext = options.translator.gettext
    text = (
        gettext("Exit")
        if options.style.has_windows_labels
        else gettext("Quit claude-tray")
    )
    return MenuEntry(text, UserAction(ActionKind.QUIT))


def _shorten(text: str) -> str:
    """Shorten a text that would make the menu too wide."""
    if len(text) <= _MAX_LABEL_LENGTH:
        return text
    return text[: _MAX_LABEL_LENGTH - 1] + "\N{HORIZONTAL ELLIPSIS}"
