"""A store of made-up usage, for the demo's popup."""

from __future__ import annotations

import math
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.domain.limit import FIVE_HOUR, SEVEN_DAY, Limit
from claude_tray.domain.usage import (
    STANDARD_TERMS,
    Millis,
    ProjectPath,
    SessionId,
    TokenCounts,
    UsageRecord,
    key_of,
)
from claude_tray.store import limits
from claude_tray.store.connection import open_writer, transaction
from claude_tray.store.records import Batch

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.domain.price_list import PriceTable

_PROJECTS: Final = ("claude-tray", "api-gateway", "dotfiles", "thesis")
_MODELS: Final = (
    "claude-opus-4-5-20251101",
    "claude-sonnet-4-5-20250929",
    "claude-haiku-4-5-20251001",
)
_GONE: Final = timedelta(hours=2, minutes=13)
_DAYS: Final = 30
_EVERY: Final = timedelta(minutes=3)
_SATURDAY: Final = 5


def fill(path: Path, prices: PriceTable, now: datetime) -> None:
    """
    Make a store of nobody's usage, up to a moment.

    Args:
        path: Where; nothing lies there.
        prices: What it costs by.
        now: The moment.
    """
    records = {r.key: r for r in _records(now)}
    with closing(open_writer(path)) as writer, transaction(writer):
        batch = Batch(writer, prices)
        origins = [record.origin for record in records.values()]
        batch.place(origins, "", is_guess=False)
        batch.keep(records, "")
        batch.write()
        limits.tell(writer, _limits(now))


def _records(now: datetime) -> list[UsageRecord]:
    start = now - _GONE
    found = [
        _record(start + step * _EVERY, step)
        for step in range(_GONE // _EVERY)
        if _busy(step) > 0
    ]
    for day in range(1, _DAYS):
        begin = start - timedelta(days=day)
        count = 6 if begin.weekday() >= _SATURDAY else 24 + 9 * (day % 4)
        found += [
            _record(begin + step * _EVERY, 100 * day + step)
            for step in range(count)
        ]
    return found


def _busy(step: int) -> float:
    return math.sin(step / 13 + 0.4) + 0.4 * math.sin(step * 1.7) + 0.2


def _record(at: datetime, number: int) -> UsageRecord:
    project = _PROJECTS[(number * 5 + number // 7) % 9 % len(_PROJECTS)]
    at_ms = Millis(int(at.timestamp() * 1000))
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
        key_of(name, "", ""),
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


def _limits(now: datetime) -> list[Limit]:
    told = int(now.timestamp() * 1000)
    reset = told + int(timedelta(hours=2, minutes=47).total_seconds()) * 1000
    week = told + int(timedelta(days=1, hours=20).total_seconds()) * 1000
    return [
        Limit("", FIVE_HOUR, 38.0, reset, told),
        Limit("", SEVEN_DAY, 21.0, week, told),
        Limit("", "Opus", 34.0, week, told),
    ]
