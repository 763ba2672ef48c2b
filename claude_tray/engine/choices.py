"""What the engine works by; a person may change it at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.domain.price_list import PriceTable
    from claude_tray.domain.window import Rule


@dataclass(frozen=True, slots=True)
class Folder:
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
    name: str = "default"


@dataclass(frozen=True, slots=True)
class Choices:
    """
    What the engine works by.

    Attributes:
        folders: Where transcripts lie.
        prices: What records cost by.
        rule: How windows start; None is "auto".
    """

    folders: tuple[Folder, ...]
    prices: PriceTable
    rule: Rule | None = None
