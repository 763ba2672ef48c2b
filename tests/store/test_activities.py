from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.accounts import Account
from claude_tray.core.fit import Activity
from claude_tray.core.receipt_weights import Weights, price_amounts
from claude_tray.core.usage import TokenCounts
from claude_tray.store import activities, receipts
from tests.support.builders import MODEL, PRICES, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer

ACCOUNT = Account("", "claude", "/c", None)
BOUNDS = ms("09:00", 2), ms("10:00", 2)
TOKENS = TokenCounts(output=1_000)


@pytest.fixture
def used(writer: Writer) -> Writer:
    """Two replies in one minute, one of another session, and a gateway's."""
    save_records(
        writer,
        make_record("08:59", day=2, session="before", tokens=TOKENS),
        make_record("09:05", day=2, session="a", tokens=TOKENS),
        make_record("09:05:20", day=2, session="a", tokens=TOKENS),
        make_record("09:40", day=2, session="b", tokens=TOKENS),
        make_record("09:41", day=2, session="g", model="us.anthropic.claude"),
        make_record("10:00", day=2, session="after", tokens=TOKENS),
    )
    save_records(
        writer,
        make_record("09:30", day=2, session="c", tokens=TOKENS),
        account="work",
    )
    return writer


def test_replies_are_summed_up_by_minute_in_points(used: Writer) -> None:
    """Two points for a dollar."""
    dollars = sum(
        price_amounts(TOKENS, MODEL, ms("09:05", 2), PRICES).values()
    )

    found = activities.load_activities(
        used, ACCOUNT, BOUNDS, PRICES, Weights(2.0)
    )

    assert [item.session for item in found] == ["a", "b"]
    assert [item.points for item in found] == pytest.approx(
        [4 * dollars, 2 * dollars]
    )
    assert found[0].end_ms == ms("09:05:20", 2)
    assert found[0].start_ms == ms("09:05", 2)
    assert found[0].cost == 2 * found[1].cost > 0


def test_without_weights_there_are_no_points(used: Writer) -> None:
    found = activities.load_activities(used, ACCOUNT, BOUNDS, PRICES, None)

    assert [item.points for item in found] == [0, 0]


def test_a_window_took_what_was_reported_or_else_expected(
    used: Writer,
) -> None:
    """The first window, from 8:59 on, began before the period."""
    save_records(
        used,
        make_record("14:30", day=2, session="d", tokens=TOKENS),
        make_record("15:30", day=2, session="d", tokens=TOKENS),
    )
    now_ms = ms("16:00", 2)
    history = receipts.load_history(used, ACCOUNT, PRICES, now_ms)
    usage = [Activity(0, ms("14:30", 2), "d", "/p", 7.0)]

    peaks = activities.load_peaks(
        used, ACCOUNT, history, usage, ms("12:00", 2)
    )

    assert len(history.windows) == 2
    assert peaks == [7.0]


def test_only_the_range_is_read(used: Writer) -> None:
    statement = activities.SELECT_ACTIVITIES
    plan = used.execute(
        f"EXPLAIN QUERY PLAN {statement}", (0, 1, "")
    ).fetchall()

    assert "message_time (at_ms>? AND at_ms<?)" in plan[0][3]
