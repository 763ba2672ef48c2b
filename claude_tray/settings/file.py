"""Reads the settings file, which nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.errors import SettingsError
from claude_tray.settings.parse import Settings, parse_settings

if TYPE_CHECKING:
    from pathlib import Path


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
    import tomllib  # noqa: PLC0415

    try:
        return parse_settings(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        summary = f"The settings {path} are no valid TOML: {error}."
        raise SettingsError(summary) from error
    except SettingsError as error:
        hint = f"{error.hint} The file is {path}.".strip()
        raise SettingsError(error.summary, hint=hint) from error
