"""The menu, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.tray.action import Action, Wish
from claude_tray.tray.commands import command
from claude_tray.tray.entry import Mark, MenuEntry
from claude_tray.tray.menu_lines import menu_lines
from claude_tray.tray.switches import (
    icon_entry,
    notifications_entry,
    sync_entry,
)
from claude_tray.tray.telling import DOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.domain.snapshot import Share
    from claude_tray.tray.manner import Manner
    from claude_tray.tray.telling import Telling

    Lines = tuple[MenuEntry | None, ...]

_LONGEST: Final = 48


def menu_of(tellings: Sequence[Telling], manner: Manner) -> Lines:
    """
    Return the menu.

    Args:
        tellings: One for each account, the one used last first; at least one.
        manner: How the person wants it.
    """
    return (
        _show(manner),
        None,
        *_accounts(tellings),
        None,
        *_sums(tellings[0], manner),
        None,
        *_actions(tellings[0], manner),
        None,
        icon_entry(manner),
        notifications_entry(manner),
        *_login(manner),
        _settings(manner),
        None,
        _about(manner),
        _quit(manner),
    )


def _show(manner: Manner) -> MenuEntry:
    # A left click does what is the default.
    is_default = manner.settings.general_left_click == "popup"
    text = _named(manner, manner.tongue.say("Show stats"))
    return MenuEntry(text, is_default=is_default)


def _accounts(tellings: Sequence[Telling]) -> list[MenuEntry | None]:
    entries: list[MenuEntry | None] = []
    for telling in tellings:
        if entries:
            entries.append(None)
        entries += [MenuEntry(_short(line)) for line in menu_lines(telling)]
    return entries


def _sums(telling: Telling, manner: Manner) -> Lines:
    say, snapshot = telling.tongue.say, telling.snapshot
    today = telling.figures(snapshot.today)
    spans = [
        MenuEntry(say("Today {cost} \N{MIDDLE DOT} {tokens}", **today)),
        MenuEntry(
            say(
                "Last 7 days {cost} \N{MIDDLE DOT} {tokens}",
                **telling.figures(snapshot.last_7_days),
            ),
        ),
        MenuEntry(
            say(
                "Last 30 days {cost} \N{MIDDLE DOT} {tokens}",
                **telling.figures(snapshot.last_30_days),
            ),
        ),
    ]
    if telling.window is not None:
        window = telling.figures(telling.window.totals)
        text = say("This window {cost} \N{MIDDLE DOT} {tokens}", **window)
        spans.insert(0, MenuEntry(text))
    title = say("Today {cost} \N{MIDDLE DOT} {tokens} tokens", **today)
    rankings = (
        _ranking(telling, say("Projects"), snapshot.projects),
        _ranking(telling, say("Models"), snapshot.models),
    )
    projects, models = rankings
    if projects and manner.settings.sync_url:
        name = _named(manner, say("All projects in the dashboard"))
        more = MenuEntry(name, Wish(Action.OPEN_DASHBOARD))
        projects = projects._replace(entries=(*projects.entries, None, more))
    entries = (MenuEntry(title, entries=tuple(spans)), projects, models)
    return tuple(entry for entry in entries if entry is not None)


def _ranking(
    telling: Telling,
    title: str,
    shares: Sequence[Share],
) -> MenuEntry | None:
    if not shares:
        return None
    lines = [
        _short(share.name) + DOT + telling.tongue.cost_of(share.totals)
        for share in shares
    ]
    return MenuEntry(title, entries=tuple(map(MenuEntry, lines)))


def _actions(telling: Telling, manner: Manner) -> Lines:
    say = manner.tongue.say
    refresh = _named(manner, say("Refresh now"))
    sync = sync_entry(telling, manner)
    if not manner.settings.sync_url:
        return MenuEntry(refresh, Wish(Action.REFRESH)), sync
    dashboard = _named(manner, say("Open dashboard"))
    return (
        MenuEntry(refresh, Wish(Action.REFRESH)),
        MenuEntry(dashboard, Wish(Action.OPEN_DASHBOARD)),
        sync,
    )


def _login(manner: Manner) -> Lines:
    is_on, say = manner.starts_at_login, manner.tongue.say
    if is_on is None:
        return ()
    action = Action.STAY_OFF_AT_LOGIN if is_on else Action.START_AT_LOGIN
    if manner.system == "win32":
        text = say("Start with Windows")
    else:
        text = _named(manner, say("Start at login"))
    return (MenuEntry(text, Wish(action), Mark.CHECK, is_on),)


def _settings(manner: Manner) -> MenuEntry:
    text = manner.tongue.say("Settings")
    # Apple's form; elsewhere dots mean that a question follows.
    dots = "\N{HORIZONTAL ELLIPSIS}" if manner.system == "darwin" else ""
    return MenuEntry(text + dots, Wish(Action.OPEN_SETTINGS))


def _about(manner: Manner) -> MenuEntry:
    say = manner.tongue.say
    if manner.update:
        text = say("Update to {version}", version=manner.update)
    else:
        text = say("About claude-tray")
    return MenuEntry(text, Wish(Action.ABOUT))


def _quit(manner: Manner) -> MenuEntry:
    say = manner.tongue.say
    is_windows = manner.system == "win32"
    text = say("Exit") if is_windows else say("Quit claude-tray")
    return MenuEntry(text, Wish(Action.QUIT))


def _named(manner: Manner, text: str) -> str:
    return command(text, manner.tongue.language, manner.system)


def _short(text: str) -> str:
    """Return a text that does not widen the menu across the screen."""
    if len(text) <= _LONGEST:
        return text
    return text[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
