"""Configure the ingest pipeline; users may change it at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.core.pricing import PriceTable
    from claude_tray.core.windows import WindowRule
    from claude_tray.providers.registry import AccountFolder


class EngineConfig(NamedTuple):
    """
    Values that the ingest pipeline runs with.

    Attributes:
        folders: The followed folders.
        prices: Determines the cost of records.
        rule: How windows start; None is "auto".
        spool_dir: Directory of the statusline's samples; None without them.
        rescan_interval: Seconds between two full rescans.
        config_error: Problem with the settings, for users; mostly empty.
    """

    folders: tuple[AccountFolder, ...]
    prices: PriceTable
    rule: WindowRule | None = None
    spool_dir: Path | None = None
    rescan_interval: float = 60.0
    config_error: str = ""
