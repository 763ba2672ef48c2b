"""Save the token of the sync server: in the keyring, or else in `.env`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from claude_tray.errors import (
    SettingsError,
    SyncMisconfiguredError,
    gettext_noop,
)
from claude_tray.platform import atomic_write, keyring, small_file
from claude_tray.sync import config, token_binding

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.app.context import AppContext


TOKEN_VARIABLE: Final = "CLAUDE_USAGE_API_TOKEN"  # noqa: S105 - a name
_TOKEN_LINE: Final = re.compile(
    rf"^\s*(export\s+)?{TOKEN_VARIABLE}\s*=.*$\n?", re.MULTILINE
)


def load_endpoint(context: AppContext) -> config.SyncEndpoint:
    """
    Return the address that the token is for.

    Raises:
        SyncMisconfiguredError: No address is set, or it is invalid.
    """
    return config.parse_endpoint(
        context.environment.api_url or context.settings.sync_url
    )


def store_token(context: AppContext, token: str) -> Path | None:
    """
    Save the token for the address of the settings.

    Returns:
        The file that has it; None if the keyring has it.

    Raises:
        SyncMisconfiguredError: No address is set, or there is no token.
        SettingsError: The file cannot be written.
    """
    endpoint, token = load_endpoint(context), token.strip()
    if not token:
        raise SyncMisconfiguredError(gettext_noop("No token was entered."))
    config.build_auth_header(token)
    token_binding.bind_token(
        context.paths.token_bindings_file, token, endpoint.url
    )
    if keyring.save_keyring_token(endpoint.url, token):
        return None
    path = context.paths.env_file
    try:
        text = set_env_token(_read_text(path), token)
        atomic_write.write_atomically(path, text.encode(), 0o600)
    except OSError as error:
        raise SettingsError(
            gettext_noop("Cannot write {path}: {reason}."),
            path=path,
            reason=error.strerror,
        ) from error
    return path


def has_token(context: AppContext) -> bool:
    """Return whether there is a token for the address of the settings."""
    if context.environment.api_token:
        return True
    try:
        endpoint = load_endpoint(context)
    except SyncMisconfiguredError:
        return False
    return bool(keyring.load_keyring_token(endpoint.url))


def set_env_token(text: str, token: str) -> str:
    """Return the text of a `.env` file with the token replaced."""
    other_lines = _TOKEN_LINE.sub("", text)
    if other_lines and not other_lines.endswith("\n"):
        other_lines += "\n"
    quoted = token.replace("\\", "\\\\").replace("'", "\\'")
    return f"{other_lines}{TOKEN_VARIABLE}='{quoted}'\n"


def _read_text(path: Path) -> str:
    try:
        return small_file.read_small_file(path).decode()
    except FileNotFoundError:
        return ""
