"""
Tell where the value of each option comes from.

A value that an environment variable overrides cannot be changed in the file:
terminals and forms show both.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.config.schema import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from claude_tray.config.env import EnvVars
    from claude_tray.config.option import Option
    from claude_tray.config.schema import Settings
    from claude_tray.errors import SettingsError


# Variables that override an option, by its name.
_VARIABLES: Final = {
    "claude_paths": "CLAUDE_PATH",
    "sync.url": "CLAUDE_USAGE_API_URL",
}


class OptionSource(StrEnum):
    """Where a value comes from."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"


class OptionValue(NamedTuple):
    """
    The value of an option that applies.

    Attributes:
        option: The option.
        value: Value that applies, as `Settings` has it.
        source: Where it comes from.
        variable: Environment variable that sets it; empty if none does.
        error: Why the value of the file is not used; None if it is.
    """

    option: Option
    value: Any
    source: OptionSource = OptionSource.DEFAULT
    variable: str = ""
    error: SettingsError | None = None


def list_option_values(
    settings: Settings, environment: EnvVars, names: Collection[str]
) -> tuple[OptionValue, ...]:
    """
    Return the value of each option, in the order of the table.

    Args:
        settings: Loaded settings.
        environment: Environment variables, and those of the `.env` file.
        names: Options that the file sets.
    """
    overrides: Mapping[str, Any] = {
        "claude_paths": tuple(
            text.strip()
            for text in environment.claude_path.split(",")
            if text.strip()
        ),
        "sync.url": environment.api_url,
    }
    return tuple(
        _build_value(option, settings, names, overrides.get(option.name))
        for option in OPTIONS
    )


def _build_value(
    option: Option, settings: Settings, names: Collection[str], override: Any
) -> OptionValue:
    if override:
        variable = _VARIABLES[option.name]
        return OptionValue(
            option, override, OptionSource.ENVIRONMENT, variable
        )
    source = (
        OptionSource.FILE if option.name in names else OptionSource.DEFAULT
    )
    value = getattr(settings, option.attribute)
    # Each invalid price has a number instead of a name.
    error = settings.invalid.get(option.name) or settings.invalid.get(
        f"{option.name}.0"
    )
    return OptionValue(option, value, source, error=error)
