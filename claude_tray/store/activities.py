"""Load what sessions did, minute by minute, in points of the 5-hour limit."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import receipt_weights, usage
from claude_tray.core.fit import Activity, compute_left
from claude_tray.core.time import to_epoch_ms
from claude_tray.store.limit_tables import REQUEST_TIME
from claude_tray.store.receipts import (
    HISTORY_MS,
    OF_RANGE,
    History,
    load_history,
    load_readings,
)
from claude_tray.store.schema import SHOWN_PATH, TOKEN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.accounts import Account
    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.windows import Window
    from claude_tray.store.connection import Reader, Writer


_MINUTE_MS: Final = 60_000
SELECT_ACTIVITIES: Final = f"""
    SELECT min({REQUEST_TIME}), max(message.at_ms), session.uuid, {SHOWN_PATH},
        sum(ifnull(cost, 0)), model.name,
        {", ".join(f"sum({column})" for column in TOKEN_COLUMNS)}
    {OF_RANGE}
    GROUP BY message.session, message.at_ms / {_MINUTE_MS}, message.model
    ORDER BY 2, 3
"""


def load_activities(
    reader: Reader | Writer,
    account: Account,
    bounds_ms: tuple[int, int],
    prices: PriceTable,
    weights: receipt_weights.Weights | None,
) -> list[Activity]:
    """
    Load the activities of an account, oldest first.

    Args:
        reader: Open database.
        account: Account whose limit counts them.
        bounds_ms: First millisecond of the period, and the one after it.
        prices: Price table.
        weights: Points that tokens take; without them, all points are 0.
    """
    rows = reader.execute(SELECT_ACTIVITIES, (*bounds_ms, account.key))
    activities = []
    for start_ms, end_ms, session, project, cost, model, *counts in rows:
        points = 0.0
        if weights is not None:
            amounts = receipt_weights.price_amounts(
                usage.TokenCounts(*counts), model, end_ms, prices
            )
            points = weights.weigh(amounts)
        activities.append(
            Activity(start_ms, end_ms, session, project, points, cost, model)
        )
    return activities


class FitHistory(NamedTuple):
    """
    The last month of an account, and what is left of its open window.

    Attributes:
        usage: What sessions did, oldest first.
        starts_ms: Starts of all windows, oldest first.
        left: Points of the 5-hour limit that are expected to be left.
        window: The open window; None without one.
        weights: What points follow from; None without any percentage.
    """

    usage: list[Activity]
    starts_ms: list[int]
    left: float
    window: Window | None
    weights: receipt_weights.Weights | None


def load_fit_history(
    reader: Reader | Writer,
    account: Account,
    prices: PriceTable,
    now_ms: int,
    history: History | None = None,
) -> FitHistory:
    """
    Load what usual work takes, and what is left for it.

    Args:
        reader: Open database.
        account: Account whose limit it is.
        prices: Price table.
        now_ms: Current time.
        history: As `load_history` returns it, if it is loaded already.
    """
    history = history or load_history(reader, account, prices, now_ms)
    activities = load_activities(
        reader,
        account,
        (now_ms - HISTORY_MS, now_ms + 1),
        prices,
        history.weights,
    )
    window = history.find_window(now_ms)
    reported = None
    if window is not None:
        reading = load_readings(reader, account, window)[-1]
        reported = reading.at_ms, reading.percent
    return FitHistory(
        activities,
        [to_epoch_ms(item.start) for item in history.windows],
        compute_left(reported, activities),
        window,
        history.weights,
    )


def load_peaks(
    reader: Reader | Writer,
    account: Account,
    history: History,
    usage: Sequence[Activity],
    from_ms: int,
) -> list[float]:
    """
    Load what each window took, in points of the limit.

    Args:
        reader: Open database.
        account: Account whose windows these are.
        history: As `load_history` returns it.
        usage: What was used since `from_ms` at least, oldest first.
        from_ms: Windows that began earlier are left out.

    Returns:
        What was reported or what usage is expected to have taken, whichever
        is more, of each window; oldest first.
    """
    peaks = []
    times = [item.end_ms for item in usage]
    for window in history.windows:
        start_ms, end_ms = to_epoch_ms(window.start), to_epoch_ms(window.end)
        if start_ms >= from_ms:
            first = bisect_left(times, start_ms)
            last = bisect_left(times, end_ms)
            expected = sum(item.points for item in usage[first:last])
            readings = load_readings(reader, account, window)
            peaks.append(max(expected, *(r.percent for r in readings)))
    return peaks
