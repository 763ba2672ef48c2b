"""Reads the environment, which nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.settings.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping


class Environment(NamedTuple):
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


def environment_of(variables: Mapping[str, str]) -> Environment:
    """Return what these variables tell this program."""
    return Environment(
        home=variables.get("CLAUDE_TRAY_HOME", ""),
        claude_path=variables.get("CLAUDE_PATH", ""),
        claude_config_dir=variables.get("CLAUDE_CONFIG_DIR", ""),
        language=_language(variables),
        api_url=variables.get("CLAUDE_USAGE_API_URL", "").strip(),
        api_token=Secret(variables.get("CLAUDE_USAGE_API_TOKEN", "").strip()),
    )


def _language(variables: Mapping[str, str]) -> str:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := variables.get(name, ""):
            return value.partition(":")[0]
    return ""
