"""The log file and its form."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path


_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
_MAX_BYTES: Final = 1_000_000
# Without it libraries print on the terminal what is told in own words.
_NULL_HANDLER: Final = logging.NullHandler()


class _LogFileHandler(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Do without a line: a full disk must not be told of its own tale."""


def start_logging(path: Path) -> logging.Handler:
    """
    Write what the program logs to a file, which starts anew at 1 MB.

    Raises:
        OSError: It cannot be written.
    """
    logging.getLogger().addHandler(_NULL_HANDLER)
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = _LogFileHandler(
        path,
        maxBytes=_MAX_BYTES,
        backupCount=1,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger = logging.getLogger("claude_tray")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return handler
