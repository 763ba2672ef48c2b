"""Read tokens, and create the keys of this installation."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import uuid
from typing import TYPE_CHECKING, Final

import msgspec

from claude_tray.errors import (
    SettingsError,
    SyncMisconfiguredError,
    gettext_noop,
)

if TYPE_CHECKING:
    from pathlib import Path


_MIN_KEY_LENGTH = 16


def installation_id(path: Path) -> str:
    """
    Return the id of this installation; create it once.

    It has its own file, to survive a deleted or replaced store.

    Raises:
        SettingsError: The file cannot be created or read.
    """
    return _read_or_create(path, str(uuid.uuid4()))


def anonymization_key(path: Path) -> bytes:
    """
    Return the key of project aliases; create it once.

    Users copy it to their other machines to get the same aliases.

    Raises:
        SettingsError: The file cannot be created or read, or is too short.
    """
    text = _read_or_create(path, secrets.token_hex(32))
    if len(text) < _MIN_KEY_LENGTH:
        raise SettingsError(
            gettext_noop("The key in {path} is too short."),
            hint=gettext_noop("Delete the file to create a new key."),
            path=path,
        )
    return text.encode()


def _read_or_create(path: Path, default: str) -> str:
    """Read a private file; create it with the default if it is missing."""
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
        raise SettingsError(
            gettext_noop("The file {path} cannot be used."),
            hint="{reason}",
            path=path,
            reason=error,
        ) from error


_SCHEMES: Final = ("Bearer ", "Token ")
_JWT_PARTS: Final = 3
_REFRESH_TYPE: Final = "refresh"
# A token that expires sooner is refreshed before it is used.
_EXPIRY_MARGIN_SECONDS: Final = 60


class _TokenClaims(msgspec.Struct):
    token_type: str | None = None
    exp: int | float | None = None


def build_auth_header(token: str) -> str:
    """
    Build the Authorization header; keep a scheme in the token.

    Raises:
        SyncMisconfiguredError: The token has characters that no token has.
    """
    if not token.isascii() or not token.isprintable():
        raise SyncMisconfiguredError(
            gettext_noop("The sync token contains invalid characters."),
            hint=gettext_noop("Copy the token again."),
        )
    return token if token.startswith(_SCHEMES) else f"Bearer {token}"


def is_refresh_token(token: str) -> bool:
    """Check for a token that only yields access tokens."""
    return _decode_claims(token).token_type == _REFRESH_TYPE


def is_expiring(token: str, now: float) -> bool:
    """Check whether a token must be refreshed; an empty one must."""
    expires_at = _decode_claims(token).exp
    return not token or (
        expires_at is not None and expires_at < now + _EXPIRY_MARGIN_SECONDS
    )


def fingerprint_token(token: str) -> str:
    """Hash a token, to compare it without storing it."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def _decode_claims(token: str) -> _TokenClaims:
    """Decode the claims of a JSON web token, unverified; else no claims."""
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
