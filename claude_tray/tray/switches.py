"""The menu's switches: the icon, notifications, forwarding."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.domain.snapshot import SyncPhase
from claude_tray.tray.action import Action, Wish
from claude_tray.tray.commands import command
from claude_tray.tray.entry import Mark, MenuEntry
from claude_tray.tray.telling import DOT

if TYPE_CHECKING:
    from claude_tray.tray.manner import Manner
    from claude_tray.tray.telling import Telling

    Value = str | bool

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def icon_entry(manner: Manner) -> MenuEntry:
    """Return how the icon is drawn, to choose from."""
    say, chosen = manner.tongue.say, manner.settings
    styles = {
        "meter": say("Countdown"),
        "ring": say("Ring"),
        "pie": say("Pie"),
        "text": say("Text only"),
    }
    numbers = {"time": say("Time left"), "percent": say("Percent used")}
    return MenuEntry(
        say("Icon"),
        entries=(
            *_radios(manner, "icon.style", styles, chosen.icon_style),
            None,
            *_radios(manner, "icon.number", numbers, chosen.icon_number),
        ),
    )


def notifications_entry(manner: Manner) -> MenuEntry:
    """Return what is told, to switch."""
    say, chosen = manner.tongue.say, manner.settings
    warns = chosen.notifications_run_out or chosen.notifications_limit
    warnings = ("run_out", "limit", "week")
    is_muted = manner.is_muted
    return MenuEntry(
        say("Notifications"),
        entries=(
            _check(
                manner,
                say("Limit warnings"),
                warns,
                tuple((f"notifications.{k}", not warns) for k in warnings),
            ),
            _check(
                manner,
                say("Window has reset"),
                chosen.notifications_reset,
                (("notifications.reset", not chosen.notifications_reset),),
            ),
            _budget(manner),
            None,
            MenuEntry(
                _named(manner, say("Mute until the reset")),
                Wish(Action.UNMUTE if is_muted else Action.MUTE),
                Mark.CHECK,
                is_muted,
            ),
        ),
    )


def sync_entry(telling: Telling, manner: Manner) -> MenuEntry:
    """Return how forwarding stands, and its switch."""
    say = telling.tongue.say
    is_on = manner.settings.sync_enabled
    entries: list[MenuEntry | None] = [
        _check(
            manner,
            say("Sync with other computers"),
            is_on,
            (("sync.enabled", not is_on),),
        ),
    ]
    entries += [MenuEntry(line, _PAGE) for line in _sync_lines(telling)]
    if is_on:
        name = _named(manner, say("Sync now"))
        entries.append(MenuEntry(name, Wish(Action.SYNC_NOW)))
    entries += [None, MenuEntry(_named(manner, say("Sync settings")), _PAGE)]
    label = say("Sync") + DOT + _sync_state(telling, is_on=is_on)
    return MenuEntry(label, entries=tuple(entries))


_PAGE: Final = Wish(Action.OPEN_SETTINGS, page="sync")


def _sync_state(telling: Telling, *, is_on: bool) -> str:
    say, sync = telling.tongue.say, telling.snapshot.sync
    if not is_on or sync.phase is SyncPhase.OFF:
        return say("off")
    if sync.phase is SyncPhase.RUNNING:
        return say("running")
    if sync.phase in (SyncPhase.DELAYED, SyncPhase.STOPPED):
        since = sync.failing_since
        if since is None:
            return say("failed")
        return say("failed {clock}", clock=telling.clock(since))
    return _ago(telling) or say("waiting")


def _sync_lines(telling: Telling) -> list[str]:
    say, sync = telling.tongue.say, telling.snapshot.sync
    lines = []
    if ago := _ago(telling):
        lines.append(say("Last sync {ago}", ago=ago))
    if sync.waiting:
        lines.append(
            telling.tongue.say_n(
                "{n} message is waiting",
                "{n} messages are waiting",
                sync.waiting,
            ),
        )
    if sync.quarantined:
        lines.append(
            telling.tongue.say_n(
                "{n} message is set aside",
                "{n} messages are set aside",
                sync.quarantined,
            ),
        )
    if sync.problem:
        lines.append(sync.problem)
    return lines


def _ago(telling: Telling) -> str:
    """Say when the last sync was; nothing if there was none."""
    at, tongue = telling.snapshot.sync.last_ok_at, telling.tongue
    if at is None:
        return ""
    span = telling.now - at
    if span < _MINUTE:
        return tongue.say("just now")
    if span < _HOUR:
        minutes = span // _MINUTE
        return tongue.say_n("{n} min ago", "{n} min ago", minutes)
    if span < _DAY:
        return tongue.say("at {clock}", clock=telling.clock(at))
    return telling.day_and_clock(at)


def _budget(manner: Manner) -> MenuEntry:
    say, chosen = manner.tongue.say, manner.settings
    name = _named(manner, say("Daily budget"))
    if not chosen.limits_daily_budget_usd:
        # There is nothing to switch on before there is a sum.
        page = Wish(Action.OPEN_SETTINGS, page="limits")
        return MenuEntry(name, page, Mark.CHECK, is_on=False)
    is_on = chosen.notifications_budget
    choices: tuple[tuple[str, Value], ...]
    choices = (("notifications.budget", not is_on),)
    return _check(manner, say("Daily budget"), is_on, choices)


def _radios(
    manner: Manner,
    key: str,
    names: dict[str, str],
    chosen: str,
) -> list[MenuEntry]:
    return [
        MenuEntry(
            _named(manner, name),
            Wish(Action.CHOOSE, choices=((key, value),)),
            Mark.RADIO,
            value == chosen,
        )
        for value, name in names.items()
    ]


def _check(
    manner: Manner,
    name: str,
    is_on: bool,  # noqa: FBT001 - a fact
    choices: tuple[tuple[str, Value], ...],
) -> MenuEntry:
    wish = Wish(Action.CHOOSE, choices=choices)
    return MenuEntry(_named(manner, name), wish, Mark.CHECK, is_on)


def _named(manner: Manner, text: str) -> str:
    return command(text, manner.tongue.language, manner.system)
