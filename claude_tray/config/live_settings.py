"""Follow changes of the settings file."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from claude_tray.config.settings import LoadedSettings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.config.schema import Settings


if TYPE_CHECKING:
    # Inode, size and modification time in nanoseconds.
    FileVersion = tuple[int, int, int] | None

_log = logging.getLogger(__name__)

# One stat() each; commands and pages trigger a reload after saving.
_POLL_SECONDS: Final = 2.0
_MAX_LOGGED_KEYS: Final = 5


class LiveSettings:
    """
    Poll the settings file; keep the last valid settings.

    Args:
        path: Settings file; it may be missing.
        backup: Copy of the last valid file.

    Attributes:
        loaded: Settings, and what is wrong with the file.
    """

    def __init__(self, path: Path, backup: Path) -> None:
        self.path = path
        self._backup = backup
        self._version = _read_file_version(path)
        self.loaded: LoadedSettings = load_settings(path, backup)
        self._subscribers: list[Callable[[Settings], None]] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._poll, name="settings")
        self._log_problems()

    @property
    def current(self) -> Settings:
        """Return the last valid settings."""
        return self.loaded.settings

    @property
    def problem(self) -> str:
        """Return what is wrong with the file; empty if nothing is."""
        return self.loaded.problem

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
            self.loaded = load_settings(self.path, self._backup)
            self._log_problems()
            settings = self.loaded.settings
        for callback in self._subscribers:
            callback(settings)

    def _poll(self) -> None:
        while not self._stopped.wait(_POLL_SECONDS):
            self.reload_if_changed()

    def _log_problems(self) -> None:
        if self.problem:
            _log.warning("Kept the last valid values error=%s", self.problem)
        unknown_keys = self.current.unknown_keys
        for key in unknown_keys[:_MAX_LOGGED_KEYS]:
            _log.warning("Unknown setting key=%s", key)
        if len(unknown_keys) > _MAX_LOGGED_KEYS:
            _log.warning("Unknown settings count=%d", len(unknown_keys))


def _read_file_version(path: Path) -> FileVersion:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
