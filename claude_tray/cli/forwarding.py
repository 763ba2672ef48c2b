"""What forwarding needs, made from what a person chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.desktop.keyring import token_in_keyring
from claude_tray.engine.accounts import recalled
from claude_tray.store import outbox
from claude_tray.sync.plan import plan_of

if TYPE_CHECKING:
    from claude_tray.cli.context import Context
    from claude_tray.store.connection import Reader, Writer
    from claude_tray.sync.plan import Plan


def plan_in(context: Context, reader: Reader | Writer) -> Plan:
    """
    Return where usage is forwarded to and how.

    Raises:
        SyncMisconfiguredError: The address or the token is missing or wrong.
        SettingsError: An own file cannot be used.
    """
    last = outbox.last_account(reader)
    choices = recalled(reader, context.choices())
    folders: dict[str, str] = {}
    for folder in sorted(choices.folders, key=lambda f: f.account != last):
        folders.setdefault(folder.account, str(folder.path))
    return plan_of(
        context.settings,
        context.environment,
        context.own,
        folders,
        token_in_keyring,
    )
