"""The keys of the settings file: the one list of what a person may choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.config import validators
from claude_tray.core.tokens import TOKEN_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable


WINDOW_RULES: Final = ("auto", "exact", "ten-minutes", "hour")
COST_TABLES: Final = ("anthropic", "agent-sync")
PANELS: Final = ("auto", "dark", "light", "tile")
STYLES: Final = ("meter", "ring", "pie", "text")
THEMES: Final = ("system", "light", "dark")
CLOCKS: Final = ("system", "24h", "12h")
PLANS: Final = ("auto", "pro", "max5", "max20")
STATUSLINE_PARTS: Final = (
    "left",
    "used",
    "week",
    "cost",
    "model",
    "context",
    "project",
)
PROJECT_NAME_MODES: Final = ("names", "aliases", "hidden")


_DERIVED_PRICES: Final = ", ".join(
    f"`{kind.name}`"
    for kind in TOKEN_KINDS
    if kind.input_price_factor is not None
)


class SettingKey(NamedTuple):
    """
    One choice.

    Attributes:
        name: Its dotted name in the file; the attribute of Settings has
            underscores for the dots.
        type_label: What its value is, for the README.
        parse: Makes the setting of a value, or raises SettingsError.
        description: What it decides, for the README.
    """

    name: str
    type_label: str
    parse: Callable[[str, object], Any]
    description: str

    @property
    def attribute(self) -> str:
        return self.name.replace(".", "_")


def _build_choice_key(
    name: str, allowed: tuple[str, ...], description: str
) -> SettingKey:
    type_label = ", ".join(f"`{value}`" for value in allowed)
    return SettingKey(
        name, type_label, validators.build_choice_parser(*allowed), description
    )


def _build_bool_key(name: str, description: str) -> SettingKey:
    return SettingKey(
        name, "`true`, `false`", validators.parse_bool, description
    )


def _build_int_key(
    name: str, minimum: int, maximum: int, description: str
) -> SettingKey:
    type_label = f"{minimum} to {maximum}"
    return SettingKey(
        name,
        type_label,
        validators.build_int_parser(minimum, maximum),
        description,
    )


def _build_text_key(name: str, description: str) -> SettingKey:
    return SettingKey(name, "text", validators.parse_text, description)


SETTING_KEYS: Final = (
    SettingKey(
        "claude_paths",
        "list of texts",
        validators.parse_text_list,
        "Claude Code's folders; none: the usual places",
    ),
    SettingKey(
        "profiles",
        'tables: `[profiles."folder"]` with `name`',
        validators.parse_profiles,
        "what the account of a folder is called",
    ),
    _build_choice_key(
        "general.left_click", ("popup", "menu"), "what a left click opens"
    ),
    _build_choice_key("general.theme", THEMES, "the popup's colours"),
    _build_text_key("general.language", "`system`, or a code such as `de`"),
    _build_choice_key("general.clock", CLOCKS, "how times of day are written"),
    _build_choice_key(
        "general.show", ("used", "left"), "what percentages tell"
    ),
    _build_int_key(
        "general.look_every_seconds",
        5,
        600,
        "how often all files are looked at, beside their events",
    ),
    _build_choice_key(
        "window.rule",
        WINDOW_RULES,
        "how a window's start follows from its first message",
    ),
    _build_choice_key(
        "cost.table", COST_TABLES, "which prices that come with the program"
    ),
    SettingKey(
        "prices",
        'tables: `[prices."model-id"]` with `input`, `output` and, if they '
        f"differ from the usual multiples, {_DERIVED_PRICES}",
        validators.parse_prices,
        "prices of one's own, in dollars for a million tokens",
    ),
    _build_choice_key("icon.style", STYLES, "how the icon is drawn"),
    _build_choice_key(
        "icon.number", ("time", "percent"), "what the icon's number is"
    ),
    _build_choice_key(
        "icon.panel",
        PANELS,
        "what the icon is drawn for; `tile` has its own background",
    ),
    _build_choice_key(
        "icon.colour",
        ("status", "single"),
        "whether colour tells the state too",
    ),
    _build_bool_key("icon.week_bar", "the week as a second bar"),
    _build_bool_key(
        "icon.text_beside", "the countdown as text beside the icon (macOS)"
    ),
    _build_choice_key(
        "limits.plan",
        PLANS,
        "the plan's name, where Claude Code does not tell it",
    ),
    SettingKey(
        "limits.daily_budget_usd",
        "dollars",
        validators.parse_dollars,
        "a day's budget; 0: none",
    ),
    _build_bool_key(
        "notifications.enabled", "whether anything is told at all"
    ),
    _build_bool_key(
        "notifications.run_out", "the limit comes before the reset"
    ),
    _build_bool_key("notifications.limit", "a limit is reached"),
    _build_bool_key("notifications.reset", "Claude Code is ready again"),
    _build_bool_key("notifications.week", "the weekly limit comes near"),
    _build_bool_key("notifications.budget", "the day's budget is spent"),
    _build_int_key(
        "notifications.warn_percent",
        10,
        99,
        "when to warn of the 5-hour limit",
    ),
    _build_int_key(
        "notifications.warn_again_percent", 10, 99, "when to warn again"
    ),
    _build_int_key(
        "notifications.week_percent",
        10,
        99,
        "when to warn of the weekly limit",
    ),
    SettingKey(
        "notifications.quiet_hours",
        "hours, as `22:00-08:00`",
        validators.parse_hours,
        "when nothing is told",
    ),
    SettingKey(
        "statusline.parts",
        "list of `left`, `used`, `week`, `cost`, `model`, `context`, "
        "`project`",
        validators.build_subset_parser(*STATUSLINE_PARTS),
        "what the statusline's own line tells, in this order",
    ),
    _build_bool_key(
        "sync.enabled", "whether counts are sent to a server of your own"
    ),
    _build_text_key("sync.url", "the server's address"),
    _build_int_key(
        "sync.every_seconds",
        10,
        86_400,
        "how often a server of another kind is sent to",
    ),
    _build_choice_key(
        "sync.projects", PROJECT_NAME_MODES, "what is sent of projects' names"
    ),
    SettingKey(
        "sync.exclude",
        "list of texts",
        validators.parse_text_list,
        "projects that are never sent",
    ),
    _build_text_key(
        "sync.machine_name",
        "what the server calls this machine; empty: its own name",
    ),
)
SETTING_KEYS_BY_NAME: Final = {key.name: key for key in SETTING_KEYS}
