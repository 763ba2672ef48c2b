"""Run `claude-tray sync --save-token`: store the token privately."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import TYPE_CHECKING

from claude_tray.app.sync_token import load_endpoint, store_token

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext


def save_token(context: AppContext) -> int:
    """
    Prompt for the token and store it in the keyring, or else in `.env`.

    Raises:
        SyncMisconfiguredError: No address is set, or no token was entered.
        SettingsError: The file cannot be written.
    """
    gettext, endpoint = context.translator.gettext, load_endpoint(context)
    path = store_token(
        context, _read_token(gettext("Token for {url}: ", url=endpoint.url))
    )
    if path is None:
        print(gettext("Saved the token in the keyring."))
    else:
        print(gettext("Saved the token in {path}.", path=path))
    return 0


def _read_token(prompt: str) -> str:
    is_interactive = sys.stdin.isatty()
    return getpass(prompt) if is_interactive else sys.stdin.readline()
