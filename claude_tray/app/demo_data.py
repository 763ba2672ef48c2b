"""Create a store with sample usage for the demo."""

from __future__ import annotations

import math
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.core.limits import FIVE_HOUR, SEVEN_DAY, LimitSample
from claude_tray.core.time import Millis, to_epoch_ms
from claude_tray.core.usage import (
    STANDARD_TERMS,
    ProjectPath,
    SessionId,
    TokenCounts,
    UsageRecord,
    compute_record_key,
)
from claude_tray.store.connection import open_writer, transaction
from claude_tray.store.limit_reports import save_samples
from claude_tray.store.records import RecordWriter

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.core.price_table import PriceTable


_PROJECTS: Final = ("claude-tray", "api-gateway", "dotfiles", "thesis")
_MODELS: Final = (
    "claude-opus-4-5-20251101",
    "claude-sonnet-4-5-20250929",
    "claude-haiku-4-5-20251001",
)
_WINDOW_ELAPSED: Final = timedelta(hours=2, minutes=13)
_DAYS: Final = 30
_RECORD_INTERVAL: Final = timedelta(minutes=3)
_SATURDAY: Final = 5


def fill_demo_store(path: Path, prices: PriceTable, now: datetime) -> None:
    """
    Create a store with 30 days of sample usage.

    Args:
        path: Database to create.
        prices: Prices of the sample records.
        now: End of the usage; a window has been open for 2:13 h then.
    """
    records = {r.key: r for r in _build_records(now)}
    with closing(open_writer(path)) as writer, transaction(writer):
        batch = RecordWriter(writer, prices)
        origins = [record.origin for record in records.values()]
        batch.sessions.assign_projects(origins, "", is_guess=False)
        batch.upsert(records, "")
        batch.flush()
        save_samples(writer, _build_limit_samples(now))


def _build_records(now: datetime) -> list[UsageRecord]:
    start = now - _WINDOW_ELAPSED
    records = [
        _build_record(start + step * _RECORD_INTERVAL, step)
        for step in range(_WINDOW_ELAPSED // _RECORD_INTERVAL)
        if _compute_activity(step) > 0
    ]
    for day in range(1, _DAYS):
        day_start = start - timedelta(days=day)
        count = 6 if day_start.weekday() >= _SATURDAY else 24 + 9 * (day % 4)
        records += [
            _build_record(
                day_start + step * _RECORD_INTERVAL, 100 * day + step
            )
            for step in range(count)
        ]
    return records


def _compute_activity(step: int) -> float:
    # Any curve with bursts and pauses; the constants only look natural.
    return math.sin(step / 13 + 0.4) + 0.4 * math.sin(step * 1.7) + 0.2


def _build_record(at: datetime, number: int) -> UsageRecord:
    project = _PROJECTS[(number * 5 + number // 7) % 9 % len(_PROJECTS)]
    at_ms = Millis(to_epoch_ms(at))
    name = f"msg_demo_{number}"
    counts = TokenCounts(
        input=40 + number % 90,
        output=600 + number * 37 % 1900,
        cache_write_5m=9_000 + number * 211 % 16_000,
        cache_read=240_000 + number * 977 % 190_000,
    )
    model = _MODELS[number % 5 % len(_MODELS)]
    session = SessionId(f"demo-{project}-{at:%j}")
    path = ProjectPath(f"/home/ada/{project}")
    return UsageRecord(
        compute_record_key(name, "", ""),
        name,
        at_ms,
        counts,
        at_ms,
        model,
        STANDARD_TERMS,
        request_id="",
        is_sidechain=False,
        origin_ms=at_ms,
        session_id=session,
        project=path,
        is_final=True,
        is_message=True,
    )


def _build_limit_samples(now: datetime) -> list[LimitSample]:
    observed_at_ms = to_epoch_ms(now)
    reset_ms = (
        observed_at_ms
        + int(timedelta(hours=2, minutes=47).total_seconds()) * 1000
    )
    weekly_reset_ms = (
        observed_at_ms
        + int(timedelta(days=1, hours=20).total_seconds()) * 1000
    )
    return [
        LimitSample("", FIVE_HOUR, 38.0, reset_ms, observed_at_ms),
        LimitSample("", SEVEN_DAY, 21.0, weekly_reset_ms, observed_at_ms),
        LimitSample("", "Opus", 34.0, weekly_reset_ms, observed_at_ms),
    ]
