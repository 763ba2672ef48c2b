from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.accounts import Account
from claude_tray.core.limits import FIVE_HOUR, LimitSample
from claude_tray.core.receipt_limits import find_receipt_limit
from claude_tray.core.receipt_parts import Dimension
from claude_tray.core.time import to_epoch_ms
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


@pytest.mark.parametrize("statement", ["_SELECT_REPLIES", "_SELECT_TOKENS"])
def test_only_the_range_is_read(used: Writer, statement: str) -> None:
    plan = used.execute(
        f"EXPLAIN QUERY PLAN {getattr(receipts, statement)}", (0, 1, "")
    ).fetchall()

    assert "message_time (at_ms>? AND at_ms<?)" in plan[0][3]


WEEK_RESET_MS = ms("12:00", 8)


def report_limit(
    writer: Writer, name: str, *readings: tuple[str, int, float]
) -> None:
    """Save readings of a weekly limit as (clock, day, percent)."""
    with transaction(writer):
        for clock, day, percent in readings:
            save_samples(
                writer,
                [
                    LimitSample(
                        "",
                        name,
                        percent,
                        WEEK_RESET_MS,
                        ms(clock, day),
                        session="s",
                    )
                ],
            )


def load_week(writer: Writer, name: str) -> Receipt:
    limit = find_receipt_limit(name)
    assert limit is not None
    now_ms = ms("13:30", 4)
    history = receipts.load_history(writer, ACCOUNT, PRICES, now_ms, limit)
    window = history.find_window(now_ms)
    assert window is not None
    bounds = to_epoch_ms(window.start), to_epoch_ms(window.end)
    return receipts.load_receipt(writer, ACCOUNT, history, bounds, PRICES)


def test_a_week_has_a_receipt(writer: Writer) -> None:
    """Four points on two days each, then five of another machine."""
    tokens = TokenCounts(output=1_000)
    save_records(
        writer,
        make_record("09:05", day=2, session="a", tokens=tokens),
        make_record("10:05", day=3, session="b", tokens=tokens),
    )
    report_limit(
        writer, "seven_day", ("09:10", 2, 4), ("10:10", 3, 8), ("09:00", 4, 13)
    )

    receipt = load_week(writer, "week")

    assert receipt.change == 13
    assert (receipt.start_ms, receipt.end_ms) == (
        ms("12:00", 1),
        WEEK_RESET_MS,
    )
    points = {p.key: p.points for p in receipt.parts[Dimension.SESSION]}
    assert points == pytest.approx({"a": 4, "b": 4}, abs=0.6)
    assert receipt.remote == pytest.approx(5, abs=1)


def test_a_limit_of_one_model_counts_only_its_replies(writer: Writer) -> None:
    """Its name may be reported in two ways."""
    tokens = TokenCounts(output=1_000)
    save_records(
        writer,
        make_record("09:05", day=2, session="a", model="claude-opus-4-5"),
        make_record("09:06", day=2, session="b", tokens=tokens),
    )
    report_limit(writer, "seven_day_opus", ("09:10", 2, 6))
    report_limit(writer, "Opus", ("09:20", 2, 6))

    receipt = load_week(writer, "opus")

    assert [p.key for p in receipt.parts[Dimension.SESSION]] == ["a"]
    assert receipt.change == 6


def test_points_before_an_early_reset_count_too(writer: Writer) -> None:
    """The limit went to 20 %, was reset for everybody, and went to 8 %."""
    tokens = TokenCounts(output=1_000)
    for minute in range(5, 35):
        record = make_record(f"09:{minute:02}", day=2, tokens=tokens)
        save_records(writer, record)
    report_limit(
        writer, "seven_day", ("09:25", 2, 20), ("09:26", 2, 0), ("09:35", 2, 8)
    )

    receipt = load_week(writer, "week")

    assert receipt.change == pytest.approx(28, abs=1)
    assert receipt.remote == pytest.approx(0, abs=0.5)


def test_a_week_before_resets_were_stored_is_known_by_its_report(
    writer: Writer,
) -> None:
    save_records(writer, make_record("09:05", day=2))
    report_limit(writer, "seven_day", ("09:10", 2, 4))
    with transaction(writer):
        writer.execute("DELETE FROM told_limit WHERE name = 'seven_day'")

    assert load_week(writer, "week").end_ms == WEEK_RESET_MS
