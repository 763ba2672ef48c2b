from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.accounts import Account
from claude_tray.core.limits import FIVE_HOUR, LimitSample
from claude_tray.core.receipt_limits import FIVE_HOUR_RECEIPT
from claude_tray.core.usage import TokenCounts
from claude_tray.store.connection import transaction
from claude_tray.store.limit_reports import save_samples
from claude_tray.store.receipts import ReceiptLoader
from tests.support.builders import PRICES, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.core.receipt_parts import Receipt
    from claude_tray.store.connection import Writer

ACCOUNT = Account("", "claude", "/c", None)
MINUTE_MS = 60_000


def report(writer: Writer, clock: str, percent: float) -> None:
    with transaction(writer):
        sample = LimitSample(
            "", FIVE_HOUR, percent, ms("14:00"), ms(clock), session="s"
        )
        save_samples(writer, [sample])


def load(loader: ReceiptLoader, writer: Writer, now_ms: int) -> Receipt:
    return loader.load(
        writer,
        ACCOUNT,
        FIVE_HOUR_RECEIPT,
        (ms("09:00"), ms("14:00")),
        PRICES,
        now_ms,
    )


def test_weights_are_learned_again_after_a_minute(writer: Writer) -> None:
    """A short history teaches little, so a longer one counts soon."""
    save_records(writer, make_record("09:05", tokens=TokenCounts(output=900)))
    report(writer, "09:10", 6)
    loader, now_ms = ReceiptLoader(), ms("09:20")

    first = load(loader, writer, now_ms)
    save_records(writer, make_record("09:15", tokens=TokenCounts(output=900)))
    report(writer, "09:17", 18)
    soon = load(loader, writer, now_ms + MINUTE_MS - 1)
    later = load(loader, writer, now_ms + MINUTE_MS)

    assert first.weights is soon.weights
    assert (first.change, soon.change) == (6, 18)
    assert later.weights is not None
    assert soon.weights is not None
    assert later.weights.interval_count > soon.weights.interval_count


def test_without_reports_nothing_is_learned(writer: Writer) -> None:
    save_records(writer, make_record("09:05"))

    receipt = load(ReceiptLoader(), writer, ms("09:20"))

    assert receipt.weights is None
    assert receipt.change is None
