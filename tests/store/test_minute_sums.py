from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.accounts import Account
from claude_tray.core.forecasts import HOUR_MS, MINUTE_MS
from claude_tray.core.price_table import PriceTable
from claude_tray.core.time import Millis, from_epoch_ms
from claude_tray.core.usage import TokenCounts, UsageRecord
from claude_tray.core.windows import WindowRule
from claude_tray.store.aggregates import compute_totals, find_account_id
from claude_tray.store.connection import Writer, open_writer, transaction
from claude_tray.store.minute_sums import (
    compute_window_totals,
    find_first_ms,
    load_minutes,
    maintain_minutes,
    stop_maintaining,
)
from claude_tray.store.reprice import reprice
from claude_tray.store.snapshot import build_account_state
from tests.support.builders import PRICES, make_record, ms
from tests.support.store_records import save_records
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from pathlib import Path


NOW_MS: Final = ms("12:00")
records_with_accounts = st.lists(
    st.tuples(
        st.builds(
            make_record,
            clock=st.sampled_from(["03:00", "09:00", "11:59", "12:00"]),
            message=st.sampled_from(["msg_1", "msg_2", "msg_3", "msg_4"]),
            tokens=st.builds(TokenCounts, *[st.integers(0, 2)] * 5),
            model=st.sampled_from(["claude-fictive-1", "nobody-knows"]),
            session=st.sampled_from(["a", "b"]),
            is_final=st.booleans(),
            is_sidechain=st.booleans(),
            request=st.just("req_1"),
        ),
        st.integers(-MINUTE_MS, MINUTE_MS),
        st.sampled_from(["", "work"]),
    ),
    max_size=8,
)
_ALL_MINUTES: Final = "SELECT * FROM minute ORDER BY minute, profile"


def maintain(writer: Writer, now_ms: int = NOW_MS) -> None:
    with transaction(writer):
        maintain_minutes(writer, now_ms)


def move(record: UsageRecord, by_ms: int) -> UsageRecord:
    at_ms = Millis(record.at_ms + by_ms)
    return record._replace(at_ms=at_ms, origin_ms=at_ms, counted_ms=at_ms)


@settings(max_examples=scale_count(60), deadline=None)
@given(records_with_accounts, records_with_accounts)
def test_maintained_minutes_equal_the_records(
    tmp_path_factory: pytest.TempPathFactory,
    early: list[tuple[UsageRecord, int, str]],
    late: list[tuple[UsageRecord, int, str]],
) -> None:
    path = tmp_path_factory.mktemp("minutes") / "usage.db"
    with closing(open_writer(path)) as writer:
        for record, by_ms, account in early:
            save_records(writer, move(record, by_ms), account=account)
        maintain(writer)
        for record, by_ms, account in late:
            save_records(writer, move(record, by_ms), account=account)
        maintained = writer.execute(_ALL_MINUTES).fetchall()
        for account in ("", "work"):
            check_ranges(writer, find_account_id(writer, account))
        check_ranges(writer, None)

        with transaction(writer):
            stop_maintaining(writer)
        maintain(writer)
        assert writer.execute(_ALL_MINUTES).fetchall() == maintained


def check_ranges(writer: Writer, account_id: int | None) -> None:
    """Compare ranges with sums over buckets and records."""
    for start_ms in (ms("09:00"), ms("09:00") - 30_000, ms("11:59") + 1):
        for end_ms in (ms("12:00"), ms("12:00") + 1_500, ms("14:00")):
            bounds = (start_ms, end_ms, account_id)
            exact = compute_totals(writer, *bounds)
            assert compute_window_totals(writer, *bounds) == exact


