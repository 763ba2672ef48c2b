"""Define the sums that Claude Code writes when a session ends."""

from __future__ import annotations

from operator import add, ge
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.model_ids import canonicalize_model_id
from claude_tray.core.time import Millis
from claude_tray.core.usage import (
    OTHER_REQUESTS,
    ZERO_TOKENS,
    PricingTerms,
    ProjectPath,
    SessionId,
    TokenCounts,
    UsageRecord,
    compute_record_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


ID_PREFIX: Final = "other-requests/"


class ModelCounts(NamedTuple):
    """
    Sums of one model.

    Attributes:
        tokens: Token counts.
        web_searches: Number of web searches.
        cost: Cost in nano-dollars, as Claude Code computed it.
        is_split: Whether cache writes are known by lifetime; else all of them
            are counted as 5-minute writes.
    """

    tokens: TokenCounts = ZERO_TOKENS
    web_searches: int = 0
    cost: int = 0
    is_split: bool = True


class CostState(NamedTuple):
    """
    Sums of a session since its start, as Claude Code wrote them.

    Resuming a session continues the sums. A killed client starts new ones,
    with another start. A fork continues those of its parent.

    Attributes:
        session_id: Session that continues the sums.
        start_ms: Start of the sums; 0 if unknown.
        at_ms: Time of the last line before the sums.
        until_ms: Latest time of the lines before the sums.
        counts: Sums by model.
    """

    session_id: SessionId
    start_ms: int
    at_ms: int
    until_ms: int
    counts: Mapping[str, ModelCounts]


NO_COUNTS: Final = ModelCounts()


def get_state_key(state: CostState) -> tuple[int, int, str]:
    return state.start_ms, state.at_ms, state.session_id


def sum_by_family(
    counts_by_model: Mapping[str, ModelCounts],
) -> dict[str, ModelCounts]:
    """Return sums by canonical model ID: "[1m]" and dates are left out."""
    sums: dict[str, ModelCounts] = {}
    for name, counts in counts_by_model.items():
        model = canonicalize_model_id(name)
        sums[model] = combine(add, counts, sums.get(model, NO_COUNTS))
    return sums


def sum_costs(counts_by_model: Mapping[str, ModelCounts]) -> int:
    return sum(counts.cost for counts in counts_by_model.values())


def combine(
    operator: Callable[[int, int], int], one: ModelCounts, other: ModelCounts
) -> ModelCounts:
    """Combine each count of the first with that of the second."""
    return ModelCounts(
        TokenCounts(*map(operator, one.tokens, other.tokens)),
        operator(one.web_searches, other.web_searches),
        operator(one.cost, other.cost),
        one.is_split,
    )


def clamp(counts: ModelCounts) -> ModelCounts:
    """Replace negative counts by zero."""
    tokens = counts.tokens
    if not counts.is_split:
        tokens = tokens._replace(
            cache_write_5m=tokens.cache_write, cache_write_1h=0
        )
    return counts._replace(
        tokens=TokenCounts(*(max(0, count) for count in tokens)),
        web_searches=max(0, counts.web_searches),
    )


def contains(sums: ModelCounts, part: ModelCounts) -> bool:
    return sums.web_searches >= part.web_searches and all(
        map(ge, sums.tokens, part.tokens)
    )


def build_record(
    state: CostState, model_family: str, model: str, counts: ModelCounts
) -> UsageRecord:
    """
    Build the record of other requests.

    Args:
        state: Sums that contain the requests.
        model_family: Canonical ID of the model, which identifies the record.
        model: ID of the model as the session's records name it.
        counts: Usage of the requests.
    """
    identity = (
        f"{state.session_id}\0{state.start_ms}\0{state.at_ms}\0{model_family}"
    )
    digest = compute_record_key("", "", identity) & ((1 << 64) - 1)
    message_id = f"{ID_PREFIX}{digest:016x}"
    at_ms = Millis(state.at_ms)
    return UsageRecord(
        compute_record_key(message_id, "", ""),
        message_id,
        at_ms,
        counts.tokens,
        at_ms,
        model,
        PricingTerms("", "", OTHER_REQUESTS, counts.web_searches),
        "",
        is_sidechain=False,
        origin_ms=at_ms,
        session_id=state.session_id,
        project=ProjectPath(""),
        is_final=True,
        is_message=False,
    )
