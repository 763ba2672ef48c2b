"""Load what the receipt of a window is built from, and build it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import (
    receipt,
    receipt_parts,
    receipt_readings,
    receipt_weights,
)
from claude_tray.core.receipt_causes import mark_causes
from claude_tray.core.receipt_intervals import list_intervals
from claude_tray.core.receipt_limits import FIVE_HOUR_RECEIPT, ReceiptLimit
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.core.usage import TokenCounts
from claude_tray.core.windows import (
    ValueSource,
    Window,
    build_official_windows,
)
from claude_tray.store import windows
from claude_tray.store.limit_curves import load_curve, load_resets
from claude_tray.store.limit_tables import COUNTS_FOR_WINDOWS
from claude_tray.store.schema import (
    ACCOUNT_ID,
    IS_OTHER_REQUESTS,
    IS_SIDECHAIN,
    SHOWN_PATH,
    TOKEN_COLUMNS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.accounts import Account
    from claude_tray.core.price_table import PriceTable
    from claude_tray.store.connection import Reader, Writer


_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
# Readings are kept as long.
HISTORY_MS: Final = 31 * 24 * _HOUR_MS
# Shows what was in the cache before the first reply of a window.
_CACHE_HISTORY_MS: Final = 12 * _HOUR_MS

# CROSS JOIN keeps the order of the tables: the range comes first.
OF_RANGE: Final = f"""
    FROM message CROSS JOIN session ON session.id = message.session
        CROSS JOIN model ON model.id = message.model
        CROSS JOIN project ON project.id = session.project
    WHERE message.at_ms >= ?1 AND message.at_ms < ?2
        AND session.profile = {ACCOUNT_ID.replace("?", "?3")}
        AND {COUNTS_FOR_WINDOWS}
"""
_SELECT_REPLIES: Final = f"""
    SELECT message.at_ms, session.uuid, {SHOWN_PATH}, model.name, flags,
        ifnull(cost, 0), {", ".join(TOKEN_COLUMNS)}
    {OF_RANGE} ORDER BY message.at_ms, message.seq
"""
_SELECT_TOKENS: Final = f"""
    SELECT message.at_ms, model.name, {", ".join(TOKEN_COLUMNS)}
    {OF_RANGE} ORDER BY message.at_ms
