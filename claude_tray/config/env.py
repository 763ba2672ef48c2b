"""Reads the environment, which nobody else does."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from claude_tray.config.secret import Secret
from claude_tray.errors import SettingsError
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


ENV_FILE_NAME = ".env"
_GROUP_OTHER_BITS = 0o077


class EnvFile(NamedTuple):
    """
    What a file tells.

    Attributes:
        values: By name.
        problem: A sentence if others can read it; empty if all is well.
    """

    values: Mapping[str, str]
    problem: str = ""


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
    from dotenv import dotenv_values

    # A token may well hold a dollar sign.
    variables = dotenv_values(stream=StringIO(text), interpolate=False)
    problem = ""
    if current_system().has_posix_modes and mode & _GROUP_OTHER_BITS:
        problem = f"{path} can be read by others: chmod 600 {path}"
    return EnvFile({k: v for k, v in variables.items() if v}, problem)


class EnvVars(NamedTuple):
    """
    What the environment tells.

    Attributes:
        home: `CLAUDE_TRAY_HOME`: one folder for all own files.
        claude_path: `CLAUDE_PATH`: Claude folders, separated by commas.
        claude_config_dir: `CLAUDE_CONFIG_DIR`: Claude Code's own.
        language: The first of `LANGUAGE`, `LC_ALL`, `LC_MESSAGES`, `LANG`.
        api_url: `CLAUDE_USAGE_API_URL`: where usage is forwarded to.
        api_token: `CLAUDE_USAGE_API_TOKEN`: the token for it.
    """

    home: str = ""
    claude_path: str = ""
    claude_config_dir: str = ""
    language: str = ""
    api_url: str = ""
    api_token: Secret = Secret()


def parse_environment(variables: Mapping[str, str]) -> EnvVars:
    """Return what these variables tell this program."""
    return EnvVars(
        home=variables.get("CLAUDE_TRAY_HOME", ""),
        claude_path=variables.get("CLAUDE_PATH", ""),
        claude_config_dir=variables.get("CLAUDE_CONFIG_DIR", ""),
        language=_find_language(variables),
        api_url=variables.get("CLAUDE_USAGE_API_URL", "").strip(),
        api_token=Secret(variables.get("CLAUDE_USAGE_API_TOKEN", "").strip()),
    )


def _find_language(variables: Mapping[str, str]) -> str:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := variables.get(name, ""):
            return value.partition(":")[0]
    return ""
