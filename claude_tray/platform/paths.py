"""Where things lie: the only door to platformdirs."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from claude_tray.config.env import EnvVars


_APP_NAME: Final = "claude-tray"


class AppPaths(NamedTuple):
    """
    The program's own files.

    Attributes:
        settings_file: What a person chose.
        database: What was read.
        state_folder: The folder for the log and what tells instances apart.
    """

    settings_file: Path
    database: Path
    state_folder: Path

    @property
    def env_file(self) -> Path:
        """Holds the token for forwarding; only this user's."""
        return self.settings_file.with_name(".env")

    @property
    def machine_id_file(self) -> Path:
        """Tells this installation from others where usage is forwarded."""
        return self.database.with_name("machine-id")

    @property
    def alias_key_file(self) -> Path:
        """What aliases of projects are made with; only this user's."""
        return self.settings_file.with_name("alias-key")

    @property
    def log_file(self) -> Path:
        return self.state_folder / "claude-tray.log"


def get_home_folder() -> Path:
    """Return the user's home; the root where the system knows none."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def resolve_app_paths(environment: EnvVars) -> AppPaths:
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
        home = _require_home()
        config = _get_xdg_folder("XDG_CONFIG_HOME", home / ".config")
        data = _get_xdg_folder("XDG_DATA_HOME", home / ".local" / "share")
        state = _get_xdg_folder("XDG_STATE_HOME", home / ".local" / "state")
    else:
        # Late: with CLAUDE_TRAY_HOME it is not needed.
        from platformdirs import PlatformDirs

        _require_home()
        dirs = PlatformDirs(_APP_NAME, appauthor=False, roaming=False)
        config = dirs.user_config_path
        data, state = dirs.user_data_path, dirs.user_state_path
    return AppPaths(config / "settings.toml", data / "usage.db", state)


def _require_home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        summary = "This user has no home folder."
        hint = "Set HOME, or CLAUDE_TRAY_HOME to a folder of your choice."
        raise DesktopError(summary, hint=hint) from error


def _get_xdg_folder(variable: str, default: Path) -> Path:
    """Return our folder in one that the desktop's standard names."""
    configured = os.environ.get(variable, "")
    # A relative one means nothing, by the standard.
    return (
        Path(configured) if Path(configured).is_absolute() else default
    ) / _APP_NAME


def get_pictures_folder() -> Path:
    """Return where the person keeps pictures."""
    # Late: it is only asked for when one is saved.
    from platformdirs import user_pictures_path

    return user_pictures_path()


def resolve_claude_folders(
    argument: str,
    environment: EnvVars,
    configured: Sequence[str],
    home: Path,
    exists: Callable[[Path], bool] = Path.is_dir,
) -> tuple[Path, ...]:
    """
    Return the folders that hold Claude Code's `projects`.

    The first that is given holds: the argument, CLAUDE_PATH, the settings,
    CLAUDE_CONFIG_DIR, then the usual places. Several are separated by
    commas. A folder that is itself called `projects` means the one above.
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
    default, alternative = home / ".claude", home / ".config" / "claude"
    return (default, alternative) if exists(alternative) else (default,)


def resolve_claude_folder(text: str, home: Path) -> Path:
    """Return the Claude folder that a text means."""
    if text == "~" or text.startswith(("~/", "~\\")):
        path = home / text[2:]
    else:
        path = Path(text)
    path = path.absolute()
    return path.parent if path.name == "projects" else path


# What a person chose or would miss, by folder: config, data.
_CONFIG_FILES: Final = ("settings.toml", ".env", "alias-key")
_DATA_FILES: Final = (
    "usage.db*",
    "machine-id",
    "server.sqlite3*",
    "server-secret-key",
)
# What the program makes anew when it needs it. By name, because some systems
# keep all of it in one folder, and CLAUDE_TRAY_HOME may name any.
_CONFIG_TEMPORARY_FILES: Final = (".settings.toml.*",)
_STATE_FILES: Final = (
    "claude-tray.log*",
    "instance.*",
    "notices.json",
    "offered",
    "popup.html",
    "statusline",
)
_DATA_LOCK_FILES: Final = ("sync.lock",)


def user_data_files(app_paths: AppPaths) -> list[Path]:
    """Return the settings and the store, with what belongs to them."""
    found = {
        *_glob_all(app_paths.settings_file.parent, _CONFIG_FILES),
        *_glob_all(app_paths.database.parent, _DATA_FILES),
    }
    return sorted(found)


def disposable_files(app_paths: AppPaths) -> list[Path]:
    """Return what nobody would miss: the log, locks, notes of its own."""
    found = {
        *_glob_all(app_paths.settings_file.parent, _CONFIG_TEMPORARY_FILES),
        *_glob_all(app_paths.database.parent, _DATA_LOCK_FILES),
        *_glob_all(app_paths.state_folder, _STATE_FILES),
    }
    return sorted(found)


def delete_paths(paths: Iterable[Path]) -> None:
    """
    Delete files and folders, then those folders that this left empty.

    Raises:
        OSError: One cannot be deleted.
    """
    parents: set[Path] = set()
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            # Late: only uninstalling deletes folders.
            import shutil

            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        parents.add(path.parent)
    for folder in parents:
        with suppress(OSError):
            # Fails where something else lies in it, which then stays.
            folder.rmdir()


def _glob_all(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from folder.glob(pattern)
