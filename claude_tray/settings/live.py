"""The settings in force, as the file changes."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from claude_tray.errors import SettingsError
from claude_tray.settings.file import read_settings
from claude_tray.settings.parse import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    # What tells one state of the file from another.
    Mark = tuple[int, int, int] | None

_log = logging.getLogger(__name__)

# One question to the file system; whoever saves asks for a look at once.
_LOOK_SECONDS: Final = 2.0


class LiveSettings:
    """
    Follows the settings file; a file that does not parse changes nothing.

    Args:
        path: The file, which may not be there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""
        self._mark = _mark_of(path)
        self._settings = Settings()
        self._told: list[Callable[[Settings], None]] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="settings")
        self._read()

    @property
    def current(self) -> Settings:
        """The last good ones."""
        return self._settings

    def tell(self, told: Callable[[Settings], None]) -> None:
        """Have a function called, on any thread, after each change."""
        self._told.append(told)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()

    def look(self) -> None:
        """Read the file if it is another one than at the last look."""
        with self._lock:
            mark = _mark_of(self.path)
            if mark == self._mark:
                return
            self._mark = mark
            self._read()
            settings = self._settings
        for told in self._told:
            told(settings)

    def _follow(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            self.look()

    def _read(self) -> None:
        try:
            self._settings = read_settings(self.path)
        except SettingsError as error:
            self.problem = f"{error.summary} {error.hint}".strip()
            _log.warning("Kept the last good settings error=%s", self.problem)
        else:
            self.problem = ""
            for sentence in self._settings.unknown:
                _log.warning(sentence)


def _mark_of(path: Path) -> Mark:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
