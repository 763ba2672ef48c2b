"""Reads the settings file and the environment, which nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.errors import SettingsError
from claude_tray.settings.parse import Settings, parse_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Environment(NamedTuple):
    """
    What the environment tells.

    Attributes:
        home: `CLAUDE_TRAY_HOME`: one folder for all own files.
        claude_path: `CLAUDE_PATH`: Claude folders, separated by commas.
        claude_config_dir: `CLAUDE_CONFIG_DIR`: Claude Code's own.
        language: The first of `LANGUAGE`, `LC_ALL`, `LC_MESSAGES`, `LANG`.
    """

    home: str = ""
    claude_path: str = ""
    claude_config_dir: str = ""
    language: str = ""


def environment_of(variables: Mapping[str, str]) -> Environment:
    """Return what these variables tell this program."""
    return Environment(
        home=variables.get("CLAUDE_TRAY_HOME", ""),
        claude_path=variables.get("CLAUDE_PATH", ""),
        claude_config_dir=variables.get("CLAUDE_CONFIG_DIR", ""),
        language=_language(variables),
    )


def _language(variables: Mapping[str, str]) -> str:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := variables.get(name, ""):
            return value.partition(":")[0]
    return ""


def read_settings(path: Path) -> Settings:
    """
    Return the settings in a file; the defaults where there is none.

    Raises:
        SettingsError: It cannot be read or used; the summary names the
            line or the key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        summary = f"The settings {path} cannot be read."
        raise SettingsError(summary, hint=str(error)) from error
    # Late: most people have no settings file.
    import tomllib  # noqa: PLC0415

    try:
        return parse_settings(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        summary = f"The settings {path} are no valid TOML: {error}."
        raise SettingsError(summary) from error
    except SettingsError as error:
        hint = f"{error.hint} The file is {path}.".strip()
        raise SettingsError(error.summary, hint=hint) from error