def test_minutes_before_the_kept_ones_come_from_the_records(
    writer: Writer,
) -> None:
    save_records(writer, make_record("01:00"), make_record("11:00"))
    maintain(writer)
    account_id = find_account_id(writer, "")
    assert account_id is not None

    old = load_minutes(writer, account_id, ms("00:00"), ms("02:00"))
    new = load_minutes(writer, account_id, ms("10:00"), ms("12:00"))

    assert [m.minute * MINUTE_MS for m in old] == [ms("01:00")]
    assert [m.minute * MINUTE_MS for m in new] == [ms("11:00")]
    assert old[0][1:] == new[0][1:]
    totals = compute_window_totals(writer, ms("00:00"), ms("02:00"))
    assert totals.messages == 1


def test_old_minutes_are_deleted(writer: Writer) -> None:
    save_records(writer, make_record("06:00"), make_record("17:00"))
    maintain(writer)
    assert len(writer.execute(_ALL_MINUTES).fetchall()) == 2

    maintain(writer, NOW_MS + 3 * HOUR_MS)
    assert len(writer.execute(_ALL_MINUTES).fetchall()) == 2
    maintain(writer, NOW_MS + 6 * HOUR_MS)

    minutes = writer.execute("SELECT minute FROM minute").fetchall()
    assert minutes == [(ms("17:00") // MINUTE_MS,)]


def test_a_clock_set_back_rebuilds_the_minutes(writer: Writer) -> None:
    save_records(writer, make_record("06:00"), make_record("11:00"))
    maintain(writer, NOW_MS + 24 * HOUR_MS)
    assert writer.execute(_ALL_MINUTES).fetchall() == []

    maintain(writer)

    assert len(writer.execute(_ALL_MINUTES).fetchall()) == 2


def test_other_prices_rebuild_the_minutes(writer: Writer) -> None:
    save_records(writer, make_record("11:00", model="nobody-knows"))
    maintain(writer)
    models = {
        **PRICES.models,
        "nobody-knows": PRICES.models["claude-fictive-1"],
    }

    list(reprice(writer, PriceTable("other", models)))
    totals = compute_window_totals(writer, ms("10:00"), ms("12:00"))
    maintain(writer)

    assert totals.unpriced == 0
    assert totals.priced_cost > 0
    assert totals == compute_window_totals(writer, ms("10:00"), ms("12:00"))


@pytest.mark.parametrize("is_maintained", [False, True])
def test_first_record_of_an_account(
    writer: Writer, *, is_maintained: bool
) -> None:
    save_records(writer, make_record("09:00"), make_record("11:00"))
    save_records(writer, make_record("10:30"), account="work")
    if is_maintained:
        maintain(writer)
    work_id = find_account_id(writer, "work")
    assert work_id is not None

    assert find_first_ms(writer, work_id, ms("09:30")) == ms("10:30")
    assert find_first_ms(writer, work_id, ms("10:30")) == ms("10:30")
    assert find_first_ms(writer, work_id, ms("10:30") + 1) is None
    assert find_first_ms(writer, work_id, ms("10:45")) is None


def test_cost_of_a_line_does_not_grow_with_recent_records(
    tmp_path: Path,
) -> None:
    account = Account("", "home", "/home/ada/.claude", WindowRule.EXACT)
    other = Account("work", "work", "/home/ada/.claude-work", WindowRule.EXACT)
    steps = []
    for count in (100, 10_000):
        with closing(open_writer(tmp_path / f"{count}.db")) as writer:
            save_records(writer, make_record("08:00"), account=other.key)
            save_records(
                writer,
                *(
                    move(make_record("11:30"), n * 30 * MINUTE_MS // count)
                    for n in range(count)
                ),
            )
            maintain(writer)
            steps.append(count_steps(writer, account, other))

    few, many = steps
    assert many <= few * 1.2 + 100


def count_steps(writer: Writer, *accounts: Account) -> int:
    """Return SQLite's VM steps of a new record and a snapshot, in tens."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    writer.set_progress_handler(count, 10)
    save_records(writer, make_record("12:00", message="msg_new"))
    for account in accounts:
        build_account_state(writer, account, from_epoch_ms(NOW_MS))
    writer.set_progress_handler(None, 0)
    return steps
