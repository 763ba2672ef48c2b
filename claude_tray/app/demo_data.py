"""Create a store with sample usage for the demo."""

from __future__ import annotations

import math
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal
from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost import compute_request_cost
from claude_tray.core.cost_states import (
    NO_COUNTS,
    CostState,
    ModelCounts,
    combine,
)
from claude_tray.core.limits import (
    FIVE_HOUR,
    SEVEN_DAY,
    LimitMoney,
    LimitSample,
)
from claude_tray.core.time import Millis, to_epoch_ms
from claude_tray.core.usage import (
    STANDARD_TERMS,
    ProjectPath,
    SessionId,
    TokenCounts,
    UsageRecord,
    compute_record_key,
)
from claude_tray.errors import gettext_noop
from claude_tray.store import cost_states
from claude_tray.store.connection import open_writer, transaction
from claude_tray.store.limit_reports import clear_reports, save_samples
from claude_tray.store.other_requests import update_other_requests
from claude_tray.store.records import RecordWriter

if TYPE_CHECKING:
    from collections.abc import Iterable
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
_WINDOW_LEFT: Final = timedelta(hours=2, minutes=47)
_WEEK_LEFT: Final = timedelta(days=1, hours=20)
_EXTRA_LIMIT: Final = 50


class DemoState(NamedTuple):
    """
    Reported percentages, and what they show.

    Attributes:
        window: 5-hour limit; None if it was not reported, likewise the others.
        week: Weekly limit.
        model: Limit of one model.
        age_minutes: Age of the report.
        extra_usage: Dollars that were used beyond the limits; None if that is
            not possible.
        has_window: Whether the window is still open.
        scan_progress: As in the snapshot; likewise the problem.
    """

    window: float | None
    week: float | None = 21.0
    model: float | None = 34.0
    age_minutes: int = 0
    extra_usage: int | None = None
    has_window: bool = True
    scan_progress: float | None = None
    problem: str = ""


# On pace, ahead of pace, almost out, limit reached, beyond the limit, weekly
# limit reached, one model's limit reached, out of date, no limit known, no
# window open, reading history, a problem.
DEMO_STATES: Final = (
    DemoState(38.0),
    DemoState(62.0),
    DemoState(93.0),
    DemoState(100.0),
    DemoState(100.0, extra_usage=19),
    DemoState(40.0, week=100.0),
    DemoState(38.0, model=100.0),
    DemoState(20.0, age_minutes=45),
    DemoState(None, week=None, model=None),
    DemoState(0.0, has_window=False),
    DemoState(None, None, None, has_window=False, scan_progress=0.4),
    DemoState(38.0, problem=gettext_noop("{path} cannot be read.")),
)


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
        states = _sum_sessions(records.values(), prices)
        cost_states.save_states(writer, states)
        update_other_requests(writer, prices, [s.session_id for s in states])
        save_samples(writer, _build_limit_samples(DEMO_STATES[0], now, now))


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


def _sum_sessions(
    records: Iterable[UsageRecord], prices: PriceTable
) -> list[CostState]:
    """Build the sums that Claude Code writes, so that costs are exact."""
    counts: dict[SessionId, dict[str, ModelCounts]] = {}
    ends: dict[SessionId, Millis] = {}
    for record in records:
        cost = compute_request_cost(
            record.tokens, record.model, record.terms, record.at_ms, prices
        )
        by_model = counts.setdefault(record.session_id, {})
        by_model[record.model] = combine(
            add,
            ModelCounts(record.tokens, cost=cost or 0),
            by_model.get(record.model, NO_COUNTS),
        )
        end_ms = max(record.at_ms, ends.get(record.session_id, 0))
        ends[record.session_id] = Millis(end_ms)
    return [
        CostState(session, 0, ends[session], ends[session], by_model)
        for session, by_model in counts.items()
    ]


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


def show_demo_state(
    path: Path, state: DemoState, started: datetime, now: datetime
) -> None:
    """
    Replace the reported limits by those of a state.

    Args:
        path: Database of the demo.
        state: State to show.
        started: Time of the newest sample usage.
        now: Current time.
    """
    with closing(open_writer(path)) as writer, transaction(writer):
        clear_reports(writer)
        save_samples(writer, _build_limit_samples(state, started, now))


def _build_limit_samples(
    state: DemoState, started: datetime, now: datetime
) -> list[LimitSample]:
    observed_at_ms = to_epoch_ms(now - timedelta(minutes=state.age_minutes))
    reset_ms = to_epoch_ms(started + _WINDOW_LEFT)
    window = state.window
    if not state.has_window:
        # It was reset after the last usage, and reported before.
        window, reset_ms = 71.0, Millis(to_epoch_ms(started) + 1)
        observed_at_ms = Millis(reset_ms - 60_000)
    weekly_reset_ms = to_epoch_ms(started + _WEEK_LEFT)
    values = (
        (FIVE_HOUR, window, reset_ms),
        (SEVEN_DAY, state.week, weekly_reset_ms),
        ("Opus", state.model, weekly_reset_ms),
    )
    samples = [
        LimitSample("", name, percent, resets_ms, observed_at_ms)
        for name, percent, resets_ms in values
        if percent is not None
    ]
    if state.extra_usage is not None:
        used, limit = Decimal(state.extra_usage), Decimal(_EXTRA_LIMIT)
        money = LimitMoney(used, limit, "USD", "monthly")
        percent = float(used / limit * 100)
        sample = LimitSample(
            "", "extra_usage", percent, None, observed_at_ms, money=money
        )
        samples.append(sample)
    return samples
