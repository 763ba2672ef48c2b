from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.time import Millis
from claude_tray.core.usage import (
    TOKEN_KINDS,
    PricingTerms,
    ProjectPath,
    Rate,
    SessionId,
    TokenCounts,
    UsageRecord,
    UsageReport,
    compute_record_key,
    merge,
    pick_fullest,
)
from tests.support.builders import make_record, ms

small_numbers = st.integers(0, 3)
records = st.builds(
    UsageRecord,
    key=st.just(1),
    message_id=st.just("msg_1"),
    at_ms=small_numbers.map(Millis),
    tokens=st.builds(
        TokenCounts,
        small_numbers,
        small_numbers,
        small_numbers,
        small_numbers,
        small_numbers,
    ),
    counted_ms=small_numbers.map(Millis),
    model=st.sampled_from(["a", "b"]),
    terms=st.sampled_from([PricingTerms(), PricingTerms(speed="fast")]),
    request_id=st.sampled_from(["", "req_1"]),
    is_sidechain=st.booleans(),
    origin_ms=small_numbers.map(Millis),
    session_id=st.sampled_from([SessionId("a"), SessionId("b")]),
    project=st.sampled_from([ProjectPath("/a"), ProjectPath("/b")]),
    is_final=st.booleans(),
    is_message=st.sampled_from([True]),
)


@given(st.lists(records, min_size=1, max_size=4))
def test_merge_is_independent_of_order(
    found: list[UsageRecord],
) -> None:
    merged = {_merge_all(order) for order in permutations(found)}

    assert len(merged) == 1


@given(records, records)
def test_merge_is_idempotent(
    one: UsageRecord,
    other: UsageRecord,
) -> None:
    once = merge(one, other)

    assert merge(once, other) == once
    assert merge(once, one) == once


def test_report_with_most_output_wins_unmixed() -> None:
    early = UsageReport(
        TokenCounts(50, 3, 0, 0, 0), ms("09:05"), "a", PricingTerms(), ""
    )
    full = UsageReport(
        TokenCounts(9, 172, 0, 0, 0), ms("09:00"), "b", PricingTerms(), ""
    )

    assert pick_fullest(early, full) == full
    assert pick_fullest(full, early) == full


def test_ties_go_to_the_larger_total_then_to_the_later() -> None:
    small = UsageReport(
        TokenCounts(1, 5), ms("09:05"), "a", PricingTerms(), ""
    )
    large = UsageReport(
        TokenCounts(2, 5), ms("09:00"), "a", PricingTerms(), ""
    )
    later = large._replace(at_ms=ms("09:09"))

    assert pick_fullest(small, large) == large
    assert pick_fullest(large, later) == later


def test_earliest_time_and_main_session_win() -> None:
    sidechain = make_record(
        "09:00", message="msg_x", session="z", is_sidechain=True
    )
    line = make_record("09:05", message="msg_x", session="b")

    both = merge(sidechain, line)

    assert both.at_ms == ms("09:00")
    assert both.session_id == "b"


def test_key_includes_the_request_only_for_foreign_ids() -> None:
    assert compute_record_key("msg_1", "req_1", "") == compute_record_key(
        "msg_1", "req_2", "x"
    )
    assert compute_record_key("gen-1", "req_1", "") != compute_record_key(
        "gen-1", "req_2", ""
    )
    assert compute_record_key("", "", "line-1") != compute_record_key(
        "", "", "line-2"
    )
    assert compute_record_key("line-1", "", "") != compute_record_key(
        "", "", "line-1"
    )


def test_id_with_a_lone_surrogate_has_a_key() -> None:
    assert compute_record_key("msg_\ud83d", "", "") == compute_record_key(
        "msg_\ud83d", "", ""
    )


def _merge_all(reports: tuple[UsageRecord, ...]) -> UsageRecord:
    merged = reports[0]
    for record in reports[1:]:
        merged = merge(merged, record)
    return merged


def test_counts_and_rates_have_a_field_for_each_kind() -> None:
    names = tuple(kind.name for kind in TOKEN_KINDS)

    assert TokenCounts._fields == names
    assert Rate._fields == names


def test_categories_are_attributes_of_counts() -> None:
    counts = TokenCounts(1, 2, 3, 4, 5)
    categories = dict.fromkeys(kind.category for kind in TOKEN_KINDS)

    assert sum(getattr(counts, name) for name in categories) == counts.total


def test_token_counts_add_up() -> None:
    counts = TokenCounts(1, 2, 3, 4, 5)

    assert counts.total == 15
    assert counts.cache_write == 7
    assert counts.prompt == 13
    assert counts.plus(counts) == TokenCounts(2, 4, 6, 8, 10)


def test_each_kind_has_its_price() -> None:
    rate = Rate(1, 10, 100, 1_000, 10_000)

    assert rate.compute_cost(TokenCounts(1, 2, 3, 4, 5)) == 54_321


def test_the_servers_export_names_cache_writes_as_the_api_does() -> None:
    names = [kind.server_export_name for kind in TOKEN_KINDS]

    assert names == [
        *("input_tokens", "output_tokens", "cache_creation_5m_tokens"),
        *("cache_creation_1h_tokens", "cache_read_tokens"),
    ]
