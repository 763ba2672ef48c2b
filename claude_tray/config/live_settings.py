"""The settings in force, as the file changes."""

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
    # What tells one state of the file from another.
    FileVersion = tuple[int, int, int] | None

_log = logging.getLogger(__name__)

# One question to the file system; whoever saves asks for a look at once.
_POLL_SECONDS: Final = 2.0


class LiveSettings:
    """
    Follows the settings file; a file that does not parse changes nothing.

    Args:
        path: The file, which may not be there.
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
        """The last good ones."""
        return self._settings

    def subscribe(self, callback: Callable[[Settings], None]) -> None:
        """Have a function called, on any thread, after each change."""
        self._subscribers.append(callback)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def reload_if_changed(self) -> None:
        """Read the file if it is another one than at the last look."""
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
            self.problem = f"{error.summary} {error.hint}".strip()
            _log.warning("Kept the last good settings error=%s", self.problem)
        else:
            self.problem = ""
            for warning in self._settings.unknown_key_warnings:
                _log.warning(warning)


def _read_file_version(path: Path) -> FileVersion:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
