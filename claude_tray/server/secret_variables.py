"""Read secrets from environment variables or from files that they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_secret_variable(name: str, variables: Mapping[str, str]) -> str:
    """
    Return the value of `NAME`, or the content of the file in `NAME_FILE`.

    Container platforms mount secrets as files.

    Raises:
        SettingsError: Both are set, or the file cannot be read.
    """
    value = variables.get(name, "").strip()
    file_name = variables.get(f"{name}_FILE", "").strip()
    if not file_name:
        return value
    if value:
        summary = f"{name} and {name}_FILE are both set."
        raise SettingsError(summary, hint="Unset one of them.")
    try:
        return Path(file_name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        summary = f"Cannot read {name}_FILE={file_name!r}."
        reason = getattr(error, "strerror", None) or "It is not UTF-8 text"
        raise SettingsError(summary, hint=f"{reason}.") from error
