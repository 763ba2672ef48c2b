"""The keys of the settings file: the one list of what a person may choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.settings import read

if TYPE_CHECKING:
    from collections.abc import Callable

RULES: Final = ("auto", "exact", "ten-minutes", "hour")
TABLES: Final = ("anthropic", "agent-sync")
PANELS: Final = ("auto", "dark", "light", "tile")
STYLES: Final = ("meter", "ring", "pie", "text")
THEMES: Final = ("system", "light", "dark")
CLOCKS: Final = ("system", "24h", "12h")
PLANS: Final = ("auto", "pro", "max5", "max20")
PARTS: Final = (
    "left",
    "used",
    "week",
    "cost",
    "model",
    "context",
    "project",
)
SENT: Final = ("names", "aliases", "hidden")


class Key(NamedTuple):
    """
    One choice.

    Attributes:
        name: Its dotted name in the file; the attribute of Settings has
            underscores for the dots.
        kind: What its value is, for the README.
        read: Makes the setting of a value, or raises SettingsError.
        meaning: What it decides, for the README.
    """

    name: str
    kind: str
    read: Callable[[str, object], Any]
    meaning: str

    @property
    def attribute(self) -> str:
        return self.name.replace(".", "_")


def _choice(name: str, allowed: tuple[str, ...], meaning: str) -> Key:
    kind = ", ".join(f"`{value}`" for value in allowed)
    return Key(name, kind, read.one_of(*allowed), meaning)


def _switch(name: str, meaning: str) -> Key:
    return Key(name, "`true`, `false`", read.switch, meaning)


def _whole(name: str, least: int, most: int, meaning: str) -> Key:
    kind = f"{least} to {most}"
    return Key(name, kind, read.whole(least, most), meaning)


def _text(name: str, meaning: str) -> Key:
    return Key(name, "text", read.text, meaning)


KEYS: Final = (
    Key(
        "claude_paths",
        "list of texts",
        read.texts,
        "Claude Code's folders; none: the usual places",
    ),
    Key(
        "profiles",
        'tables: `[profiles."folder"]` with `name`',
        read.profiles,
        "what the account of a folder is called",
    ),
    _choice(
        "general.left_click", ("popup", "menu"), "what a left click opens"
    ),
    _choice("general.theme", THEMES, "the popup's colours"),
    _text("general.language", "`system`, or a code such as `de`"),
    _choice("general.clock", CLOCKS, "how times of day are written"),
    _choice("general.show", ("used", "left"), "what percentages tell"),
    _whole(
        "general.look_every_seconds",
        5,
        600,
        "how often all files are looked at, beside their events",
    ),
    _choice(
        "window.rule",
        RULES,
        "how a window's start follows from its first message",
    ),
    _choice("cost.table", TABLES, "which prices that come with the program"),
    Key(
        "prices",
        'tables: `[prices."model-id"]` with `input`, `output` and, if they '
        "differ from the usual multiples, `cache_write_5m`, "
        "`cache_write_1h`, `cache_read`",
        read.prices,
        "prices of one's own, in dollars for a million tokens",
    ),
    _choice("icon.style", STYLES, "how the icon is drawn"),
    _choice("icon.number", ("time", "percent"), "what the icon's number is"),
    _choice(
        "icon.panel",
        PANELS,
        "what the icon is drawn for; `tile` has its own background",
    ),
    _choice(
        "icon.colour",
        ("status", "single"),
        "whether colour tells the state too",
    ),
    _switch("icon.week_bar", "the week as a second bar"),
    _switch(
        "icon.text_beside", "the countdown as text beside the icon (macOS)"
    ),
    _choice(
        "limits.plan",
        PLANS,
        "the plan's name, where Claude Code does not tell it",
    ),
    Key(
        "limits.daily_budget_usd",
        "dollars",
        read.dollars,
        "a day's budget; 0: none",
    ),
    _switch("notifications.enabled", "whether anything is told at all"),
    _switch("notifications.run_out", "the limit comes before the reset"),
    _switch("notifications.limit", "a limit is reached"),
    _switch("notifications.reset", "Claude Code is ready again"),
    _switch("notifications.week", "the weekly limit comes near"),
    _switch("notifications.budget", "the day's budget is spent"),
    _whole(
        "notifications.warn_percent",
        10,
        99,
        "when to warn of the 5-hour limit",
    ),
    _whole("notifications.warn_again_percent", 10, 99, "when to warn again"),
    _whole(
        "notifications.week_percent",
        10,
        99,
        "when to warn of the weekly limit",
    ),
    Key(
        "notifications.quiet_hours",
        "hours, as `22:00-08:00`",
        read.hours,
        "when nothing is told",
    ),
    Key(
        "statusline.parts",
        "list of `left`, `used`, `week`, `cost`, `model`, `context`, "
        "`project`",
        read.some_of(*PARTS),
        "what the statusline's own line tells, in this order",
    ),
    _switch("sync.enabled", "whether counts are sent to a server of your own"),
    _text("sync.url", "the server's address"),
    _whole(
        "sync.every_seconds",
        10,
        86_400,
        "how often a server of another kind is sent to",
    ),
    _choice("sync.projects", SENT, "what is sent of projects' names"),
    Key(
        "sync.exclude",
        "list of texts",
        read.texts,
        "projects that are never sent",
    ),
    _text(
        "sync.machine_name",
        "what the server calls this machine; empty: its own name",
    ),
)
BY_NAME: Final = {key.name: key for key in KEYS}
