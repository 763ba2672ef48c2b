"""Measure queries in steps of SQLite's VM: flat, however long the history."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.accounts import Account
from claude_tray.core.periods import TimeRange
from claude_tray.core.time import Millis, from_epoch_ms
from claude_tray.core.usage import SessionId
from claude_tray.core.windows import WindowRule
from claude_tray.store.connection import open_writer, transaction
from claude_tray.store.live_session import find_live_session
from claude_tray.store.outbox import get_last_account
from claude_tray.store.period_usage import (
    UsageFilter,
    list_project_steps,
    load_period_buckets,
    load_period_groups,
    rank_sessions,
)
from claude_tray.store.snapshot import SnapshotBuilder
from claude_tray.store.usage_queries import (
    list_time_buckets,
    list_usage_groups,
)
from claude_tray.store.windows import find_previous, persist_closed
from tests.support.builders import make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.core.usage import UsageRecord
    from claude_tray.store.connection import Writer


ACTIVE_ACCOUNT = Account("", "home", "/home/ada/.claude", WindowRule.EXACT)
RESTING_ACCOUNT = Account(
    "work", "work", "/home/ada/.claude-work", WindowRule.EXACT
)
NOW_MS = ms("12:00", 20)
NOW = from_epoch_ms(NOW_MS)
HOUR_MS = 3_600_000


def _make_session_record(hours_ago: int) -> UsageRecord:
    at_ms = Millis(NOW_MS - hours_ago * HOUR_MS)
    return make_record()._replace(
        at_ms=at_ms,
        origin_ms=at_ms,
        counted_ms=at_ms,
        session_id=SessionId(f"session-{hours_ago}"),
    )


def _fill_store(writer: Writer, sessions: int) -> None:
    save_records(writer, *map(_make_session_record, range(sessions)))
    # Both idle for months, the second one in use again for an hour.
    for account in ("gone", RESTING_ACCOUNT.key):
        save_records(writer, _make_session_record(sessions), account=account)
    with transaction(writer):
        for owner in (ACTIVE_ACCOUNT, RESTING_ACCOUNT):
            persist_closed(writer, owner, NOW_MS)
    save_records(writer, _make_session_record(1), account=RESTING_ACCOUNT.key)


def _prepare_snapshot(writer: Writer, account: str) -> Callable[[], object]:
    accounts = [
        ACTIVE_ACCOUNT,
        RESTING_ACCOUNT,
        Account(account, account, "/", WindowRule.EXACT),
    ]
    builder = SnapshotBuilder(writer, UTC)
    builder.build(accounts, NOW)
    return lambda: builder.build(accounts, NOW)


def _prepare_window_queries(
    writer: Writer, account: str
) -> Callable[[], object]:
    window = (account, NOW_MS - 5 * HOUR_MS, NOW_MS)
    return lambda: (
        list_time_buckets(writer, *window),
        list_usage_groups(writer, *window),
    )


def _prepare_popup_lists(writer: Writer, account: str) -> Callable[[], object]:
    week = TimeRange(NOW_MS - 7 * 24 * HOUR_MS, NOW_MS)
    window = TimeRange(NOW_MS - 5 * HOUR_MS + 1, NOW_MS)
    filters = [UsageFilter(period, account) for period in (week, window)]
    return lambda: (
        load_period_groups(writer, UsageFilter()),
        rank_sessions(writer, UsageFilter(None, account), 50).sessions,
        find_previous(writer, account, NOW_MS),
        find_live_session(writer, account, NOW_MS),
        [
            query(writer, *args)
            for usage_filter in filters
            for query, args in (
                (load_period_groups, (usage_filter,)),
                (load_period_buckets, (usage_filter,)),
                (rank_sessions, (usage_filter, 50)),
                (list_project_steps, (usage_filter, 900_000)),
            )
        ],
    )


def _prepare_last_account(
    writer: Writer, account: str
) -> Callable[[], object]:
    del account
    return lambda: get_last_account(writer)


@pytest.mark.parametrize(
    "question",
    [
        _prepare_snapshot,
        _prepare_window_queries,
        _prepare_last_account,
        _prepare_popup_lists,
    ],
)
@pytest.mark.parametrize(
    "account", [ACTIVE_ACCOUNT.key, RESTING_ACCOUNT.key, "gone"]
)
def test_query_cost_does_not_grow_with_years(
    tmp_path: Path,
    question: Callable[[Writer, str], Callable[[], object]],
    account: str,
) -> None:
    costs = []
    for sessions in (300, 3_000):
        with closing(open_writer(tmp_path / f"{sessions}.db")) as writer:
            _fill_store(writer, sessions)
            costs.append(_count_vm_steps(writer, question(writer, account)))

    few_sessions, many_sessions = costs
    assert many_sessions <= few_sessions * 1.2 + 20


def _count_vm_steps(writer: Writer, query: Callable[[], object]) -> int:
    """Return the number of VM steps of a query, in tens."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    writer.set_progress_handler(count, 10)
    query()
    writer.set_progress_handler(None, 0)
    return steps
