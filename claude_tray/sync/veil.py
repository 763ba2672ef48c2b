"""Keeps secrets out of what is logged and told."""

from __future__ import annotations

import logging
import re
from typing import Final

_HIDDEN: Final = "***"
_JWT: Final = re.compile(r"eyJ[\w-]{5,}\.[\w-]+\.[\w-]*")
_SCHEME: Final = re.compile(r"(?i)\b(bearer|token)\s+[\w.~+/=-]{8,}")
_USER: Final = re.compile(r"(https?://)[^/@\s]+@")
_SHORTEST: Final = 4


class Veil(logging.Filter):
    """
    Covers secrets: those that are known, and whatever looks like one.

    As a filter of a log's handler it covers what other libraries log, too.
    """

    def __init__(self, *secrets: str) -> None:
        super().__init__()
        self._secrets: set[str] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Cover one secret more."""
        for text in (secret, secret.partition(" ")[2]):
            if len(text) >= _SHORTEST:
                self._secrets.add(text)

    def cover(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, _HIDDEN)
        text = _JWT.sub(_HIDDEN, text)
        text = _SCHEME.sub(rf"\1 {_HIDDEN}", text)
        return _USER.sub(rf"\1{_HIDDEN}@", text)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self.cover(record.getMessage()), None
        if record.exc_info:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = self.cover(text)
        return True
