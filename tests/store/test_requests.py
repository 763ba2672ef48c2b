from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.requests import RequestLog, SentRequest
from claude_tray.core.usage import SessionId, UsageRecord
from claude_tray.store.connection import Writer, transaction
from claude_tray.store.integrity import is_intact
from claude_tray.store.requests import (
    add_request_times,
    mark_cut,
    save_requests,
)
from claude_tray.store.usage_queries import load_all_models
from tests.support.builders import MODEL, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Mapping


def _save_open(writer: Writer, ref: str, clock: str) -> None:
    request = SentRequest(ref, SessionId("session-a"), ms(clock), MODEL)
    with transaction(writer):
        save_requests(
            writer,
            RequestLog((request,), {}, has_sent=True, has_early_failure=False),
            "/t",
            "",
        )


def _add_times(
    writer: Writer, answered_refs: Mapping[str, int], *records: UsageRecord
) -> list[UsageRecord]:
    log = RequestLog(
        (), answered_refs, has_sent=False, has_early_failure=False
    )
    by_key = {record.key: record for record in records}
    return list(add_request_times(writer, log, by_key).values())


def test_a_response_gets_the_time_of_its_earlier_request(
    writer: Writer,
) -> None:
    _save_open(writer, "r1", "08:59")
    record = make_record("09:00")

    assert _add_times(writer, {"r1": record.key}, record) == [
        record._replace(requested_ms=ms("08:59"))
    ]


def test_a_time_that_the_scan_found_itself_is_kept(writer: Writer) -> None:
    _save_open(writer, "r1", "08:50")
    record = make_record("09:00")._replace(requested_ms=ms("08:59"))

    assert _add_times(writer, {"r1": record.key}, record) == [record]


def test_a_request_whose_response_is_no_record_changes_none(
    writer: Writer,
) -> None:
    _save_open(writer, "r1", "08:59")
    record, other = make_record("09:00"), make_record("09:01")

    assert _add_times(writer, {"r1": other.key}, record) == [record]


def test_a_cut_response_counts_once_as_incomplete(writer: Writer) -> None:
    """One whose end was never read is incomplete already."""
    ended, streamed = (
        make_record("09:00"),
        make_record("09:10", is_final=False),
    )
    save_records(writer, ended, streamed)

    def count_incomplete() -> int:
        (totals,) = load_all_models(writer).values()
        return totals.incomplete

    assert count_incomplete() == 1
    with transaction(writer):
        assert mark_cut(writer, [streamed.key]) == ms("09:10")
    assert count_incomplete() == 1
    with transaction(writer):
        assert mark_cut(writer, [ended.key, streamed.key]) == ms("09:00")
    assert count_incomplete() == 2
    assert is_intact(writer)
