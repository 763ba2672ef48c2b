"""
Keep what usual work takes, so that what fits is known without a month's data.

Learning from a month takes too long for a popup: the ingest thread does it
once an hour, and only after new usage.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core import fit, receipt_weights
from claude_tray.core.time import to_epoch_ms
from claude_tray.store import activities, metadata, outbox, receipts

if TYPE_CHECKING:
    from claude_tray.core.accounts import Account
    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.windows import Window
    from claude_tray.store.connection import Reader, Writer


# The key of the account follows.
_KEY: Final = "fit "
# How long it is good enough, and that of a short history.
_LEARNED_MS: Final = 3_600_000
_ESTIMATED_MS: Final = 600_000


class FitBasis(NamedTuple):
    """
    What points follow from.

    Attributes:
        at_ms: When it was learned.
        seq: Number of the last change that it knows.
        weights: Points that tokens take; None if nothing can be learned.
        turns: What a turn of the last 31 days took; None without any.
    """

    at_ms: int
    seq: int
    weights: receipt_weights.Weights | None
    turns: fit.Estimate | None


def update_basis(
    writer: Writer, account: Account, prices: PriceTable, now_ms: int
) -> None:
    """Learn the basis of an account if it is old and there is new usage."""
    seq, known = outbox.get_last_seq(writer), load_basis(writer, account)
    if known is not None and (
        known.seq == seq or 0 <= now_ms - known.at_ms < _get_max_age_ms(known)
    ):
        return
    weights = receipts.load_history(writer, account, prices, now_ms).weights
    turns = None
    if weights is not None:
        bounds_ms = now_ms - receipts.HISTORY_MS, now_ms + 1
        usage = activities.load_activities(
            writer, account, bounds_ms, prices, weights
        )
        points = (turn.points for turn in fit.list_turns(usage))
        turns = fit.build_estimate(points)
    _save(writer, account, FitBasis(now_ms, seq, weights, turns))


def _get_max_age_ms(basis: FitBasis) -> int:
    is_learned = basis.weights is not None and basis.weights.is_learned
    return _LEARNED_MS if is_learned else _ESTIMATED_MS


def load_basis(reader: Reader | Writer, account: Account) -> FitBasis | None:
    """Return the basis of an account; None if nothing was learned yet."""
    text = metadata.get_value(reader, _KEY + account.key)
    try:
        value: dict[str, Any] = json.loads(text)
        turns = value["turns"]
        return FitBasis(
            value["at_ms"],
            value["seq"],
            _parse_weights(value["learned"]),
            fit.Estimate(*turns) if turns else None,
        )
    except (KeyError, TypeError, ValueError):
        # Of another version.
        return None


def load_fit(
    reader: Reader | Writer,
    account: Account,
    prices: PriceTable,
    window: Window | None,
    bounds_ms: tuple[int, int],
) -> fit.Fit | None:
    """
    Return how many turns fit into what is left of the open window.

    Args:
        reader: Open database.
        account: The account.
        prices: Price table.
        window: The open window; None without one.
        bounds_ms: When today began, and now.

    Returns:
        What is left, and what turns take; None if nothing was learned yet.
        Sessions and projects are left out.
    """
    basis = load_basis(reader, account)
    if basis is None or basis.weights is None:
        return None
    today_ms, now_ms = bounds_ms
    start_ms = min(today_ms, to_epoch_ms(window.start) if window else now_ms)
    usage = activities.load_activities(
        reader, account, (start_ms, now_ms + 1), prices, basis.weights
    )
    reported = None
    if window is not None:
        reading = receipts.load_readings(reader, account, window)[-1]
        reported = reading.at_ms, reading.percent
    today = fit.build_estimate(
        turn.points
        for turn in fit.list_turns(usage)
        if turn.start_ms >= today_ms
    )
    left = fit.compute_left(reported, usage)
    return fit.Fit(left, today, basis.turns, None, ())


def _parse_weights(
    value: dict[str, Any] | None,
) -> receipt_weights.Weights | None:
    if value is None:
        return None
    by_feature = {
        (family, category): receipt_weights.Weight(points, error)
        for family, category, points, error in value["by_feature"]
    }
    size = len(by_feature)
    rows = [[float(number) for number in row] for row in value["covariance"]]
    if [len(row) for row in rows] != [size] * size:
        raise ValueError(size)
    return receipt_weights.Weights(
        float(value["scale"]),
        float(value["scale_error"]),
        by_feature,
        rows,
        int(value["interval_count"]),
    )


def _serialize_weights(weights: receipt_weights.Weights) -> dict[str, Any]:
    return {
        **weights._asdict(),
        "by_feature": [
            (*feature, *weight)
            for feature, weight in weights.by_feature.items()
        ],
    }


def _save(writer: Writer, account: Account, basis: FitBasis) -> None:
    value = {
        "at_ms": basis.at_ms,
        "seq": basis.seq,
        "learned": basis.weights and _serialize_weights(basis.weights),
        "turns": basis.turns,
    }
    metadata.set_value(writer, _KEY + account.key, json.dumps(value))
