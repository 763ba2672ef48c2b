from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.cost import compute_request_cost
from claude_tray.core.usage import PricingTerms, TokenCounts
from claude_tray.server.pricing import get_price_table
from claude_tray.server.usage.ingest import store_request
from claude_tray.server.usage.models import Session, UsageSnapshot
from tests.support.request_json import make_request, make_row
from tests.support.server_api import make_user
from tests.support.server_records import (
    assert_aggregates_match_snapshots,
    decode_request,
    load_snapshots,
    merge_requests,
)

if TYPE_CHECKING:
    import random

    from claude_tray.server.accounts.models import User


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MODELS = ["claude-sonnet-4-20250514", "claude-fictive-2"]


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    row = make_row(
        NOW - timedelta(milliseconds=draw(st.integers(0, 9))),
        f"msg_{draw(st.integers(1, 4))}",
        draw(st.sampled_from(MODELS)),
        output_tokens=draw(st.integers(0, 2)),
        input_tokens=draw(st.integers(0, 2)),
        cache_creation_input_tokens=draw(st.integers(0, 1)),
    )
    return row | {
        "isSidechain": draw(st.booleans()),
        "isOriginal": draw(st.booleans()),
    }


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Lines of one of two machines about a few records."""
    return make_request(
        *draw(st.lists(rows(), min_size=1, max_size=5)),
        project=draw(st.sampled_from(["shop", "site"])),
        session=draw(st.sampled_from(["s1", "s2"])),
        machine_id=draw(st.sampled_from(["m1", "m2"])),
        account=draw(st.sampled_from(["", "a", "b"])),
    )


@settings(deadline=None)
@given(
    st.lists(bodies(), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_any_order_and_repetition_gives_the_merged_records(
    sent: list[dict[str, Any]],
    chance: random.Random,
) -> None:
    user = make_user("any")
    requests = [decode_request(body) for body in sent]
    again = requests + chance.choices(requests, k=chance.randrange(3))
    chance.shuffle(again)

    for request in again:
        store_request(user, request, NOW)

    expected = merge_requests(requests, NOW)
    stored = {row.key: row for row in load_snapshots(user)}
    assert stored.keys() == expected.keys()
    for key, record in expected.items():
        row = stored[key]
        assert row.at_ms == record.at_ms
        assert row.model.name == record.model
        assert row.session.session_id == record.session_id
        assert record.tokens == (
            row.input_tokens,
            row.output_tokens,
            row.cache_5m_tokens,
            row.cache_1h_tokens,
            row.cache_read_tokens,
        )
        assert row.cost_nano == compute_request_cost(
            record.tokens,
            record.model,
            record.terms,
            record.at_ms,
            get_price_table(),
        )
    assert_aggregates_match_snapshots(user)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(bodies(), min_size=2, max_size=4),
    st.randoms(use_true_random=False),
)
def test_accounts_and_machines_do_not_depend_on_the_order(
    sent: list[dict[str, Any]],
    chance: random.Random,
) -> None:
    one, other = make_user("one"), make_user("other")
    requests = [decode_request(body) for body in sent]

    for request in requests:
        store_request(one, request, NOW)
    for request in chance.sample(requests, len(requests)):
        store_request(other, request, NOW)

    assert list_owners(one) == list_owners(other)


def test_a_session_has_the_project_of_its_earliest_line(ana: User) -> None:
    late = make_request(make_row(NOW, "msg_1"), project="late")
    hour_ago = NOW - timedelta(hours=1)
    early = make_request(make_row(hour_ago, "msg_2"), project="early")

    store_request(ana, decode_request(late), NOW)
    store_request(ana, decode_request(early), NOW)

    session = Session.objects.get(user=ana)
    assert session.project.name == "early"
    assert session.messages == 2


def test_an_advisors_share_costs_but_is_no_message(ana: User) -> None:
    share = make_row(NOW, "msg_1/advisor/1", input_tokens=40)

    store_request(
        ana, decode_request(make_request(make_row(NOW, "msg_1"), share)), NOW
    )

    session = Session.objects.get(user=ana)
    assert (session.messages, session.input_tokens) == (1, 41)


def _make_other(at: datetime, tokens: int) -> dict[str, Any]:
    row = make_row(at, "other-requests/5", input_tokens=tokens)
    row["message"]["usage"]["service_tier"] = "other_requests"
    return row


def test_other_requests_cost_but_are_no_message(ana: User) -> None:
    body = make_request(make_row(NOW, "msg_1"), _make_other(NOW, 40))

    store_request(ana, decode_request(body), NOW)

    session = Session.objects.get(user=ana)
    assert (session.messages, session.input_tokens) == (1, 41)


def test_other_requests_may_shrink(ana: User) -> None:
    """They are what sums have beyond records, which may arrive later."""
    later = NOW + timedelta(minutes=5)
    for row in (_make_other(NOW, 40), _make_other(later, 3)):
        store_request(ana, decode_request(make_request(row)), NOW)

    session = Session.objects.get(user=ana)
    assert (session.messages, session.input_tokens) == (0, 3)
    assert_aggregates_match_snapshots(ana)
    (snapshot,) = load_snapshots(ana)
    assert snapshot.cost_nano == compute_request_cost(
        TokenCounts(3, 1),
        snapshot.model.name,
        PricingTerms(service_tier="other_requests"),
        snapshot.at_ms,
        get_price_table(),
    )


def test_a_count_beyond_the_column_is_rejected(ana: User) -> None:
    request = make_request(
        make_row(NOW, input_tokens=2**31), make_row(NOW, "msg_2")
    )

    receipt = store_request(ana, decode_request(request), NOW)

    (rejected,) = receipt.batch.rejected
    assert (rejected.index, rejected.code) == (0, "invalid")
    assert receipt.created == 1


def test_usage_is_visible_to_its_owner_only(ana: User, bob: User) -> None:
    store_request(ana, decode_request(make_request(make_row(NOW))), NOW)
    store_request(bob, decode_request(make_request(make_row(NOW))), NOW)

    assert len(load_snapshots(ana)) == len(load_snapshots(bob)) == 1


def list_owners(user: User) -> list[tuple[int, str, str]]:
    snapshots = UsageSnapshot.objects.filter(user=user).order_by("key")
    names = snapshots.values_list("key", "account__key", "machine__machine_id")
    return list(names)


def _fork(at: datetime, session: str, **row: Any) -> dict[str, Any]:
    return make_request(make_row(at, "msg_1") | row, session=session)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("original", ["a-first", "z-last"])
def test_a_response_belongs_to_the_session_that_sent_the_request(
    ana: User, original: str, order: tuple[int, int]
) -> None:
    """Forks copy lines with their times, and may sort first by their IDs."""
    sent = [
        _fork(NOW, original, isOriginal=True),
        _fork(NOW, "m-fork"),
    ]

    for index in order:
        store_request(ana, decode_request(sent[index]), NOW)

    (snapshot,) = load_snapshots(ana)
    assert snapshot.session.session_id == original
    again = store_request(ana, decode_request(sent[0]), NOW)
    assert again.unchanged == 1
    assert_aggregates_match_snapshots(ana)


def test_an_earlier_line_counts_more_than_the_request(ana: User) -> None:
    for sent in (
        _fork(NOW, "resumed", isOriginal=True),
        _fork(NOW - timedelta(minutes=1), "first"),
    ):
        store_request(ana, decode_request(sent), NOW)

    (snapshot,) = load_snapshots(ana)
    assert snapshot.session.session_id == "first"


def test_a_copied_line_belongs_to_the_session_that_it_names(
    ana: User,
) -> None:
    """Some forks keep the session of copied lines."""
    store_request(
        ana, decode_request(_fork(NOW, "fork", sessionId="original")), NOW
    )
    store_request(ana, decode_request(_fork(NOW, "b", sessionId="a/b")), NOW)

    (snapshot,) = load_snapshots(ana)
    assert snapshot.session.session_id == "b"
