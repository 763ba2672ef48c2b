"""List the stored records of a session with all that is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.cost import NanoUsd
from claude_tray.core.usage import PricingTerms, TokenCounts
from claude_tray.server.usage.models import TOKEN_FIELDS, UsageSnapshot

if TYPE_CHECKING:
    from collections.abc import Sequence


_COLUMNS: Final = (
    "key",
    "at_ms",
    "model__name",
    "model__speed",
    "model__inference_geo",
    "model__service_tier",
    "machine__machine_id",
    "account__key",
    "is_sidechain",
    "cost_nano",
)


class RecordDetails(NamedTuple):
    """
    One record of a session.

    Attributes:
        key: Hash of the response's IDs, unique among a user's records.
        at_ms: Time in milliseconds since 1970.
        model: Model name.
        terms: Terms of its price.
        machine: ID of the machine that sent it.
        account: Key of the Claude account.
        is_sidechain: A subagent's.
        tokens: Tokens by kind.
        cost: None if its price is unknown.
    """

    key: int
    at_ms: int
    model: str
    terms: PricingTerms
    machine: str
    account: str
    is_sidechain: bool
    tokens: TokenCounts
    cost: NanoUsd | None


def list_record_details(
    user: int, session_pk: int, limit: int, offset: int
) -> tuple[list[RecordDetails], int]:
    """Return a page of a session's records, oldest first, and their number."""
    records = UsageSnapshot.objects.filter(user=user, session=session_pk)
    rows = records.order_by("at_ms", "key").values_list(
        *_COLUMNS,
        *TOKEN_FIELDS,
    )[offset : offset + limit]
    return [_build_record(row) for row in rows], records.count()


def _build_record(row: Sequence[Any]) -> RecordDetails:
    key, at_ms, model, *terms, machine, account, is_sidechain, cost = row[
        : len(_COLUMNS)
    ]
    return RecordDetails(
        key,
        at_ms,
        model,
        PricingTerms(*terms),
        machine,
        account,
        is_sidechain,
        TokenCounts(*row[len(_COLUMNS) :]),
        None if cost is None else NanoUsd(cost),
    )
