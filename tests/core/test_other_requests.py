from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.cost_states import CostState, ModelCounts
from claude_tray.core.other_requests import (
    CountedRecord,
    KnownUsage,
    OtherRequests,
    compute_other_requests,
)
from claude_tray.core.usage import (
    PricingTerms,
    SessionId,
    TokenCounts,
    is_other_requests,
    merge,
)

MODEL = "claude-opus-5-5"
A, B, C = map(SessionId, ("a", "b", "c"))


def _state(
    at_ms: int,
    tokens: int,
    session: SessionId = A,
    start_ms: int = 1,
    cost: int = 0,
    model: str = MODEL,
) -> CostState:
    counts = ModelCounts(TokenCounts(tokens), cost=cost)
    return CostState(session, start_ms, at_ms, at_ms, {model: counts})


def _record(
    at_ms: int, tokens: int, *, is_sidechain: bool = False
) -> CountedRecord:
    return CountedRecord(at_ms, is_sidechain, MODEL, TokenCounts(tokens), 0)


def _compute(
    *states: CostState, records: list[CountedRecord]
) -> OtherRequests:
    return compute_other_requests(A, {A: KnownUsage(states, tuple(records))})


def _list_tokens(result: OtherRequests) -> list[tuple[int, int]]:
    return [(r.at_ms, r.tokens.input) for r in result.records]


def test_a_session_without_sums_has_none() -> None:
    assert _compute(records=[_record(5, 1)]) == OtherRequests()


def test_records_are_marked_and_no_messages() -> None:
    (record,) = _compute(_state(10, 7), records=[]).records

    assert record.is_other_requests
    assert not record.is_message
    assert record.terms == PricingTerms(service_tier="other_requests")
    assert record.message_id.startswith("other-requests/")


def test_a_message_of_that_tier_is_a_message() -> None:
    (record,) = _compute(_state(10, 7), records=[]).records

    assert not record._replace(is_message=True).is_other_requests
    assert is_other_requests(record.terms)


def test_the_second_result_replaces_the_first() -> None:
    (record,) = _compute(_state(10, 7), records=[]).records
    smaller = record._replace(tokens=TokenCounts(2))

    assert merge(record, smaller) == smaller
    assert merge(smaller, record) == record


def test_responses_after_the_sums_are_unconfirmed() -> None:
    result = _compute(_state(10, 7), records=[_record(5, 3), _record(20, 9)])

    assert _list_tokens(result) == [(10, 4)]
    assert result.confirmed == ((1, 19),)


def test_a_subagent_may_outlive_the_last_line() -> None:
    result = _compute(
        _state(10, 7), records=[_record(15, 3, is_sidechain=True)]
    )

    assert _list_tokens(result) == [(10, 4)]


def test_the_next_start_ends_the_sums_before() -> None:
    result = _compute(
        _state(10, 7),
        _state(40, 9, start_ms=30),
        records=[_record(35, 2, is_sidechain=True)],
    )

    assert _list_tokens(result) == [(10, 7), (40, 7)]
    assert result.confirmed[0] == (1, 29)


def test_earlier_sums_have_no_more_than_later_ones() -> None:
    result = _compute(_state(10, 7), _state(20, 9), records=[_record(15, 8)])

    assert _list_tokens(result) == [(10, 1)]


def test_sums_that_shrink_are_ignored() -> None:
    result = _compute(_state(10, 7), _state(20, 3), records=[])

    assert _list_tokens(result) == [(10, 7)]


def test_a_model_may_appear_later() -> None:
    result = _compute(
        _state(10, 7), _state(20, 3, model="claude-haiku-9"), records=[]
    )

    assert [(r.model, r.tokens.input) for r in result.records] == [
        (MODEL, 7),
        ("claude-haiku-9", 3),
    ]


def test_the_cost_is_what_the_session_added() -> None:
    family = {
        A: KnownUsage((_state(10, 7, cost=70),), (_record(5, 7),), {B: 5}),
        B: KnownUsage((_state(30, 9, B, cost=95),), (_record(25, 2),), {A: 5}),
    }

    assert compute_other_requests(A, family).reported_cost == 70
    assert compute_other_requests(B, family).reported_cost == 25


def test_a_relative_that_is_not_known_is_ignored() -> None:
    family = {A: KnownUsage((_state(10, 7),), (_record(5, 7),), {C: 5})}

    assert compute_other_requests(A, family).records == ()


def test_forks_of_a_session_without_sums_share_its_other_requests() -> None:
    family = {
        A: KnownUsage((), (_record(5, 7),), {B: 5, C: 5}),
        B: KnownUsage((_state(30, 9, B),), (_record(25, 1),), {A: 5, C: 5}),
        C: KnownUsage((_state(60, 20, C),), (_record(55, 2),), {A: 5, B: 5}),
    }

    # Beyond 9 - 7 - 1; beyond 20 - 7 - 2, but the same 1 may be in both.
    assert _list_tokens(compute_other_requests(B, family)) == [(30, 1)]
    assert _list_tokens(compute_other_requests(C, family)) == [(60, 10)]


_times = st.integers(2, 60)


@given(
    records=st.lists(st.tuples(_times, st.integers(0, 9)), max_size=8),
    extras=st.lists(
        st.tuples(_times, st.integers(0, 9)), min_size=1, max_size=6
    ),
    data=st.data(),
)
def test_sums_of_any_history_give_back_its_other_requests(
    records: list[tuple[int, int]],
    extras: list[tuple[int, int]],
    data: st.DataObject,
) -> None:
    """
    Simulate a client that adds up all requests and writes sums at some times.

    Records are at even times, sums at odd ones.
    """
    replies = [(2 * at_ms, tokens) for at_ms, tokens in records]
    requests = replies + [(2 * at_ms, tokens) for at_ms, tokens in extras]
    ends = {121, *data.draw(st.lists(st.integers(1, 60), max_size=4))}
    states = [
        _state(end | 1, sum(t for at_ms, t in requests if at_ms <= (end | 1)))
        for end in ends
    ]
    known = [_record(at_ms, tokens) for at_ms, tokens in replies]

    result = compute_other_requests(
        A,
        {
            A: KnownUsage(
                tuple(data.draw(st.permutations(states))),
                tuple(data.draw(st.permutations(known))),
            )
        },
    )

    for state in states:
        expected = sum(t for at_ms, t in extras if 2 * at_ms <= state.at_ms)
        assert (
            sum(t for at_ms, t in _list_tokens(result) if at_ms <= state.at_ms)
            == expected
        )
