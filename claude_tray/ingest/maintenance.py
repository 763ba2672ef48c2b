"""Reprice, close finished windows and drop superseded totals after an ingest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ingest.accounts import list_accounts
from claude_tray.store import imported_totals, metadata
from claude_tray.store.connection import transaction
from claude_tray.store.reprice import is_priced_with, reprice
from claude_tray.store.windows import invalidate_closed, persist_closed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.ingest.config import EngineConfig
    from claude_tray.store.connection import Writer


_WINDOW_RULE_KEY: Final = "window_rule"


def run_maintenance(
    writer: Writer, config: EngineConfig, now_ms: int
) -> Iterator[None]:
    """
    Apply the configured prices and window rule to stored usage.

    Yields after each step that changed something. Callers may stop at any
    step; the next run does the rest.
    """
    if not is_priced_with(writer, config.prices):
        yield from reprice(writer, config.prices)
    with transaction(writer):
        rule = str(config.rule or "auto")
        if metadata.get_value(writer, _WINDOW_RULE_KEY) != rule:
            invalidate_closed(writer, 0)
            metadata.set_value(writer, _WINDOW_RULE_KEY, rule)
        # After the clock was set back, some closed windows end in the future.
        invalidate_closed(writer, now_ms)
        for account in list_accounts(config):
            persist_closed(writer, account, now_ms)
        has_dropped_totals = imported_totals.drop_superseded_totals(writer)
    if has_dropped_totals:
        yield
