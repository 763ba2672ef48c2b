"""
Declare the options of the settings file in one table.

Each field of `Settings` is an option with its default, parser, documentation
and widget. The parser of the file, the table in docs/settings.md and the rows
of the settings pages are derived from `OPTIONS`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.config import (
    choices,
    cost_options,
    notification_options,
    telemetry_options,
    validators,
)
from claude_tray.config.option import (
    STATUSLINE_LABEL,
    STATUSLINE_PARTS,
    OptionKind,
    OptionTable,
    Widget,
)
from claude_tray.errors import SettingsError, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Mapping


_table: Final = OptionTable()
# The last two are the names of earlier plans; no form offers them.
_PLANS: Final = ("auto", "pro", "max", "ultra", "team", "api", "max5", "max20")
_PLANS_LABEL: Final = ", ".join(f"`{plan}`" for plan in _PLANS)


class Settings(NamedTuple):
    """
    Values of all options.

    A tuple, because every command needs it and dataclasses take 10 ms to
    import.

    Attributes:
        unknown_keys: Keys of the file that are no options; the other keys
            still apply.
        invalid: Errors by name of the options whose values are invalid; they
            have their last valid value or their default. An invalid price
            costs only that price.
    """

    claude_paths: tuple[str, ...] = _table.option(
        "claude_paths",
        (),
        validators.parse_text_list,
        "list of strings",
        "Claude Code's folders; empty: the usual locations",
        Widget(
            gettext_noop("Claude Code's folders"),
            gettext_noop("Their transcripts are read"),
            kind=OptionKind.FOLDERS,
        ),
    )
    profiles: Mapping[str, str] = _table.option(
        "profiles",
        MappingProxyType({}),
        validators.parse_profiles,
        'tables: `[profiles."folder"]` with `name`',
        "Name of the account that a folder belongs to",
        Widget(
            gettext_noop("Account names"),
            gettext_noop("Shown instead of the folder's own name"),
            kind=OptionKind.ACCOUNTS,
        ),
    )
    general_left_click: str = _table.choice(
        "general.left_click",
        "popup",
        "What a left click on the icon opens",
        Widget(
            gettext_noop("Left click opens the stats"),
            gettext_noop("If the desktop supports it"),
            switch_values=("menu", "popup"),
        ),
    )
    general_theme: str = _table.choice(
        "general.theme",
        "system",
        "Colors of the popup",
        Widget(gettext_noop("Theme"), choices=choices.THEMES),
    )
    general_language: str = _table.text(
        "general.language",
        "system",
        "`system`, or a code such as `de`",
        Widget(gettext_noop("Language"), kind=OptionKind.LANGUAGE),
    )
    general_clock: str = _table.choice(
        "general.clock",
        "system",
        "Time format",
        Widget(gettext_noop("Clock"), choices=choices.CLOCKS),
    )
    general_show: str = _table.choice(
        "general.show",
        "used",
        "Whether percentages show the used or the remaining part",
        Widget(
            gettext_noop("Show"),
            gettext_noop("38% used or 62% left"),
            choices.SHOWN_PARTS,
        ),
    )
    general_look_every_seconds: int = _table.integer(
        "general.look_every_seconds",
        60,
        (5, 600),
        "Interval of full rescans; file events are handled at once",
        Widget(
            gettext_noop("Full rescan every"),
            gettext_noop("Changes are picked up instantly"),
            unit="seconds",
        ),
    )
    general_fold_worktrees: bool = _table.switch(
        "general.fold_worktrees",
        "Show Git worktrees as part of their project",
        Widget(
            gettext_noop("Worktrees are part of their project"),
            gettext_noop("Otherwise each is a project of its own"),
        ),
        default=True,
    )
    window_rule: str = _table.choice(
        "window.rule",
        "auto",
        "How the start of a window is derived from its first message",
        Widget(
            gettext_noop("Round window start to"),
            gettext_noop("Used only when unknown"),
            choices.WINDOW_RULES,
        ),
    )
    cost_table: str = _table.choice(
        "cost.table",
        "anthropic",
        "Bundled price table",
        Widget(gettext_noop("Price list"), choices=choices.PRICE_TABLES),
    )
    cost_currency: str = cost_options.declare_currency(_table)
    cost_billing_day: int = cost_options.declare_billing_day(_table)
    prices: Mapping[str, Mapping[str, float]] = cost_options.declare_prices(
        _table
    )
    icon_style: str = _table.choice(
        "icon.style",
        "meter",
        "Style of the icon",
        Widget(gettext_noop("Style"), choices=choices.ICON_STYLES),
    )
    icon_number: str = _table.choice(
        "icon.number",
        "time",
        "Number in the icon",
        Widget(gettext_noop("Number"), choices=choices.ICON_NUMBERS),
    )
    icon_panel: str = _table.choice(
        "icon.panel",
        "auto",
        "Panel color to draw the icon for; `tile` draws its own background",
        Widget(gettext_noop("Panel"), choices=choices.ICON_PANELS),
    )
    icon_colour: str = _table.choice(
        "icon.colour",
        "status",
        "Whether the icon's color shows the status",
        Widget(
            gettext_noop("Color"),
            gettext_noop("Shapes show the status too"),
            choices.ICON_COLORS,
        ),
    )
    icon_week_bar: bool = _table.switch(
        "icon.week_bar",
        "Show the week as a second bar",
        Widget(gettext_noop("Show weekly usage as a second bar")),
        default=True,
    )
    icon_text_beside: bool = _table.switch(
        "icon.text_beside",
        "Show the countdown as text next to the icon (macOS)",
        Widget(gettext_noop("Show the countdown next to the icon")),
        default=False,
    )
    limits_plan: str = _table.option(
        "limits.plan",
        "auto",
        validators.build_choice_parser(*_PLANS),
        _PLANS_LABEL,
        "Plan name to show; `auto`: as reported by Claude Code. `api`: there is no 5-hour limit, unless one is reported",
        Widget(gettext_noop("Plan"), choices=choices.PLANS),
    )
    limits_daily_budget_usd: float = _table.option(
        "limits.daily_budget_usd",
        0.0,
        validators.parse_dollars,
        "dollars",
        "Daily budget; 0: none",
        Widget(
            gettext_noop("Daily budget"),
            gettext_noop("In dollars a day at API prices; 0: none"),
            unit="money",
            kind=OptionKind.MONEY,
        ),
    )
    updates_check: bool = _table.switch(
        "updates.check",
        "Ask api.github.com once a day for the newest version",
        Widget(gettext_noop("Check for updates"), "api.github.com"),
        default=False,
    )
    notifications_enabled: bool = _table.switch(
        "notifications.enabled",
        "Show notifications",
        Widget(gettext_noop("Notify me")),
        default=True,
    )
    notifications_run_out: bool = _table.switch(
        "notifications.run_out",
        "Warn if you will reach the limit before it resets",
        Widget(gettext_noop("Warn me if I'll run out early")),
        default=True,
    )
    notifications_limit: bool = _table.switch(
        "notifications.limit",
        "Notify when a limit is reached",
        Widget(gettext_noop("Notify me when I reach a limit")),
        default=True,
    )
    notifications_reset: bool = _table.switch(
        "notifications.reset",
        "Notify when the limit has reset",
        Widget(gettext_noop("Notify me when my limit resets")),
        default=True,
    )
    notifications_week: bool = _table.switch(
        "notifications.week",
        "Warn of the weekly limit",
        Widget(gettext_noop("Warn me about the weekly limit")),
        default=True,
    )
    notifications_budget: bool = _table.switch(
        "notifications.budget",
        "Notify when the daily budget is spent",
        Widget(gettext_noop("Notify me when my daily budget is spent")),
        default=True,
    )
    notifications_warn_percent: int = _table.integer(
        "notifications.warn_percent",
        75,
        (10, 99),
        "Used percentage of the 5-hour limit at which to warn",
        Widget(gettext_noop("Warn at"), unit="percent"),
    )
    notifications_warn_again_percent: int = _table.integer(
        "notifications.warn_again_percent",
        90,
        (10, 99),
        "Used percentage at which to warn again",
        Widget(
            gettext_noop("Warn again at"),
            unit="percent",
        ),
    )
    notifications_week_percent: int = _table.integer(
        "notifications.week_percent",
        80,
        (10, 99),
        "Used percentage of the weekly limit at which to warn",
        Widget(gettext_noop("Warn at"), unit="percent"),
    )
    notifications_cold_cache: bool = notification_options.declare_cold_cache(
        _table
    )
    notifications_cold_cache_minutes: int = (
        notification_options.declare_cold_cache_minutes(_table)
    )
    notifications_quiet_hours: str = notification_options.declare_quiet_hours(
        _table
    )
    notifications_command: tuple[str, ...] = (
        notification_options.declare_notification_command(_table)
    )
    statusline_parts: tuple[str, ...] = _table.option(
        "statusline.parts",
        ("left", "used", "week", "cost"),
        validators.build_subset_parser(*dict(STATUSLINE_PARTS)),
        STATUSLINE_LABEL,
        "Parts of claude-tray's own status line, in this order",
        Widget(
            gettext_noop("Parts of the status line"),
            gettext_noop("In this order"),
            STATUSLINE_PARTS,
            kind=OptionKind.PARTS,
        ),
    )
    statusline_second_row: bool = _table.switch(
        "statusline.second_row",
        "Print claude-tray's line below your own status line",
        Widget(gettext_noop("Show a second line below your own status line")),
        default=False,
    )
    sync_enabled: bool = _table.switch(
        "sync.enabled",
        "Send counts to your own server",
        Widget(
            gettext_noop("Sync with your other computers"),
            gettext_noop("Token counts and costs only, never your prompts"),
        ),
        default=False,
    )
    sync_url: str = _table.text(
        "sync.url",
        "",
        "Address of the server",
        Widget(
            gettext_noop("Server address"),
            gettext_noop("Such as https://usage.example.com"),
        ),
    )
    sync_every_seconds: int = _table.integer(
        "sync.every_seconds",
        300,
        (10, 86_400),
        "Sync interval for third-party servers",
        Widget(
            gettext_noop("Sync every"),
            gettext_noop(
                "Of other servers; claude-tray's own gets changes at once"
            ),
            unit="seconds",
        ),
    )
    sync_projects: str = _table.choice(
        "sync.projects",
        "names",
        "How projects are named on the server",
        Widget(
            gettext_noop("Projects"),
            gettext_noop("Aliases cannot be reversed"),
            choices.PROJECT_NAMES,
        ),
    )
    sync_exclude: tuple[str, ...] = _table.option(
        "sync.exclude",
        (),
        validators.parse_text_list,
        "list of strings",
        "Projects that are never sent",
        Widget(
            gettext_noop("Excluded projects"),
            gettext_noop(
                "Never sent; one name or path a line, * matches any text"
            ),
            kind=OptionKind.LIST,
        ),
    )
    sync_machine_name: str = _table.text(
        "sync.machine_name",
        "",
        "Name of this computer on the server; empty: its host name",
        Widget(
            gettext_noop("Name of this computer"),
            gettext_noop("Empty: its host name"),
        ),
    )
    telemetry_prometheus_file: str = telemetry_options.declare_prometheus_file(
        _table
    )
    telemetry_otlp_endpoint: str = telemetry_options.declare_otlp_endpoint(
        _table
    )
    telemetry_interval_seconds: int = telemetry_options.declare_interval(
        _table
    )
    telemetry_projects: str = telemetry_options.declare_projects(_table)
    unknown_keys: tuple[str, ...] = ()
    invalid: Mapping[str, SettingsError] = MappingProxyType({})


OPTIONS: Final = tuple(_table.options)
OPTIONS_BY_NAME: Final = {option.name: option for option in OPTIONS}
