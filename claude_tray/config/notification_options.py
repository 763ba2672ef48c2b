"""Declare options of notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.config import validators
from claude_tray.config.option import OptionKind, Widget
from claude_tray.errors import gettext_noop

if TYPE_CHECKING:
    from claude_tray.config.option import OptionTable


def declare_notification_command(table: OptionTable) -> tuple[str, ...]:
    """Declare the program that gets each notification; return the default."""
    default: tuple[str, ...] = table.option(
        "notifications.command",
        (),
        validators.parse_command,
        'list of strings, as `["/home/ana/bin/notify", "--loud"]`',
        "Program, and its arguments, that gets each notification as JSON"
        " ([notifications.md](notifications.md))",
        Widget(
            gettext_noop("Run a command for each notification"),
            gettext_noop(
                "Program and arguments, one a line; gets JSON on its standard"
                " input"
            ),
            kind=OptionKind.COMMAND,
        ),
    )
    return default


def declare_cold_cache(table: OptionTable) -> bool:
    """Declare whether expiring prompt caches are announced."""
    return table.switch(
        "notifications.cold_cache",
        "Notify before the prompt cache of a session that rests expires, if"
        " waking it takes 50K tokens or more"
        " ([notifications.md](notifications.md#cold-caches))",
        Widget(
            gettext_noop("Notify me before a prompt cache goes cold"),
            gettext_noop("Of sessions that rest, from 50K tokens"),
        ),
        default=False,
    )


def declare_cold_cache_minutes(table: OptionTable) -> int:
    """Declare how early that is."""
    return table.integer(
        "notifications.cold_cache_minutes",
        3,
        (1, 30),
        "How long before it, but not in the first half of the cache's life",
        Widget(gettext_noop("Before it goes cold"), unit="minutes"),
    )


def declare_quiet_hours(table: OptionTable) -> str:
    """Declare the hours without notifications; return the default."""
    default: str = table.option(
        "notifications.quiet_hours",
        "",
        validators.parse_hours,
        "hours, as `22:00-08:00`",
        "Hours without notifications",
        Widget(
            gettext_noop("Quiet hours"),
            gettext_noop("No notifications between these times"),
            kind=OptionKind.HOURS,
        ),
    )
    return default
