"""What a token says of itself."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import uuid
from typing import TYPE_CHECKING, Final

import msgspec

from claude_tray.errors import SettingsError, SyncMisconfiguredError

if TYPE_CHECKING:
    from pathlib import Path


_MIN_KEY_LENGTH = 16


def installation_id(path: Path) -> str:
    """
    Return what tells this installation from others; made once.

    It outlives the store, which may have to be made anew.

    Raises:
        SettingsError: The file cannot be made or read.
    """
    return _read_or_create(path, str(uuid.uuid4()))


def anonymization_key(path: Path) -> bytes:
    """
    Return the key of aliases; made once, and copied by a person to others.

    Raises:
        SettingsError: The file cannot be made or read, or is too short to
            be a key.
    """
    text = _read_or_create(path, secrets.token_hex(32))
    if len(text) < _MIN_KEY_LENGTH:
        summary = f"{path} is too short for a key."
        raise SettingsError(summary, hint="Delete it to have a new one.")
    return text.encode()


def _read_or_create(path: Path, default: str) -> str:
    """Return what a private file holds; it is made if it is not there."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, flags, 0o600), "w") as file:
                file.write(f"{default}\n")
        except FileExistsError:
            pass
        return path.read_text(encoding="utf-8").strip() or default
    except (OSError, UnicodeDecodeError) as error:
        summary = f"{path} cannot be used."
        raise SettingsError(summary, hint=str(error)) from error


_SCHEMES: Final = ("Bearer ", "Token ")
_JWT_PARTS: Final = 3
_REFRESH_TYPE: Final = "refresh"
# A token that ends within these is asked anew before it is used.
_EXPIRY_MARGIN_SECONDS: Final = 60


class _TokenClaims(msgspec.Struct):
    token_type: str | None = None
    exp: int | float | None = None


def build_auth_header(token: str) -> str:
    """
    Return the Authorization header; a scheme that is given is kept.

    Raises:
        SyncMisconfiguredError: No token looks like this.
    """
    if not token.isascii() or not token.isprintable():
        summary = "The token to sync with has characters that none has."
        raise SyncMisconfiguredError(summary, hint="Copy it anew.")
    return token if token.startswith(_SCHEMES) else f"Bearer {token}"


def is_refresh_token(token: str) -> bool:
    """Tell whether a token is good only to get another with."""
    return _decode_claims(token).token_type == _REFRESH_TYPE


def is_expiring(token: str, now: float) -> bool:
    """Tell whether a token must be had anew; so must one that is not there."""
    expires_at = _decode_claims(token).exp
    return not token or (
        expires_at is not None and expires_at < now + _EXPIRY_MARGIN_SECONDS
    )


def fingerprint_token(token: str) -> str:
    """Return what tells a token from others and cannot be used as one."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def _decode_claims(token: str) -> _TokenClaims:
    """Return what a JSON web token claims, unchecked; nothing of others."""
    for scheme in _SCHEMES:
        token = token.removeprefix(scheme)
    parts = token.split(".")
    if len(parts) != _JWT_PARTS:
        return _TokenClaims()
    try:
        data = base64.urlsafe_b64decode(parts[1] + "==")
        return msgspec.json.decode(data, type=_TokenClaims)
    except (ValueError, msgspec.MsgspecError):
        return _TokenClaims()
