"""Resolve the folders of Claude Code from arguments, environment and settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from claude_tray.config.env import EnvVars


# Where Claude Desktop keeps its data: Linux, macOS, Windows, Windows with the
# package of the store.
DESKTOP_FOLDERS: Final = (
    ".config/Claude",
    "Library/Application Support/Claude",
    "AppData/Roaming/Claude",
    "AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude",
)
# Claude Desktop's Cowork keeps a Claude folder for each session below it.
COWORK_DIR_NAME: Final = "local-agent-mode-sessions"


def resolve_claude_folders(
    argument: str,
    environment: EnvVars,
    configured: Sequence[str],
    home: Path,
    exists: Callable[[Path], bool] = Path.is_dir,
) -> tuple[Path, ...]:
    """
    Resolve the folders that hold Claude Code's `projects`.

    The first source that is set wins: the argument, CLAUDE_PATH, the
    settings, CLAUDE_CONFIG_DIR, then the default folders.

    Args:
        argument: Folders from the command line, separated by commas.
        environment: Variables with folders, separated by commas.
        configured: Folders from the settings.
        home: The user's home.
        exists: Checks whether a folder exists.
    """
    for candidates in (
        argument.split(","),
        environment.claude_path.split(","),
        configured,
        environment.claude_config_dir.split(","),
    ):
        names = [text.strip() for text in candidates if text.strip()]
        if names:
            return tuple(
                dict.fromkeys(
                    resolve_claude_folder(text, home) for text in names
                )
            )
    alternative = home / ".config" / "claude"
    desktop_folders = [home / name for name in DESKTOP_FOLDERS]
    return (
        home / ".claude",
        *([alternative] if exists(alternative) else []),
        *(f for f in desktop_folders if exists(f / COWORK_DIR_NAME)),
    )


def resolve_claude_folder(text: str, home: Path) -> Path:
    """
    Resolve one configured folder: expand `~` and make it absolute.

    `…/projects` means its parent.
    """
    if text == "~" or text.startswith(("~/", "~\\")):
        path = home / text[2:]
    else:
        path = Path(text)
    path = path.absolute()
    return path.parent if path.name == "projects" else path
