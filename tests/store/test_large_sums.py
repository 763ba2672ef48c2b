"""Sums of the largest counts and costs are exact integers everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.accounts import Account
from claude_tray.core.bounds import MAX_COUNT
from claude_tray.core.cost import NanoUsd, Totals
from claude_tray.core.price_table import PriceTable
from claude_tray.core.time import from_epoch_ms
from claude_tray.core.usage import Rate, SessionId, TokenCounts
from claude_tray.core.windows import WindowRule
from claude_tray.store.aggregates import compute_totals
from claude_tray.store.integrity import is_intact
from claude_tray.store.reprice import reprice
from claude_tray.store.snapshot import SnapshotBuilder, load_all_time_totals
from claude_tray.store.usage_queries import (
    list_projects,
    list_sessions,
    list_time_buckets,
    list_usage_groups,
    load_totals_by_bucket,
    load_totals_by_model,
)
from claude_tray.store.windows import list_windows, persist_closed
from tests.support.builders import MODEL, PRICES, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.core.usage import UsageRecord
    from claude_tray.store.connection import Writer


ACCOUNT = Account("", "ada", "", WindowRule.EXACT)
COUNT = 1_000
TOKENS = TokenCounts(*[MAX_COUNT] * 5)
START_MS, END_MS = ms("00:00"), ms("00:00", 2)


def _make_records(count: int = COUNT) -> list[UsageRecord]:
    return [
        make_record(message=f"msg_{number}")._replace(tokens=TOKENS)
        for number in range(count)
    ]


def _cost_of(count: int, prices: PriceTable = PRICES) -> NanoUsd:
    (newest, *_) = prices.get_model_prices(MODEL)
    return NanoUsd(count * newest.rate.compute_cost(TOKENS))


def _totals_of(count: int, prices: PriceTable = PRICES) -> Totals:
    tokens = TokenCounts(*[count * MAX_COUNT] * 5)
    return Totals(count, tokens, _cost_of(count, prices), unconfirmed=count)


def _list_all_totals(writer: Writer) -> list[Totals]:
    window = list_windows(writer, ACCOUNT, ms("10:00"))[-1]
    snapshot = SnapshotBuilder(writer).build(
        [ACCOUNT], from_epoch_ms(ms("10:00"))
    )
    return [
        compute_totals(writer, START_MS, END_MS),
        compute_totals(writer, ms("08:59"), ms("09:01")),
        load_all_time_totals(writer, ACCOUNT)[0],
        window.totals,
        snapshot.today,
        snapshot.models[0].totals,
        snapshot.projects[0].totals,
        list_projects(writer)[0].totals,
        list_sessions(writer)[0].totals,
        list_usage_groups(writer, "", START_MS, END_MS)[0].totals,
        load_totals_by_bucket(writer)[0][1],
        load_totals_by_model(writer)[MODEL],
    ]


def test_sums_beyond_64_bits_are_exact(writer: Writer) -> None:
    save_records(writer, *_make_records())

    expected = _totals_of(COUNT)
    (bucket,) = list_time_buckets(writer, "", START_MS, END_MS)
    assert expected.priced_cost > 2**63
    assert _list_all_totals(writer) == [expected] * 12
    assert bucket.cost == expected.priced_cost
    assert is_intact(writer)


def test_closed_windows_are_exact(writer: Writer) -> None:
    save_records(writer, *_make_records())

    persist_closed(writer, ACCOUNT, ms("23:00"))

    (window,) = list_windows(writer, ACCOUNT, ms("23:00"))
    assert window.totals == _totals_of(COUNT)


def test_repriced_sums_are_exact_and_empty_ones_disappear(
    writer: Writer,
) -> None:
    save_records(writer, *_make_records())
    prices = PriceTable(
        "other",
        {
            name: tuple(p._replace(rate=Rate(*[7] * 5)) for p in entries)
            for name, entries in PRICES.models.items()
        },
    )

    assert list(reprice(writer, prices))
    assert _list_all_totals(writer) == [_totals_of(COUNT, prices)] * 12
    assert is_intact(writer)

    # In a project of their own, once their first lines are found.
    moved = [
        record._replace(
            origin_ms=ms("08:00"),
            at_ms=ms("08:00"),
            session_id=SessionId("other"),
        )
        for record in _make_records()
    ]
    save_records(writer, *moved, prices=prices)
    (old_rows,) = writer.execute(
        "SELECT count(*) FROM usage_session WHERE session ="
        " (SELECT id FROM session WHERE uuid = 'session-a')"
    ).fetchone()
    assert old_rows == 0
    assert is_intact(writer)


@pytest.mark.parametrize("count", [1, 90_000])
def test_lines_of_a_billion_tokens_of_each_kind_are_exact(
    writer: Writer, count: int
) -> None:
    tokens = TokenCounts(*[1 << 30] * 5)
    records = [
        make_record(message=f"msg_{number}")._replace(tokens=tokens)
        for number in range(count)
    ]
    save_records(writer, *records)

    totals = compute_totals(writer, START_MS, END_MS)
    assert totals.messages == count
    assert totals.tokens == TokenCounts(*[count << 30] * 5)
    assert totals.priced_cost == _cost_of(count) >> 10
