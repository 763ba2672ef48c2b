"""What questions cost, in steps of SQLite's machine: flat in history."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.account import Account
from claude_tray.domain.usage import Millis, SessionId
from claude_tray.domain.window import Rule
from claude_tray.store import figures, outbox, windows
from claude_tray.store.connection import open_writer, transaction
from claude_tray.store.snapshots import Snapshots
from tests.support.builders import a_record, ms
from tests.support.keeping import keep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.domain.usage import UsageRecord
    from claude_tray.store.connection import Writer

BUSY = Account("", "home", "/home/ada/.claude", Rule.EXACT)
RESTS = Account("work", "work", "/home/ada/.claude-work", Rule.EXACT)
NOW_MS = ms("12:00", 20)
NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)
HOUR_MS = 3_600_000


def _session(hours_ago: int) -> UsageRecord:
    at_ms = Millis(NOW_MS - hours_ago * HOUR_MS)
    return a_record()._replace(
        at_ms=at_ms,
        origin_ms=at_ms,
        counted_ms=at_ms,
        session_id=SessionId(f"session-{hours_ago}"),
    )


def _fill(writer: Writer, sessions: int) -> None:
    keep(writer, *map(_session, range(sessions)))
    # Both gone for months, the second of them back since an hour.
    for account in ("gone", RESTS.key):
        keep(writer, _session(sessions), account=account)
    with transaction(writer):
        for owner in (BUSY, RESTS):
            windows.close(writer, owner, NOW_MS)
    keep(writer, _session(1), account=RESTS.key)


def _snapshot(writer: Writer, account: str) -> Callable[[], object]:
    accounts = [BUSY, RESTS, Account(account, account, "/", Rule.EXACT)]
    snapshots = Snapshots(writer, UTC)
    snapshots.current(accounts, NOW)
    return lambda: snapshots.current(accounts, NOW)


def _figures(writer: Writer, account: str) -> Callable[[], object]:
    stretch = (account, NOW_MS - 5 * HOUR_MS, NOW_MS)
    return lambda: (
        figures.steps(writer, *stretch),
        figures.uses(writer, *stretch),
    )


def _last_account(writer: Writer, account: str) -> Callable[[], object]:
    del account
    return lambda: outbox.last_account(writer)


@pytest.mark.parametrize("question", [_snapshot, _figures, _last_account])
@pytest.mark.parametrize("account", [BUSY.key, RESTS.key, "gone"])
def test_a_question_costs_no_more_after_years(
    tmp_path: Path,
    question: Callable[[Writer, str], Callable[[], object]],
    account: str,
) -> None:
    costs = []
    for sessions in (300, 3_000):
        with closing(open_writer(tmp_path / f"{sessions}.db")) as writer:
            _fill(writer, sessions)
            costs.append(_steps(writer, question(writer, account)))

    few, many = costs
    assert many <= few * 1.2 + 20


def _steps(writer: Writer, ask: Callable[[], object]) -> int:
    """Return how many tens of steps a question took."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    writer.set_progress_handler(count, 10)
    ask()
    writer.set_progress_handler(None, 0)
    return steps
