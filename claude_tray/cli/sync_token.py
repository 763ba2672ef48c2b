"""Keeps the token for forwarding where nobody else reads it."""

from __future__ import annotations

import re
import sys
from getpass import getpass
from typing import TYPE_CHECKING

from claude_tray.desktop.keyring import keep_in_keyring
from claude_tray.errors import SettingsError, SyncMisconfiguredError
from claude_tray.settings.atomic import write_atomically
from claude_tray.sync.address import address_of
from claude_tray.sync.token import header_of

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.cli.context import Context

_NAME = "CLAUDE_USAGE_API_TOKEN"
_LINE = re.compile(rf"^\s*(export\s+)?{_NAME}\s*=.*$\n?", re.MULTILINE)


def save_token(context: Context) -> int:
    """
    Ask for the token and keep it: in the keyring, else in the `.env` file.

    Raises:
        SyncMisconfiguredError: There is no address, or no token was given.
        SettingsError: The file cannot be written.
    """
    url = context.environment.api_url or context.settings.sync_url
    address = address_of(url)
    token = _given(address.url)
    header_of(token)
    if keep_in_keyring(address.url, token):
        print("The token is in the keyring.")  # noqa: T201
        return 0
    path = context.own.env_file
    try:
        write_atomically(path, with_token(_text(path), token).encode(), 0o600)
    except OSError as error:
        summary = f"{path} cannot be written: {error.strerror}."
        raise SettingsError(summary) from error
    print(f"The token is in {path}.")  # noqa: T201
    return 0


def with_token(text: str, token: str) -> str:
    """Return the text of a `.env` file with a token in it."""
    rest = _LINE.sub("", text)
    if rest and not rest.endswith("\n"):
        rest += "\n"
    quoted = token.replace("\\", "\\\\").replace("'", "\\'")
    return f"{rest}{_NAME}='{quoted}'\n"


def _given(url: str) -> str:
    if sys.stdin.isatty():
        token = getpass(f"Token for {url}: ")
    else:
        token = sys.stdin.readline()
    if not token.strip():
        summary = "No token was given."
        raise SyncMisconfiguredError(summary)
    return token.strip()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
