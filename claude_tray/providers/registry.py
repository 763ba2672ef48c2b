"""List the built-in providers and bind folders to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.providers import qualify_account
from claude_tray.providers.claude_code.provider import ClaudeCode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from claude_tray.providers.base import Provider


CLAUDE_CODE: Final[Provider] = ClaudeCode()


class AccountFolder(NamedTuple):
    """
    A followed folder of a provider.

    Attributes:
        path: Configuration folder, such as `~/.claude`.
        account: Key of the account in the store; folders without an account
            share the empty one.
        name: Display name of the account.
        provider: Reads the folder.
    """

    path: Path
    account: str = ""
    name: str = "default"
    provider: Provider = CLAUDE_CODE

    @property
    def root(self) -> str:
        """Directory with the transcripts, links resolved."""
        return self.provider.get_root(self.path)

    def qualify_account(self, account: str) -> str:
        """Return the key in the store of one of the provider's accounts."""
        return qualify_account(self.provider.key, account)


def index_by_root(
    folders: Iterable[AccountFolder],
) -> dict[str, AccountFolder]:
    """Return folders by root; of those that link to one root, the first."""
    folder_by_root: dict[str, AccountFolder] = {}
    for folder in folders:
        folder_by_root.setdefault(folder.root, folder)
    return folder_by_root
