"""The usage records that one assistant line tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.time import to_epoch_ms
from claude_tray.core.tokens import TokenCounts
from claude_tray.core.usage import (
    STANDARD_TERMS,
    PricingTerms,
    UsageRecord,
    compute_record_key,
)
from claude_tray.providers.claude_code.schema import MalformedLineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.providers.claude_code.discovery import TranscriptLocation
    from claude_tray.providers.claude_code.schema import (
        MessageUsage,
        TranscriptLine,
        UsageIteration,
    )


SYNTHETIC_MODEL: Final = "<synthetic>"

# No reply has a billion tokens; SQLite's sums stay far from their end.
_MAX_COUNT_BITS: Final = 30
_MAX_SEARCHES: Final = 10**6
_COMPACTION: Final = "compaction"
_ADVISOR_MESSAGE: Final = "advisor_message"
_EXTRA_PASS_TYPES: Final = (_COMPACTION, _ADVISOR_MESSAGE)
_make_tuple: Final = tuple.__new__
# What a line says where it says nothing special.
_STANDARD_SPEEDS: Final = (None, "", "standard")
_STANDARD_GEOS: Final = (None, "", "global", "not_available")
_STANDARD_TIERS: Final = (None, "", "standard")


def build_record(
    line: TranscriptLine,
    first_line: TranscriptLine,
    location: TranscriptLocation,
) -> UsageRecord:
    """
    Return the record of the reply that a line reports, by its own counts.

    Args:
        line: It has a message with usage and a model.
        first_line: The earliest line of the same reply and session, which may be
            the same; it gives the time.
        location: Where the lines belong.

    Raises:
        MalformedLineError: It has no time, or impossible counts.
    """
    message = line.message
    if message is None or message.usage is None or line.timestamp is None:
        reason = "a reply without usage or time"
        raise MalformedLineError(reason)
    usage = message.usage
    at_ms = to_epoch_ms(first_line.timestamp or line.timestamp)
    message_id, request_id = message.id or "", line.request_id or ""
    # Made as plain tuples are: a first load makes very many.
    return _make_tuple(
        UsageRecord,
        (
            compute_record_key(message_id, request_id, line.uuid or ""),
            message_id,
            at_ms,
            _parse_token_counts(usage),
            at_ms if first_line is line else to_epoch_ms(line.timestamp),
            message.model or "",
            _parse_pricing_terms(usage),
            request_id,
            first_line.is_sidechain or False,
            at_ms,
            first_line.session_id or location.session_id,
            location.project,
            message.stop_reason is not None,
            True,
        ),
    )


def has_extra_passes(usage: MessageUsage) -> bool:
    """Tell whether a reply's own counts leave out some of its passes."""
    # A loop, for `any` makes a generator of each of very many replies.
    for pass_ in usage.iterations or ():
        if pass_.type in _EXTRA_PASS_TYPES:
            return True
    return False


def build_records_per_pass(
    line: TranscriptLine, usage: MessageUsage, location: TranscriptLocation
) -> Iterator[UsageRecord]:
    """
    Give out the records of a reply that took extra passes.

    First its own, compactions counted in, then the advisors' shares, each
    billed at its own model.

    Raises:
        MalformedLineError: It has no time, or impossible counts.
    """
    record, passes = build_record(line, line, location), usage.iterations or ()
    tokens = record.tokens
    for pass_ in passes:
        if pass_.type == _COMPACTION:
            tokens = tokens.plus(_parse_token_counts(pass_))
    yield record._replace(tokens=tokens)
    advisor_passes = [
        pass_ for pass_ in passes if pass_.type == _ADVISOR_MESSAGE
    ]
    message_id = record.message_id or str(record.key)
    for number, pass_ in enumerate(advisor_passes, start=1):
        yield record._replace(
            key=compute_record_key(
                f"{message_id}/advisor/{number}", record.request_id, ""
            ),
            message_id=f"{message_id}/advisor/{number}",
            tokens=_parse_token_counts(pass_),
            model=pass_.model or record.model,
            terms=STANDARD_TERMS,
            is_message=False,
        )


def _parse_token_counts(usage: MessageUsage | UsageIteration) -> TokenCounts:
    """
    Return the counts, cache writes told by how long they are kept.

    The flat count was 0 beside a filled split before Claude Code 2.1.152;
    without a split all are for 5 minutes, the documented default.
    """
    writes_5m, writes_1h = usage.cache_creation_input_tokens or 0, 0
    split = usage.cache_creation
    if split is not None:
        writes_1h = split.ephemeral_1h_input_tokens or 0
        split_total = (split.ephemeral_5m_input_tokens or 0) + writes_1h
        # A call of max for each of very many took longer than all the rest.
        writes_5m = (max(writes_5m, split_total)) - writes_1h
    input_tokens, output_tokens = (
        usage.input_tokens or 0,
        usage.output_tokens or 0,
    )
    cache_read_tokens = usage.cache_read_input_tokens or 0
    # All at once: a negative count or one too large leaves some bit.
    if (
        input_tokens
        | output_tokens
        | writes_5m
        | writes_1h
        | cache_read_tokens
    ) >> _MAX_COUNT_BITS:
        reason = "impossible counts"
        raise MalformedLineError(reason)
    return _make_tuple(
        TokenCounts,
        (input_tokens, output_tokens, writes_5m, writes_1h, cache_read_tokens),
    )


def _parse_pricing_terms(usage: MessageUsage) -> PricingTerms:
    tools = usage.server_tool_use
    searches = (tools.web_search_requests or 0) if tools else 0
    speed = usage.speed
    geo, tier = usage.inference_geo, usage.service_tier
    if (
        not searches
        and speed in _STANDARD_SPEEDS
        and geo in _STANDARD_GEOS
        and tier in _STANDARD_TIERS
    ):
        return STANDARD_TERMS
    return PricingTerms(
        "" if speed in _STANDARD_SPEEDS else str(speed),
        "" if geo in _STANDARD_GEOS else str(geo),
        "" if tier in _STANDARD_TIERS else str(tier),
        min(max(searches, 0), _MAX_SEARCHES),
    )
