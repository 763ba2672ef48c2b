from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.domain.price_list import price_of
from claude_tray.server.prices import price_table
from claude_tray.server.usage.models import Session, UsageSnapshot
from claude_tray.server.usage.receive import receive
from tests.support.sending import a_request, a_row
from tests.support.sent import (
    assert_sums_are_those_of_the_replies,
    decoded,
    merged,
    replies_of,
)
from tests.support.server import a_user

if TYPE_CHECKING:
    import random

    from claude_tray.server.accounts.models import User

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MODELS = ["claude-sonnet-4-20250514", "claude-fictive-2"]


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    row = a_row(
        NOW - timedelta(milliseconds=draw(st.integers(0, 9))),
        f"msg_{draw(st.integers(1, 4))}",
        draw(st.sampled_from(MODELS)),
        output_tokens=draw(st.integers(0, 2)),
        input_tokens=draw(st.integers(0, 2)),
        cache_creation_input_tokens=draw(st.integers(0, 1)),
    )
    return row | {"isSidechain": draw(st.booleans())}


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """What one of two machines sends of a few replies."""
    return a_request(
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
def test_any_order_and_repetition_is_kept_as_the_domain_merges(
    sent: list[dict[str, Any]],
    chance: random.Random,
) -> None:
    user = a_user("any")
    requests = [decoded(body) for body in sent]
    again = requests + chance.choices(requests, k=chance.randrange(3))
    chance.shuffle(again)

    for request in again:
        receive(user, request, NOW)

    expected = merged(requests, NOW)
    kept = {row.key: row for row in replies_of(user)}
    assert kept.keys() == expected.keys()
    for key, record in expected.items():
        row = kept[key]
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
        assert row.cost_nano == price_of(
            record.tokens,
            record.model,
            record.terms,
            record.at_ms,
            price_table(),
        )
    assert_sums_are_those_of_the_replies(user)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(bodies(), min_size=2, max_size=4),
    st.randoms(use_true_random=False),
)
def test_accounts_and_machines_do_not_depend_on_the_order(
    sent: list[dict[str, Any]],
    chance: random.Random,
) -> None:
    one, other = a_user("one"), a_user("other")
    requests = [decoded(body) for body in sent]

    for request in requests:
        receive(one, request, NOW)
    for request in chance.sample(requests, len(requests)):
        receive(other, request, NOW)

    assert whose(one) == whose(other)


def test_a_session_has_the_project_of_its_earliest_line(ana: User) -> None:
    late = a_request(a_row(NOW, "msg_1"), project="late")
    hour_ago = NOW - timedelta(hours=1)
    early = a_request(a_row(hour_ago, "msg_2"), project="early")

    receive(ana, decoded(late), NOW)
    receive(ana, decoded(early), NOW)

    session = Session.objects.get(user=ana)
    assert session.project.name == "early"
    assert session.messages == 2


def test_an_advisors_share_costs_but_is_no_message(ana: User) -> None:
    share = a_row(NOW, "msg_1/advisor/1", input_tokens=40)

    receive(ana, decoded(a_request(a_row(NOW, "msg_1"), share)), NOW)

    session = Session.objects.get(user=ana)
    assert (session.messages, session.input_tokens) == (1, 41)


def test_a_count_that_no_column_holds_is_rejected(ana: User) -> None:
    request = a_request(a_row(NOW, input_tokens=2**31), a_row(NOW, "msg_2"))

    kept = receive(ana, decoded(request), NOW)

    (rejected,) = kept.batch.rejected
    assert (rejected.index, rejected.code) == (0, "invalid")
    assert kept.created == 1


def test_nobody_else_gets_anything_of_it(ana: User, bob: User) -> None:
    receive(ana, decoded(a_request(a_row(NOW))), NOW)
    receive(bob, decoded(a_request(a_row(NOW))), NOW)

    assert len(replies_of(ana)) == len(replies_of(bob)) == 1


def whose(user: User) -> list[tuple[int, str, str]]:
    found = UsageSnapshot.objects.filter(user=user).order_by("key")
    names = found.values_list("key", "account__key", "machine__machine_id")
    return list(names)
