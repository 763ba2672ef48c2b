"""Make up receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.receipt import Cause
from claude_tray.core.receipt_parts import (
    MAIN_AGENT,
    SUBAGENT,
    Dimension,
    Part,
    Receipt,
)
from claude_tray.core.receipt_weights import Weight, Weights

if TYPE_CHECKING:
    from collections.abc import Sequence


DOLLAR = 1_000_000_000
# Points by what used them; each list adds up to 28.
_POINTS: dict[Dimension, dict[str, float]] = {
    Dimension.PROJECT: {
        "/home/ada/claude-tray": 14.2,
        "/home/ada/api-gateway": 9.3,
        "/home/ada/thesis-\N{LATIN SMALL LETTER U WITH DIAERESIS}ber-2026": 4.5,
    },
    Dimension.SESSION: {
        f"{number}f0c2b1e-6c1a": points
        for number, points in enumerate(
            (8.0, 6.2, 5.1, 4.2, 1.5, 1.2, 0.9, 0.6, 0.3)
        )
    },
    Dimension.AGENT: {MAIN_AGENT: 21.0, SUBAGENT: 7.0},
    Dimension.MODEL: {
        "claude-opus-4-5-20251101": 23.5,
        "claude-haiku-4-5-20251001": 4.5,
    },
    Dimension.CAUSE: {
        Cause.HUGE_CONTEXT: 10.5,
        Cause.CACHE_REBUILD: 9.0,
        Cause.LARGE_CONTEXT: 6.0,
        Cause.COMPACTION: 2.5,
    },
}


def make_receipt(start_ms: int, end_ms: int) -> Receipt:
    """Make the receipt of a window: 28 points here, 20 elsewhere."""
    return Receipt(
        start_ms,
        end_ms,
        start_ms + (end_ms - start_ms) // 2,
        0.0,
        47.6,
        47.6,
        28.0,
        20.0,
        -0.4,
        0.6,
        1.3,
        9 * DOLLAR,
        {
            dimension: _make_parts(dimension, tuple(points.items()))
            for dimension, points in _POINTS.items()
        },
        Weights(1.0, 0.5, {("opus", "input"): Weight(1, 0)}, [[0]], 214),
    )


def list_receipt_paths() -> tuple[str, ...]:
    """List the projects of the receipt."""
    return tuple(_POINTS[Dimension.PROJECT])


def _make_parts(
    dimension: Dimension, points: Sequence[tuple[str, float]]
) -> tuple[Part, ...]:
    total = sum(value for _, value in points)
    is_session = dimension is Dimension.SESSION
    return tuple(
        Part(
            key,
            value,
            value / total,
            round(value * DOLLAR / 3),
            7,
            "/home/ada/claude-tray" if is_session else "",
        )
        for key, value in points
    )
