"""
The `.env` file in the config folder: the one door to python-dotenv.

It is the EnvironmentFile of the systemd unit, too, and holds the token.
"""

from __future__ import annotations

import sys
from io import StringIO
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
        text = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode
    except FileNotFoundError:
        return EnvFile({})
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        summary = f"{path} cannot be read: {reason}."
        raise SettingsError(summary) from error
    # Late: most people have none.
    from dotenv import dotenv_values  # noqa: PLC0415

    # A token may well hold a dollar sign.
    found = dotenv_values(stream=StringIO(text), interpolate=False)
    trouble = ""
    if sys.platform != "win32" and mode & _OTHERS:
        trouble = f"{path} can be read by others: chmod 600 {path}"
    return EnvFile({k: v for k, v in found.items() if v}, trouble)
