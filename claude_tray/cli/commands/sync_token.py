"""Run `claude-tray sync --save-token`: store the token privately."""

from __future__ import annotations

import re
import sys
from getpass import getpass
from typing import TYPE_CHECKING

from claude_tray.errors import (
    SettingsError,
    SyncMisconfiguredError,
    gettext_noop,
)
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.keyring import save_keyring_token
from claude_tray.platform.small_file import read_small_file
from claude_tray.sync.config import build_auth_header, parse_endpoint
from claude_tray.sync.token_binding import bind_token

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.app.context import AppContext


_TOKEN_VARIABLE = "CLAUDE_USAGE_API_TOKEN"  # noqa: S105 - a name
_TOKEN_LINE = re.compile(
    rf"^\s*(export\s+)?{_TOKEN_VARIABLE}\s*=.*$\n?", re.MULTILINE
)


def save_token(context: AppContext) -> int:
    """
    Prompt for the token and store it in the keyring, or else in `.env`.

    Raises:
        SyncMisconfiguredError: No address is set, or no token was entered.
        SettingsError: The file cannot be written.
    """
    url = context.environment.api_url or context.settings.sync_url
    address = parse_endpoint(url)
    gettext = context.translator.gettext
    token = _read_token(gettext("Token for {url}: ", url=address.url))
    build_auth_header(token)
    bind_token(context.paths.token_bindings_file, token, address.url)
    if save_keyring_token(address.url, token):
        print(gettext("Saved the token in the keyring."))
        return 0
    path = context.paths.env_file
    try:
        write_atomically(
            path, set_env_token(_read_text(path), token).encode(), 0o600
        )
    except OSError as error:
        raise SettingsError(
            gettext_noop("Cannot write {path}: {reason}."),
            path=path,
            reason=error.strerror,
        ) from error
    print(gettext("Saved the token in {path}.", path=path))
    return 0


def set_env_token(text: str, token: str) -> str:
    """Return the text of a `.env` file with the token replaced."""
    other_lines = _TOKEN_LINE.sub("", text)
    if other_lines and not other_lines.endswith("\n"):
        other_lines += "\n"
    quoted = token.replace("\\", "\\\\").replace("'", "\\'")
    return f"{other_lines}{_TOKEN_VARIABLE}='{quoted}'\n"


def _read_token(prompt: str) -> str:
    is_interactive = sys.stdin.isatty()
    token = getpass(prompt) if is_interactive else sys.stdin.readline()
    if not token.strip():
        raise SyncMisconfiguredError(gettext_noop("No token was entered."))
    return token.strip()


def _read_text(path: Path) -> str:
    try:
        return read_small_file(path).decode()
    except FileNotFoundError:
        return ""
