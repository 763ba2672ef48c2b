from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.accounts import Account
from claude_tray.core.limits import FIVE_HOUR, LimitSample
from claude_tray.core.receipt_parts import Dimension
from claude_tray.core.usage import TokenCounts
from claude_tray.store import receipts
from claude_tray.store.connection import Writer, transaction
from claude_tray.store.limit_reports import save_samples
from tests.support.builders import PRICES, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.core.receipt_parts import Receipt

NOW_MS = ms("13:30", 2)
ACCOUNT = Account("", "claude", "/c", None)


@pytest.fixture
def used(writer: Writer) -> Writer:
    """Two sessions of one window, another account, and a gateway."""
    tokens = TokenCounts(output=1_000)
    save_records(
        writer,
        make_record("03:00", day=2, session="earlier", tokens=tokens),
        make_record("09:05", day=2, session="a", tokens=tokens),
        make_record("10:05", day=2, session="b", tokens=tokens),
        make_record("10:06", day=2, session="g", model="us.anthropic.claude"),
    )
    save_records(
        writer,
        make_record("09:30", day=2, session="c", tokens=tokens),
        account="work",
    )
    reset_ms = ms("14:00", 2)
    with transaction(writer):
        for clock, percent in (("09:10", 6), ("10:10", 12), ("12:00", 15)):
            sample = LimitSample(
                "", FIVE_HOUR, percent, reset_ms, ms(clock, 2), session="s"
            )
            save_samples(writer, [sample])
    return writer


def load(writer: Writer, account: Account = ACCOUNT) -> Receipt:
    history = receipts.load_history(writer, account, PRICES, NOW_MS)
    window = history.find_window(ms("10:00", 2))
    assert window is not None
    bounds = ms("09:00", 2), ms("14:00", 2)
    return receipts.load_receipt(writer, account, history, bounds, PRICES)


def test_replies_and_readings_of_a_window_are_loaded(used: Writer) -> None:
    """Two equal replies took six points each, three came without any."""
    receipt = load(used)

    points = {p.key: p.points for p in receipt.parts[Dimension.SESSION]}
    assert receipt.change == 15
    assert points == pytest.approx({"a": 6, "b": 6}, abs=0.6)
    assert receipt.remote == pytest.approx(3, abs=1)


def test_accounts_are_separate(used: Writer) -> None:
    work = ACCOUNT._replace(key="work")

    receipt = load(used, work)

    assert receipt.change is None
    assert [p.key for p in receipt.parts[Dimension.SESSION]] == ["c"]


def test_an_account_without_usage_has_no_window(writer: Writer) -> None:
    history = receipts.load_history(writer, ACCOUNT, PRICES, NOW_MS)

    assert history.weights is None
    assert history.find_window(None) is None
    assert history.find_window(NOW_MS) is None


@pytest.mark.parametrize("statement", ["_SELECT_REPLIES", "_SELECT_MINUTES"])
def test_only_the_range_is_read(used: Writer, statement: str) -> None:
    plan = used.execute(
        f"EXPLAIN QUERY PLAN {getattr(receipts, statement)}", (0, 1, "")
    ).fetchall()

    assert "message_time (at_ms>? AND at_ms<?)" in plan[0][3]
