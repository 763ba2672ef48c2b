"""Load the receipt of a window; what usage takes is learned once in a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.time import to_epoch_ms
from claude_tray.presentation.receipt import ReceiptView, build_receipt_view
from claude_tray.store import receipts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from claude_tray.core.accounts import Account
    from claude_tray.core.receipt_weights import Weights
    from claude_tray.core.windows import Window
    from claude_tray.local_page.usage import LocalUsage


# How long learned weights are good enough, and those of a short history.
_LEARNED_MS: Final = 3_600_000
_ESTIMATED_MS: Final = 60_000
# By database and account: until when weights count, and the weights.
_cache: dict[tuple[str, str], tuple[int, Weights]] = {}


def load_receipt_view(
    local: LocalUsage,
    account: Account,
    window: Window,
    bounds: tuple[datetime, datetime],
    paths: Iterable[str],
) -> ReceiptView:
    """
    Load the receipt of a window, or of a part of it.

    Args:
        local: The store at the time of the page.
        account: Account of the window.
        window: The window.
        bounds: Start and end of the part.
        paths: Of all projects.
    """
    prices = local.context.app.engine_config().prices
    history = receipts.History((window,), _learn(local, account))
    start, end = map(to_epoch_ms, bounds)
    receipt = receipts.load_receipt(
        local.reader, account, history, (start, end), prices
    )
    page = local.page
    return build_receipt_view(receipt, paths, page.translator, page.zone)


def _learn(local: LocalUsage, account: Account) -> Weights | None:
    """Return what usage takes, from the cache if it is recent."""
    app, now_ms = local.context.app, to_epoch_ms(local.page.now)
    key = str(app.paths.database), account.key
    until_ms, cached = _cache.get(key, (0, None))
    if cached is not None and now_ms < until_ms:
        return cached
    prices = app.engine_config().prices
    weights = receipts.load_history(
        local.reader, account, prices, now_ms
    ).weights
    if weights is not None:
        age_ms = _LEARNED_MS if weights.is_learned else _ESTIMATED_MS
        _cache[key] = now_ms + age_ms, weights
    return weights
