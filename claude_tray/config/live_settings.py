"""Follow changes of the settings file."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from claude_tray.config.schema import Settings
from claude_tray.config.settings import read_settings
from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


if TYPE_CHECKING:
    # Inode, size and modification time in nanoseconds.
    FileVersion = tuple[int, int, int] | None

_log = logging.getLogger(__name__)

# One stat() each; the settings window triggers a reload after saving.
_POLL_SECONDS: Final = 2.0


class LiveSettings:
    """
    Poll the settings file; keep the last valid settings.

    Args:
        path: Settings file; it may be missing.

    Attributes:
        problem: Why the file cannot be used; empty if it can.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""
        self._version = _read_file_version(path)
        self._settings = Settings()
        self._subscribers: list[Callable[[Settings], None]] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._poll, name="settings")
        self._reload()

    @property
    def current(self) -> Settings:
        """Return the last valid settings."""
        return self._settings

    def subscribe(self, callback: Callable[[Settings], None]) -> None:
        """Call a function after each change, on any thread."""
        self._subscribers.append(callback)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def reload_if_changed(self) -> None:
        """Read the file if it has changed since the last check."""
        with self._lock:
            version = _read_file_version(self.path)
            if version == self._version:
                return
            self._version = version
            self._reload()
            settings = self._settings
        for callback in self._subscribers:
            callback(settings)

    def _poll(self) -> None:
        while not self._stopped.wait(_POLL_SECONDS):
            self.reload_if_changed()

    def _reload(self) -> None:
        try:
            self._settings = read_settings(self.path)
        except SettingsError as error:
            self.problem = error.describe()
            _log.warning("Kept the last valid settings error=%s", self.problem)
        else:
            problems = self._settings.problems
            self.problem = problems[0].describe() if problems else ""
            for problem in problems:
                _log.warning("Skipped a setting error=%s", problem.describe())
            for key in self._settings.unknown_keys:
                _log.warning("Unknown setting key=%s", key)


def _read_file_version(path: Path) -> FileVersion:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
