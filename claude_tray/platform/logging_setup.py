"""Set up the log file."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Final

from claude_tray.errors import ClaudeTrayError, InternalError
from claude_tray.platform.paths import resolve_app_paths
from claude_tray.platform.private_files import (
    make_private_folder,
    open_private,
)
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path


_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
_MAX_BYTES: Final = 1_000_000
# Of a traceback: recursion has a thousand.
_MAX_FRAMES: Final = 30
# Without a handler, warnings of libraries would go to the terminal.
_NULL_HANDLER: Final = logging.NullHandler()


class _LineFormatter(logging.Formatter):
    """Format a message as one line, whatever names are in it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return make_visible(super().formatMessage(record))


class _LogFileHandler(RotatingFileHandler):
    """Writes a message that repeats once, and how often it was repeated."""

    _last_message: tuple[str, int, str] | None = None
    _repetitions = 0

    def _open(self) -> TextIOWrapper:
        return open(
            self.baseFilename, "a", encoding="utf-8", opener=open_private
        )

    def emit(self, record: logging.LogRecord) -> None:
        message = record.name, record.levelno, record.getMessage()
        if message == self._last_message and not record.exc_info:
            self._repetitions += 1
            return
        self._write_repetitions()
        self._last_message = message
        super().emit(record)

    def close(self) -> None:
        self._write_repetitions()
        super().close()

    def _write_repetitions(self) -> None:
        if self._last_message is None or not self._repetitions:
            return
        name, level, _ = self._last_message
        text = f"The last message was repeated {self._repetitions} times"
        self._repetitions = 0
        super().emit(
            logging.LogRecord(name, level, __file__, 0, text, (), None)
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Skip the line: do not print an error for each on a full disk."""


def log_internal_error(error: BaseException) -> InternalError:
    """
    Log where an unexpected error happened, if the log can be written.

    Not what it says: that may be the content of a transcript.

    Returns:
        The same for users.
    """
    # Late: errors are rare.
    from traceback import extract_tb

    logger = logging.getLogger("claude_tray")
    with suppress(OSError, ClaudeTrayError):
        if not logger.handlers:
            home = os.environ.get("CLAUDE_TRAY_HOME", "")
            start_logging(resolve_app_paths(home).log_file)
    places = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in extract_tb(error.__traceback__)[-_MAX_FRAMES:]
    ]
    logger.error("Internal error %s in %s", type(error).__name__, places)
    return InternalError.from_error(error)


def start_logging(path: Path) -> logging.Handler:
    """
    Log to a file that is rotated at 1 MB.

    Raises:
        OSError: The folder cannot be created.
    """
    logging.getLogger().addHandler(_NULL_HANDLER)
    make_private_folder(path.parent)
    handler = _LogFileHandler(
        path,
        maxBytes=_MAX_BYTES,
        backupCount=1,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(_LineFormatter(_FORMAT))
    logger = logging.getLogger("claude_tray")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return handler
