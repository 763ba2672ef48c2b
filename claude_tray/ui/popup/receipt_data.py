"""Load the receipt that the popup shows; only imported when it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core import receipt_limits, time
from claude_tray.core.periods import TimeRange
from claude_tray.presentation import usage_chart
from claude_tray.store import range_usage, receipts, windows

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.accounts import Account
    from claude_tray.core.price_table import PriceTable
    from claude_tray.store.connection import Reader
    from claude_tray.ui.popup.data import PopupData


_loader: Final = receipts.ReceiptLoader()


def load_receipt(
    reader: Reader,
    account: Account,
    data: PopupData,
    prices: PriceTable,
    now: datetime,
) -> PopupData:
    """
    Add the receipt of the selected part of the chart, or of all of it.

    The chart of the week shows the weekly limit, if its resets are known.

    Args:
        reader: Open database.
        account: Account on display.
        data: With the chart's data.
        prices: Price table.
        now: Time of the view.
    """
    now_ms = time.to_epoch_ms(now)
    limit = receipt_limits.FIVE_HOUR_RECEIPT
    bounds = data.selection.time_range
    if data.selection.chart is usage_chart.ChartKind.WEEK:
        weeks = receipts.list_limit_windows(
            reader, account, now_ms, receipt_limits.WEEK_RECEIPT
        )
        if weeks:
            limit = receipt_limits.WEEK_RECEIPT
            bounds = bounds or TimeRange(
                time.to_epoch_ms(weeks[-1].start),
                time.to_epoch_ms(weeks[-1].end),
            )
        elif data.week is not None:
            bounds = bounds or data.week.period
    if bounds is None:
        window = windows.find_latest(reader, account, now_ms)
        if window is None:
            return data
        bounds = TimeRange(
            time.to_epoch_ms(window.start), time.to_epoch_ms(window.end)
        )
    loaded = _loader.load(reader, account, limit, bounds, prices, now_ms)
    paths = tuple(range_usage.list_project_paths(reader))
    return data._replace(receipt=(loaded, paths))
