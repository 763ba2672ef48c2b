"""The choices in force, made from a mapping."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.settings.keys import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

# Their tables are named by the person: models, folders.
_OPEN: Final = frozenset({"prices", "profiles"})


class Settings(NamedTuple):
    """
    The choices in force. What each means stands in `keys.py`.

    A tuple, as all that every command needs: dataclasses take 10 ms to import.

    Attributes:
        unknown: A sentence for each key of the file that means nothing here;
            the others hold all the same.
    """

    claude_paths: tuple[str, ...] = ()
    profiles: Mapping[str, str] = MappingProxyType({})
    general_left_click: str = "popup"
    general_theme: str = "system"
    general_language: str = "system"
    general_clock: str = "system"
    general_show: str = "used"
    general_look_every_seconds: int = 60
    window_rule: str = "auto"
    cost_table: str = "anthropic"
    prices: Mapping[str, Mapping[str, float]] = MappingProxyType({})
    icon_style: str = "meter"
    icon_number: str = "time"
    icon_panel: str = "auto"
    icon_colour: str = "status"
    icon_week_bar: bool = True
    icon_text_beside: bool = False
    limits_plan: str = "auto"
    limits_daily_budget_usd: float = 0.0
    notifications_enabled: bool = True
    notifications_run_out: bool = True
    notifications_limit: bool = True
    notifications_reset: bool = True
    notifications_week: bool = True
    notifications_budget: bool = True
    notifications_warn_percent: int = 75
    notifications_warn_again_percent: int = 90
    notifications_week_percent: int = 80
    notifications_quiet_hours: str = ""
    statusline_parts: tuple[str, ...] = ("left", "used", "week", "cost")
    sync_enabled: bool = False
    sync_url: str = ""
    sync_every_seconds: int = 300
    sync_projects: str = "names"
    sync_exclude: tuple[str, ...] = ()
    sync_machine_name: str = ""
    unknown: tuple[str, ...] = ()


def parse_settings(values: Mapping[str, Any]) -> Settings:
    """
    Return the settings that a file's values mean.

    Raises:
        SettingsError: A value cannot be used; the summary names its key.
    """
    chosen: dict[str, Any] = {}
    unknown: list[str] = []
    for name, value in _flat(values):
        key = BY_NAME.get(name)
        if key is None:
            unknown.append(_unknown(name))
        else:
            chosen[key.attribute] = key.read(name, value)
    return Settings(**chosen, unknown=tuple(unknown))


def _flat(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the values by dotted keys."""
    flat: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, dict) and key not in _OPEN:
            flat += [(f"{key}.{inner}", v) for inner, v in value.items()]
        else:
            flat.append((key, value))
    return flat


def _unknown(name: str) -> str:
    # Late: only a mistake needs it.
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(name, BY_NAME, n=1)
    hint = f"Did you mean {near[0]}?" if near else "See the README's table."
    return f"Unknown setting: {name}. {hint}"
