from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.usage import PricingTerms
from claude_tray.store import health, metadata
from claude_tray.store.connection import Reader
from tests.support.builders import MODEL, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def test_health_counts_anomalies(writer: Writer) -> None:
    metadata.set_value(writer, "bad_lines", "3")
    save_records(
        writer,
        make_record("09:00", is_final=False),
        make_record("23:00"),
        make_record("09:00", model="nobody-knows"),
    )

    found = health.load_health(Reader(writer), ms("12:00"))

    assert (
        found.record_count,
        found.malformed_lines,
        found.oversized_lines,
    ) == (3, 3, 0)
    assert (found.future_records, found.incomplete_records) == (1, 1)
    assert health.list_unpriced_models(Reader(writer)) == ["nobody-knows"]
    assert found.price_table_version == "fictive 1"


def test_terms_without_a_price_are_listed_with_their_model(
    writer: Writer,
) -> None:
    warp, flex = PricingTerms(speed="warp"), PricingTerms(service_tier="flex")
    save_records(
        writer,
        make_record("09:00", terms=warp),
        make_record("09:01", terms=warp),
        make_record("09:02", terms=flex),
        make_record("09:03", terms=PricingTerms(service_tier="batch")),
        make_record("09:04", model="nobody-knows"),
    )

    assert health.list_unpriced_terms(Reader(writer)) == [
        health.UnpricedTerms(MODEL, "", "flex"),
        health.UnpricedTerms(MODEL, "warp", ""),
    ]


def test_recent_projects_are_listed_by_their_last_use(writer: Writer) -> None:
    save_records(
        writer,
        make_record("09:00", session="a", project="/home/ada/old"),
        make_record("10:00", session="b", project="/home/ada/new"),
        make_record("08:00", session="c", project="/home/ada/new"),
    )
    reader = Reader(writer)

    assert health.list_recent_projects(reader, 9) == [
        "/home/ada/new",
        "/home/ada/old",
    ]
    assert health.list_recent_projects(reader, 1) == ["/home/ada/new"]
