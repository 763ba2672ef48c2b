"""What a token says of itself."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

import msgspec

from claude_tray.errors import SyncMisconfiguredError

_SCHEMES: Final = ("Bearer ", "Token ")
_PARTS: Final = 3
_REFRESH: Final = "refresh"
# A token that ends within these is asked anew before it is used.
_SOON_SECONDS: Final = 60


class _Claims(msgspec.Struct):
    token_type: str | None = None
    exp: int | float | None = None


def header_of(token: str) -> str:
    """
    Return the Authorization header; a scheme that is given is kept.

    Raises:
        SyncMisconfiguredError: No token looks like this.
    """
    if not token.isascii() or not token.isprintable():
        summary = "The token to sync with has characters that none has."
        raise SyncMisconfiguredError(summary, hint="Copy it anew.")
    return token if token.startswith(_SCHEMES) else f"Bearer {token}"


def is_refresh(token: str) -> bool:
    """Tell whether a token is good only to get another with."""
    return _claims(token).token_type == _REFRESH


def ends_soon(token: str, now: float) -> bool:
    """Tell whether a token must be had anew; so must one that is not there."""
    end = _claims(token).exp
    return not token or (end is not None and end < now + _SOON_SECONDS)


def fingerprint(token: str) -> str:
    """Return what tells a token from others and cannot be used as one."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def _claims(token: str) -> _Claims:
    """Return what a JSON web token claims, unchecked; nothing of others."""
    for scheme in _SCHEMES:
        token = token.removeprefix(scheme)
    parts = token.split(".")
    if len(parts) != _PARTS:
        return _Claims()
    try:
        data = base64.urlsafe_b64decode(parts[1] + "==")
        return msgspec.json.decode(data, type=_Claims)
    except (ValueError, msgspec.MsgspecError):
        return _Claims()
