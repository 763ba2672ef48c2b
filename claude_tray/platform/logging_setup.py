"""Set up the log file."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Final, NamedTuple

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
# Messages that are remembered to find out what repeats, and for how long.
_MAX_RECENT: Final = 32
_REPEAT_SECONDS: Final = 3600
# Without a handler, warnings of libraries would go to the terminal.
_NULL_HANDLER: Final = logging.NullHandler()


class _Message(NamedTuple):
    """What makes two messages the same."""

    name: str
    level: int
    text: str


@dataclass(slots=True)
class _Repetitions:
    """How often a message came since it was written (Unix seconds)."""

    written_at: float
    count: int = 0


class _LineFormatter(logging.Formatter):
    """Format a message as one line, whatever names are in it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return make_visible(super().formatMessage(record))


class _LogFileHandler(RotatingFileHandler):
    """
    Writes a repeated message once an hour, and how often it was repeated.

    A warning counts as repeated although there were other messages since;
    other messages only if they are the last one.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            maxBytes=_MAX_BYTES,
            backupCount=1,
            encoding="utf-8",
            delay=True,
        )
        self._recent: dict[_Message, _Repetitions] = {}

    def _open(self) -> TextIOWrapper:
        return open(
            self.baseFilename, "a", encoding="utf-8", opener=open_private
        )

    def emit(self, record: logging.LogRecord) -> None:
        message = _Message(record.name, record.levelno, record.getMessage())
        if not record.exc_info and self._is_repeated(message, record.created):
            self._recent[message].count += 1
            return
        self._forget(message)
        if len(self._recent) >= _MAX_RECENT:
            self._forget(next(iter(self._recent)))
        self._recent[message] = _Repetitions(record.created)
        super().emit(record)

    def close(self) -> None:
        for message in list(self._recent):
            self._forget(message)
        super().close()

    def _is_repeated(self, message: _Message, now: float) -> bool:
        repetitions = self._recent.get(message)
        if repetitions is None:
            return False
        if message.level < logging.WARNING:
            return message == next(reversed(self._recent))
        return now - repetitions.written_at < _REPEAT_SECONDS

    def _forget(self, message: _Message) -> None:
        repetitions = self._recent.pop(message, None)
        if repetitions is None or not repetitions.count:
            return
        name, level, text = message
        text = f"Repeated {repetitions.count} times: {text}"
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
    handler = _LogFileHandler(path)
    handler.setFormatter(_LineFormatter(_FORMAT))
    logger = logging.getLogger("claude_tray")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return handler
