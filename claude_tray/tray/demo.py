"""Made-up usage, to see the tray without any."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from claude_tray.domain.price import NanoUsd
from claude_tray.domain.snapshot import ProfileState, Share, Snapshot
from claude_tray.domain.totals import Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.domain.window import WINDOW_LENGTH, Source, Window

if TYPE_CHECKING:
    from datetime import datetime


def demo_snapshot(now: datetime) -> Snapshot:
    """Return a snapshot of nobody's usage, labelled as that."""
    start = now - timedelta(hours=2, minutes=13)
    window = _used(214, 9_420_000_000, 21_400_000)
    today = _used(301, 12_400_000_000, 28_100_000)
    month = _used(9_800, 402_000_000_000, 940_000_000)
    return Snapshot(
        taken_at=now,
        profiles=(
            ProfileState(
                name="demo",
                path="",
                window=Window(
                    start,
                    start + WINDOW_LENGTH,
                    Source.ESTIMATED,
                    None,
                    window,
                ),
                last_record_at=now,
            ),
        ),
        today=today,
        last_7_days=today,
        last_30_days=month,
        projects=(Share("a made-up project", month),),
        models=(Share("a made-up model", month),),
        is_demo=True,
    )


def _used(messages: int, cost: int, tokens: int) -> Totals:
    written = tokens // 100
    return Totals(
        messages,
        TokenCounts(
            input=written // 10,
            output=written,
            cache_read=tokens - written - written // 10,
        ),
        NanoUsd(cost),
    )
