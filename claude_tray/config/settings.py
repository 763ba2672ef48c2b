"""The choices in force, made from a mapping."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.config.schema import SETTING_KEYS_BY_NAME
from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping


# Their tables are named by the person: models, folders.
_FREE_FORM_TABLES: Final = frozenset({"prices", "profiles"})


class Settings(NamedTuple):
    """
    The choices in force. What each means stands in `keys.py`.

    A tuple, as all that every command needs: dataclasses take 10 ms to import.

    Attributes:
        unknown_key_warnings: A sentence for each key of the file that means nothing here;
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
    unknown_key_warnings: tuple[str, ...] = ()


def parse_settings(values: Mapping[str, Any]) -> Settings:
    """
    Return the settings that a file's values mean.

    Raises:
        SettingsError: A value cannot be used; the summary names its key.
    """
    fields: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in _flatten(values):
        key = SETTING_KEYS_BY_NAME.get(name)
        if key is None:
            warnings.append(_format_unknown_key(name))
        else:
            fields[key.attribute] = key.parse(name, value)
    return Settings(**fields, unknown_key_warnings=tuple(warnings))


def _flatten(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the values by dotted keys."""
    flat: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, dict) and key not in _FREE_FORM_TABLES:
            flat += [(f"{key}.{inner}", v) for inner, v in value.items()]
        else:
            flat.append((key, value))
    return flat


def _format_unknown_key(name: str) -> str:
    # Late: only a mistake needs it.
    from difflib import get_close_matches

    matches = get_close_matches(name, SETTING_KEYS_BY_NAME, n=1)
    hint = (
        f"Did you mean {matches[0]}?" if matches else "See the README's table."
    )
    return f"Unknown setting: {name}. {hint}"


def read_settings(path: Path) -> Settings:
    """
    Return the settings in a file; the defaults where there is none.

    Raises:
        SettingsError: It cannot be read or used; the summary names the
            line or the key.
    """
    if path.is_fifo():
        # To open it would wait for whoever writes.
        summary = f"The settings {path} are a pipe, not a file."
        raise SettingsError(summary, hint="Move it away.")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        summary = f"The settings {path} cannot be read."
        raise SettingsError(summary, hint=str(error)) from error
    # Late: most people have no settings file.
    import tomllib

    try:
        return parse_settings(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        summary = f"The settings {path} are no valid TOML: {error}."
        raise SettingsError(summary) from error
    except SettingsError as error:
        hint = f"{error.hint} The file is {path}.".strip()
        raise SettingsError(error.summary, hint=hint) from error


def load_settings_or_defaults(path: str) -> Settings:
    """Return a person's choices; the tray has told what is wrong of them."""
    try:
        return read_settings(Path(path))
    except SettingsError:
        return Settings()
