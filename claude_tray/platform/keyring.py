"""The system's keyring, where it is installed: the one door to keyring."""

from __future__ import annotations

from typing import Final

_SERVICE: Final = "claude-tray"


def load_keyring_token(url: str) -> str:
    """Return the token kept for an address; empty where there is none."""
    try:
        # An extra: it may not be here.
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(_SERVICE, url) or ""
    except KeyringError:
        # Without a desktop there may be none that can be opened.
        return ""


def save_keyring_token(url: str, token: str) -> bool:
    """Keep a token for an address; False where no keyring takes it."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return False
    try:
        keyring.set_password(_SERVICE, url, token)
    except KeyringError:
        return False
    return True
