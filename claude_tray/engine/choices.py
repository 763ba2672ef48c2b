"""What the engine works by; a person may change it at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.domain.price_list import PriceTable
    from claude_tray.domain.window import Rule


_USUAL: Final = ".claude"
_DEFAULT: Final = "default"


class Folder(NamedTuple):
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
    name: str = _DEFAULT


def name_of(path: Path) -> str:
    """Return what a folder's account is called where nobody chose a name."""
    if path.name == _USUAL:
        return _DEFAULT
    return path.name.removeprefix(".").removeprefix("claude-") or _DEFAULT


class Choices(NamedTuple):
    """
    What the engine works by.

    Attributes:
        folders: Where transcripts lie.
        prices: What records cost by.
        rule: How windows start; None is "auto".
        waiting: Where the statusline leaves its samples; None: nowhere.
        look_seconds: How often every file is looked at.
        trouble: What is wrong with the choices themselves; mostly nothing.
    """

    folders: tuple[Folder, ...]
    prices: PriceTable
    rule: Rule | None = None
    waiting: Path | None = None
    look_seconds: float = 60.0
    trouble: str = ""
