"""Load and save tokens in the system keyring, if keyring is installed."""

from __future__ import annotations

from typing import Final

_SERVICE: Final = "claude-tray"


def load_keyring_token(url: str) -> str:
    """Return the token of a URL; empty if there is none."""
    try:
        # An optional dependency.
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(_SERVICE, url) or ""
    except KeyringError:
        # Without a desktop session there may be no open keyring.
        return ""


def save_keyring_token(url: str, token: str) -> bool:
    """Save the token of a URL; False without a usable keyring."""
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
