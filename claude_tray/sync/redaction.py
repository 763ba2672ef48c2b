"""Redact secrets from logs and error messages."""

from __future__ import annotations

import logging
import re
from typing import Final

_MASK: Final = "***"
_JWT: Final = re.compile(r"eyJ[\w-]{5,}\.[\w-]+\.[\w-]*")
_AUTH_SCHEME: Final = re.compile(r"(?i)\b(bearer|token)\s+[\w.~+/=-]{8,}")
_URL_CREDENTIALS: Final = re.compile(r"(https?://)[^/@\s]+@")
_MIN_SECRET_LENGTH: Final = 4


class RedactingFilter(logging.Filter):
    """
    Redact known secrets and everything that looks like one.

    As a filter of a log handler it also redacts what libraries log.

    Args:
        secrets: Known from the start.
    """

    def __init__(self, *secrets: str) -> None:
        super().__init__()
        self._secrets: set[str] = set()
        for secret in secrets:
            self.register_secret(secret)

    def register_secret(self, secret: str) -> None:
        """Redact one more secret, with and without its scheme."""
        for text in (secret, secret.partition(" ")[2]):
            if len(text) >= _MIN_SECRET_LENGTH:
                self._secrets.add(text)

    def redact(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, _MASK)
        text = _JWT.sub(_MASK, text)
        text = _AUTH_SCHEME.sub(rf"\1 {_MASK}", text)
        return _URL_CREDENTIALS.sub(rf"\1{_MASK}@", text)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self.redact(record.getMessage()), None
        if record.exc_info:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = self.redact(text)
        return True
