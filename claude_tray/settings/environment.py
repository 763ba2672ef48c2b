"""Reads the environment, which nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