"""


class History(NamedTuple):
    """
    The windows of a limit and what usage takes of it.

    Attributes:
        windows: All windows, oldest first.
        weights: Learned from the last month; None without any reading.
        limit: The limit.
    """

    windows: tuple[Window, ...]
    weights: receipt_weights.Weights | None
    limit: ReceiptLimit = FIVE_HOUR_RECEIPT

    def find_window(self, at_ms: int | None) -> Window | None:
        """Return the window that contains a time; None is the last one."""
        if at_ms is None:
            return self.windows[-1] if self.windows else None
        return next(
            (
                window
                for window in reversed(self.windows)
                if to_epoch_ms(window.start) <= at_ms < to_epoch_ms(window.end)
            ),
            None,
        )


def load_history(
    reader: Reader | Writer,
    account: Account,
    prices: PriceTable,
    now_ms: int,
    limit: ReceiptLimit = FIVE_HOUR_RECEIPT,
) -> History:
    """Load the windows of a limit, and learn weights from them."""
    found = tuple(list_limit_windows(reader, account, now_ms, limit))
    from_ms = now_ms - HISTORY_MS
    recent = [w for w in found if to_epoch_ms(w.end) > from_ms]
    read = [
        part
        for window in recent
        for part in receipt_readings.split_at_resets(
            load_readings(reader, account, window, limit)
        )
        if len(part) > 1
    ]
    replies = (
        _load_tokens(
            reader, account, limit, (read[0][0].at_ms, now_ms + _MINUTE_MS)
        )
        if read
        else []
    )
    times = [reply.at_ms for reply in replies]
    read = [
        receipt_readings.exclude_last_replies(readings, times)
        for readings in read
    ]
    cuts = sorted({reading.at_ms for readings in read for reading in readings})
    usage = _sum_between(replies, cuts, prices)
    starts = [at_ms for at_ms, _ in usage]
    intervals = [
        interval
        for readings in read
        for interval in list_intervals(
            readings, usage[bisect_left(starts, readings[0].at_ms) :]
        )
    ]
    return History(found, receipt_weights.learn_weights(intervals), limit)


def list_limit_windows(
    reader: Reader | Writer,
    account: Account,
    now_ms: int,
    limit: ReceiptLimit,
    from_ms: int = 0,
) -> list[Window]:
    """
    Return the windows of a limit, oldest first.

    Those of other limits than the 5-hour one are known by their resets.

    Args:
        reader: Open database.
        account: Account whose limit it is.
        now_ms: Current time.
        limit: The limit.
        from_ms: Only windows that end after this time.
    """
    if limit == FIVE_HOUR_RECEIPT:
        return windows.list_windows(reader, account, now_ms, from_ms)
    resets_ms = load_resets(reader, account.key, limit.name)
    return [
        Window(
            from_epoch_ms(start_ms),
            from_epoch_ms(end_ms),
            ValueSource.OFFICIAL,
            None,
        )
        for start_ms, end_ms in build_official_windows(
            resets_ms, limit.length_ms
        )
        if start_ms <= now_ms and end_ms > from_ms
    ]


def load_receipt(
    reader: Reader | Writer,
    account: Account,
    history: History,
    bounds_ms: tuple[int, int],
    prices: PriceTable,
) -> receipt_parts.Receipt:
    """
    Load the receipt of a period of an account.

    Args:
        reader: Open database.
        account: Account whose limit it is.
        history: As `load_history` returns it.
        bounds_ms: First millisecond of the period, and the one after it.
        prices: Price table.
    """
    start_ms, end_ms = bounds_ms
    usages = [
        usage
        for window in history.windows
        if to_epoch_ms(window.start) < end_ms
        and to_epoch_ms(window.end) > start_ms
        for usage in _load_window(
            reader, account, window, prices, history.limit
        )
    ]
    built = receipt_parts.build_receipt(
        usages, start_ms, end_ms, history.weights
    )
    return built._replace(limit=history.limit)


def _load_window(
    reader: Reader | Writer,
    account: Account,
    window: Window,
    prices: PriceTable,
    limit: ReceiptLimit,
) -> list[receipt_parts.WindowReplies]:
    """Load readings and replies, in parts if the limit was reset early."""
    end_ms = to_epoch_ms(window.end)
    bounds = to_epoch_ms(window.start), end_ms
    replies = _load_replies(reader, account, prices, bounds, limit)
    parts = receipt_readings.split_at_resets(
        load_readings(reader, account, window, limit)
    )
    times = [reply.at_ms for reply in replies]
    ends = [
        *(bisect_left(times, part[0].at_ms) for part in parts),
        len(replies),
    ]
    return [
        receipt_parts.WindowReplies(
            receipt_readings.exclude_last_replies(part, times),
            replies[first:end],
        )
        for part, (first, end) in zip(parts, pairwise(ends), strict=True)
    ]


def load_readings(
    reader: Reader | Writer,
    account: Account,
    window: Window,
    limit: ReceiptLimit = FIVE_HOUR_RECEIPT,
) -> tuple[receipt_readings.Reading, ...]:
    """Load the readings of a window; each knows the minute that it is of."""
    start_ms, end_ms = to_epoch_ms(window.start), to_epoch_ms(window.end)
    curve = load_curve(reader, account.key, start_ms, end_ms, limit.name)
    return receipt_readings.build_readings(
        start_ms,
        [
            (min(at_ms + _MINUTE_MS, end_ms), percent)
            for at_ms, percent in curve
        ],
    )


def _load_replies(
    reader: Reader | Writer,
    account: Account,
    prices: PriceTable,
    bounds_ms: tuple[int, int],
    limit: ReceiptLimit,
) -> tuple[receipt.Reply, ...]:
    """Load the replies of a window with their causes."""
    start_ms, end_ms = bounds_ms
    rows = reader.execute(
        _SELECT_REPLIES, (start_ms - _CACHE_HISTORY_MS, end_ms, account.key)
    )
    replies = []
    for at_ms, session, project, model, flags, cost, *counts in rows:
        tokens = TokenCounts(*counts)
        replies.append(
            receipt.Reply(
                at_ms,
                session,
                project,
                model,
                is_subagent=bool(flags & IS_SIDECHAIN),
                is_background=bool(flags & IS_OTHER_REQUESTS),
                tokens=tokens,
                cost=cost,
                amounts=receipt_weights.price_amounts(
                    tokens, model, at_ms, prices
                ),
            )
        )
    # Each model has a cache of its own.
    marked = mark_causes(r for r in replies if limit.counts(r.model))
    return tuple(reply for reply in marked if reply.at_ms >= start_ms)


class _ReplyTokens(NamedTuple):
    """Tokens of a response of a model."""

    at_ms: int
    model: str
    tokens: TokenCounts


def _load_tokens(
    reader: Reader | Writer,
    account: Account,
    limit: ReceiptLimit,
    bounds_ms: tuple[int, int],
) -> list[_ReplyTokens]:
    """Load the tokens of all replies that count, oldest first."""
    rows = reader.execute(_SELECT_TOKENS, (*bounds_ms, account.key))
    return [
        _ReplyTokens(at_ms, model, TokenCounts(*counts))
        for at_ms, model, *counts in rows
        if limit.counts(model)
    ]


def _sum_between(
    replies: Iterable[_ReplyTokens], cuts: Sequence[int], prices: PriceTable
) -> list[tuple[int, dict[receipt_weights.Feature, float]]]:
    """
    Sum dollars by feature between times, oldest first, for each model.

    Args:
        replies: None is before the first of the times.
        cuts: The times, in order; each sum has the time before it.
        prices: Price table.
    """
    sums: dict[tuple[int, str], TokenCounts] = {}
    for at_ms, model, tokens in replies:
        key = cuts[bisect_right(cuts, at_ms) - 1], model
        known = sums.get(key)
        sums[key] = tokens if known is None else known.plus(tokens)
    return [
        (
            at_ms,
            receipt_weights.price_amounts(tokens, model, at_ms, prices),
        )
        for (at_ms, model), tokens in sorted(sums.items())
    ]


# How long learned weights are good enough, and those of a short history.
_LEARNED_MS: Final = 3_600_000
_ESTIMATED_MS: Final = 60_000


class ReceiptLoader:
    """Load receipts of one database; learn weights once in a while."""

    def __init__(self) -> None:
        # By account and limit: until when weights count, and the weights.
        self._weights: dict[
            tuple[str, str], tuple[int, receipt_weights.Weights]
        ] = {}

    def load(
        self,
        reader: Reader | Writer,
        account: Account,
        limit: ReceiptLimit,
        bounds_ms: tuple[int, int],
        prices: PriceTable,
        now_ms: int,
    ) -> receipt_parts.Receipt:
        """
        Load the receipt of a period.

        Args:
            reader: Open database.
            account: Account whose limit it is.
            limit: The limit.
            bounds_ms: First millisecond of the period, and the one after it.
            prices: Price table.
            now_ms: Current time.
        """
        weights = self._learn(reader, account, limit, prices, now_ms)
        found = list_limit_windows(
            reader, account, now_ms, limit, bounds_ms[0]
        )
        history = History(tuple(found), weights, limit)
        return load_receipt(reader, account, history, bounds_ms, prices)

    def _learn(
        self,
        reader: Reader | Writer,
        account: Account,
        limit: ReceiptLimit,
        prices: PriceTable,
        now_ms: int,
    ) -> receipt_weights.Weights | None:
        """Return what usage takes, as learned before if that is recent."""
        key = account.key, limit.name
        until_ms, known = self._weights.get(key, (0, None))
        if known is not None and now_ms < until_ms:
            return known
        weights = load_history(reader, account, prices, now_ms, limit).weights
        if weights is not None:
            age_ms = _LEARNED_MS if weights.is_learned else _ESTIMATED_MS
            self._weights[key] = now_ms + age_ms, weights
        return weights
