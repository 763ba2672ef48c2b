"""Where things lie: the only door to platformdirs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from claude_tray.settings.environment import Environment

_NAME: Final = "claude-tray"


class Own(NamedTuple):
    """
    The program's own files.

    Attributes:
        settings: What a person chose.
        store: What was read.
        state: The folder for the log and what tells instances apart.
    """

    settings: Path
    store: Path
    state: Path

    @property
    def env_file(self) -> Path:
        """Holds the token for forwarding; only this user's."""
        return self.settings.with_name(".env")

    @property
    def machine_id(self) -> Path:
        """Tells this installation from others where usage is forwarded."""
        return self.store.with_name("machine-id")

    @property
    def alias_key(self) -> Path:
        """What aliases of projects are made with; only this user's."""
        return self.settings.with_name("alias-key")

    @property
    def log(self) -> Path:
        return self.state / "claude-tray.log"


def home_folder() -> Path:
    """Return the user's home; the root where the system knows none."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def own_files(environment: Environment) -> Own:
    """
    Return where own files lie, all in one folder where it is set.

    Raises:
        DesktopError: The user has no home to keep them in.
    """
    if environment.home:
        root = Path(environment.home).expanduser().absolute()
        config, data, state = root / "config", root / "data", root / "state"
    elif sys.platform == "linux":
        # The same as platformdirs, which takes 10 ms to import: the
        # statusline is run after each reply.
        home = _known_home()
        config = _xdg("XDG_CONFIG_HOME", home / ".config")
        data = _xdg("XDG_DATA_HOME", home / ".local" / "share")
        state = _xdg("XDG_STATE_HOME", home / ".local" / "state")
    else:
        # Late: with CLAUDE_TRAY_HOME it is not needed.
        from platformdirs import PlatformDirs  # noqa: PLC0415

        _known_home()
        dirs = PlatformDirs(_NAME, appauthor=False, roaming=False)
        config = dirs.user_config_path
        data, state = dirs.user_data_path, dirs.user_state_path
    return Own(config / "settings.toml", data / "usage.db", state)


def _known_home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        summary = "This user has no home folder."
        hint = "Set HOME, or CLAUDE_TRAY_HOME to a folder of your choice."
        raise DesktopError(summary, hint=hint) from error


def _xdg(variable: str, usual: Path) -> Path:
    """Return our folder in one that the desktop's standard names."""
    chosen = os.environ.get(variable, "")
    # A relative one means nothing, by the standard.
    return (Path(chosen) if Path(chosen).is_absolute() else usual) / _NAME


def pictures_folder() -> Path:
    """Return where the person keeps pictures."""
    # Late: it is only asked for when one is saved.
    from platformdirs import user_pictures_path  # noqa: PLC0415

    return user_pictures_path()


def claude_folders(
    argument: str,
    environment: Environment,
    chosen: Sequence[str],
    home: Path,
    exists: Callable[[Path], bool] = Path.is_dir,
) -> tuple[Path, ...]:
    """
    Return the folders that hold Claude Code's `projects`.

    The first that is given holds: the argument, CLAUDE_PATH, the settings,
    CLAUDE_CONFIG_DIR, then the usual places. Several are separated by
    commas. A folder that is itself called `projects` means the one above.
    """
    for given in (
        argument.split(","),
        environment.claude_path.split(","),
        chosen,
        environment.claude_config_dir.split(","),
    ):
        named = [text.strip() for text in given if text.strip()]
        if named:
            return tuple(
                dict.fromkeys(folder_of(text, home) for text in named)
            )
    usual, other = home / ".claude", home / ".config" / "claude"
    return (usual, other) if exists(other) else (usual,)


def folder_of(text: str, home: Path) -> Path:
    """Return the Claude folder that a text means."""
    if text == "~" or text.startswith(("~/", "~\\")):
        path = home / text[2:]
    else:
        path = Path(text)
    path = path.absolute()
    return path.parent if path.name == "projects" else path
