"""What the engine works by; a person may change it at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.core.pricing import PriceTable
    from claude_tray.core.windows import WindowRule


_DEFAULT_FOLDER_NAME: Final = ".claude"
_DEFAULT_ACCOUNT_NAME: Final = "default"


class AccountFolder(NamedTuple):
    """
    A Claude folder that is followed.

    Attributes:
        path: The folder that holds `projects`.
        account: What tells the account from others; folders without one
            share the empty one.
        name: How a person tells the account.
    """

    path: Path
    account: str = ""
    name: str = _DEFAULT_ACCOUNT_NAME


def derive_account_name(path: Path) -> str:
    """Return what a folder's account is called where nobody chose a name."""
    if path.name == _DEFAULT_FOLDER_NAME:
        return _DEFAULT_ACCOUNT_NAME
    return (
        path.name.removeprefix(".").removeprefix("claude-")
        or _DEFAULT_ACCOUNT_NAME
    )


class EngineConfig(NamedTuple):
    """
    What the engine works by.

    Attributes:
        folders: Where transcripts lie.
        prices: What records cost by.
        rule: How windows start; None is "auto".
        spool_dir: Where the statusline leaves its samples; None: nowhere.
        rescan_interval: How often every file is looked at.
        config_error: What is wrong with the choices themselves; mostly nothing.
    """

    folders: tuple[AccountFolder, ...]
    prices: PriceTable
    rule: WindowRule | None = None
    spool_dir: Path | None = None
    rescan_interval: float = 60.0
    config_error: str = ""
