"""The choices in force, made from a mapping."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from claude_tray.config.schema import OPTIONS_BY_NAME, Settings
from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping


# Their tables are named by the person: models, folders.
_FREE_FORM_TABLES: Final = frozenset({"prices", "profiles"})


def parse_settings(values: Mapping[str, Any]) -> Settings:
    """
    Return the settings that a file's values mean.

    Raises:
        SettingsError: A value cannot be used; the summary names its key.
    """
    fields: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in _flatten(values):
        key = OPTIONS_BY_NAME.get(name)
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

    matches = get_close_matches(name, OPTIONS_BY_NAME, n=1)
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
