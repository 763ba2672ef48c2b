"""Where things lie: the only door to platformdirs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import DesktopError
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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


def resolve_app_paths(home_folder: str) -> AppPaths:
    """
    Return where own files lie, all in one folder where it is set.

    Raises:
        DesktopError: The user has no home to keep them in.
    """
    if home_folder:
        root = Path(home_folder).expanduser().absolute()
        config, data, state = root / "config", root / "data", root / "state"
    else:
        config, data, state = current_system().get_app_folders(
            _APP_NAME, _require_home()
        )
    return AppPaths(config / "settings.toml", data / "usage.db", state)


def _require_home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        summary = "This user has no home folder."
        hint = "Set HOME, or CLAUDE_TRAY_HOME to a folder of your choice."
        raise DesktopError(summary, hint=hint) from error


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
