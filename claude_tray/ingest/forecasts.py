"""Keep the record of forecasts, and what usual work takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.time import from_epoch_ms
from claude_tray.ingest.config import EngineConfig, list_accounts
from claude_tray.store.limit_reports import has_limit_reports

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def maintain_forecasts(
    writer: Writer, config: EngineConfig, now_ms: int
) -> None:
    """Store forecasts of open windows, rate ended ones, and learn points."""
    if not has_limit_reports(writer):
        # A forecast needs a percentage.
        return
    # Late: the imports would delay the first snapshot.
    from claude_tray.store.fit_basis import update_basis
    from claude_tray.store.forecasts import (
        learn_hourly_costs,
        rate_forecasts,
        save_forecasts,
    )
    from claude_tray.store.snapshot import build_account_state

    learn_hourly_costs(writer, now_ms)
    rate_forecasts(writer, now_ms)
    now = from_epoch_ms(now_ms)
    for account in list_accounts(config):
        state = build_account_state(writer, account, now)
        save_forecasts(writer, account.key, state, now)
        update_basis(writer, account, config.prices, now_ms)
