"""
The `.env` file in the config folder: the one door to python-dotenv.

It is the EnvironmentFile of the systemd unit, too, and holds the token.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = ".env"
_OTHERS = 0o077


class EnvFile(NamedTuple):
    """
    What a file tells.

    Attributes:
        values: By name.
        trouble: A sentence if others can read it; empty if all is well.
    """

    values: Mapping[str, str]
    trouble: str = ""


def read_env_file(path: Path) -> EnvFile:
    """
    Return what a `.env` file tells; nothing where there is none.

    Raises:
        SettingsError: It cannot be read.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return EnvFile({})
    except OSError as error:
        raise _unreadable(path, error) from error
    # Late: most people have none.
    from dotenv import dotenv_values  # noqa: PLC0415

    try:
        # A token may well hold a dollar sign.
        found = dotenv_values(path, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    trouble = ""
    if sys.platform != "win32" and mode & _OTHERS:
        trouble = f"{path} can be read by others: chmod 600 {path}"
    return EnvFile({k: v for k, v in found.items() if v}, trouble)


def _unreadable(path: Path, error: Exception) -> SettingsError:
    reason = getattr(error, "strerror", None) or "it is no text"
    return SettingsError(f"{path} cannot be read: {reason}.")
