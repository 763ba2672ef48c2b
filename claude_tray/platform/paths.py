"""Resolve the paths of own files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform.app_folders import locate_own_folders
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_APP_NAME: Final = "claude-tray"
SETTINGS_BACKUP_NAME: Final = "settings.last-valid.toml"
# Text of an editor that is not valid yet.
SETTINGS_DRAFT_NAME: Final = "settings-draft.toml"
BINDINGS_NAME: Final = "token-servers.json"


class AppPaths(NamedTuple):
    """
    Paths of own files.

    Attributes:
        settings_file: Settings of the user.
        database: The store.
        state_folder: Folder of the log, of locks and of other state.
    """

    settings_file: Path
    database: Path
    state_folder: Path

    @property
    def env_file(self) -> Path:
        """Environment file with the sync token; private to the user."""
        return self.settings_file.with_name(".env")

    @property
    def machine_id_file(self) -> Path:
        """Id of this installation for sync."""
        return self.database.with_name("machine-id")

    @property
    def alias_key_file(self) -> Path:
        """Key of project aliases; private to the user."""
        return self.settings_file.with_name("alias-key")

    @property
    def settings_backup_file(self) -> Path:
        """Copy of the last valid settings file."""
        return self.state_folder / SETTINGS_BACKUP_NAME

    @property
    def token_bindings_file(self) -> Path:
        """Servers that tokens were used with."""
        return self.state_folder / BINDINGS_NAME

    @property
    def folders(self) -> tuple[Path, ...]:
        """Own folders, which only the user may enter."""
        return (
            self.settings_file.parent,
            self.database.parent,
            self.state_folder,
        )

    @property
    def log_file(self) -> Path:
        return self.state_folder / "claude-tray.log"


def get_home_folder() -> Path:
    """Return the user's home folder; the root if there is none."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def resolve_app_paths(home_folder: str) -> AppPaths:
    """
    Resolve the paths of own files.

    Args:
        home_folder: Value of CLAUDE_TRAY_HOME, a folder for all of them; empty
            for the folders of the system.

    Raises:
        DesktopError: The user has no home folder.
    """
    if home_folder:
        config, data, state = map(Path, locate_own_folders(home_folder))
    else:
        config, data, state = current_system().get_app_folders(
            _APP_NAME, _require_home()
        )
    return AppPaths(config / "settings.toml", data / "usage.db", state)


def _require_home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        raise DesktopError(
            gettext_noop("This user has no home folder."),
            hint=gettext_noop(
                "Set HOME, or set CLAUDE_TRAY_HOME to any folder."
            ),
        ) from error


# Files the user may want to keep, by folder.
_CONFIG_FILES: Final = ("settings.toml", ".env", "alias-key")
_DATA_FILES: Final = (
    "usage.db*",
    "machine-id",
    "server.sqlite3*",
    "server-secret-key",
)
# Files that are created again when needed. By name, because the folders may be
# one and the same, and CLAUDE_TRAY_HOME may name a folder with other files.
_CONFIG_TEMPORARY_FILES: Final = (".settings.toml.*", SETTINGS_DRAFT_NAME)
_STATE_FILES: Final = (
    "claude-tray.log*",
    "dismissed.json",
    "instance.*",
    "notices.json",
    "notification-command.json",
    "telemetry.json",
    "offered",
    "page.address",
    "page-templates",
    "page.lock",
    ".page.address.*",
    "popup-window.json",
    "popup.html",
    "statusline",
    "statusline-cache",
    "statusline-limits.json*",
    SETTINGS_BACKUP_NAME,
    BINDINGS_NAME,
)
_DATA_LOCK_FILES: Final = ("sync.lock",)


def list_user_data_files(app_paths: AppPaths) -> list[Path]:
    """List the files with settings and data of the user."""
    found = {
        *_glob_all(app_paths.settings_file.parent, _CONFIG_FILES),
        *_glob_all(app_paths.database.parent, _DATA_FILES),
    }
    return sorted(found)


def list_disposable_files(app_paths: AppPaths) -> list[Path]:
    """List the files that are safe to delete: logs, locks and other state."""
    found = {
        *_glob_all(app_paths.settings_file.parent, _CONFIG_TEMPORARY_FILES),
        *_glob_all(app_paths.database.parent, _DATA_LOCK_FILES),
        *_glob_all(app_paths.state_folder, _STATE_FILES),
    }
    return sorted(found)


def delete_paths(paths: Iterable[Path]) -> None:
    """
    Delete files and folders, then the parent folders that are empty now.

    Raises:
        OSError: A file cannot be deleted.
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
            # Fails if the folder contains other files.
            folder.rmdir()


def _glob_all(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from folder.glob(pattern)
