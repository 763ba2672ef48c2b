"""The usage records that one assistant line tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.usage import (
    STANDARD_TERMS,
    Terms,
    TokenCounts,
    UsageRecord,
    key_of,
    millis,
)
from claude_tray.transcripts.lines import MalformedLineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.transcripts.lines import (
        Iteration,
        Line,
        Usage,
    )
    from claude_tray.transcripts.place import Place

SYNTHETIC: Final = "<synthetic>"

# No reply has a billion tokens; SQLite's sums stay far from their end.
_MOST_BITS: Final = 30
_MOST_SEARCHES: Final = 10**6
_COMPACTION: Final = "compaction"
_ADVICE: Final = "advisor_message"
_EXTRA: Final = (_COMPACTION, _ADVICE)
_new: Final = tuple.__new__
# What a line says where it says nothing special.
_USUAL_SPEED: Final = (None, "", "standard")
_USUAL_GEO: Final = (None, "", "global", "not_available")
_USUAL_TIER: Final = (None, "", "standard")


def record_of(line: Line, first: Line, place: Place) -> UsageRecord:
    """
    Return the record of the reply that a line reports, by its own counts.

    Args:
        line: It has a message with usage and a model.
        first: The earliest line of the same reply and session, which may be
            the same; it gives the time.
        place: Where the lines belong.

    Raises:
        MalformedLineError: It has no time, or impossible counts.
    """
    message = line.message
    if message is None or message.usage is None or line.timestamp is None:
        text = "a reply without usage or time"
        raise MalformedLineError(text)
    usage = message.usage
    at_ms = millis(first.timestamp or line.timestamp)
    name, request_id = message.id or "", line.request_id or ""
    # Made as plain tuples are: a first load makes very many.
    return _new(
        UsageRecord,
        (
            key_of(name, request_id, line.uuid or ""),
            name,
            at_ms,
            _counts(usage),
            at_ms if first is line else millis(line.timestamp),
            message.model or "",
            _terms(usage),
            request_id,
            first.is_sidechain or False,
            at_ms,
            first.session_id or place.session_id,
            place.project,
            message.stop_reason is not None,
            True,
        ),
    )


def has_extra_passes(usage: Usage) -> bool:
    """Tell whether a reply's own counts leave out some of its passes."""
    # A loop, for `any` makes a generator of each of very many replies.
    for pass_ in usage.iterations or ():  # noqa: SIM110
        if pass_.type in _EXTRA:
            return True
    return False


def records_of(
    line: Line, usage: Usage, place: Place
) -> Iterator[UsageRecord]:
    """
    Give out the records of a reply that took extra passes.

    First its own, compactions counted in, then the advisors' shares, each
    billed at its own model.

    Raises:
        MalformedLineError: It has no time, or impossible counts.
    """
    record, passes = record_of(line, line, place), usage.iterations or ()
    tokens = record.tokens
    for pass_ in passes:
        if pass_.type == _COMPACTION:
            tokens = tokens.plus(_counts(pass_))
    yield record._replace(tokens=tokens)
    advice = [pass_ for pass_ in passes if pass_.type == _ADVICE]
    name = record.message_id or str(record.key)
    for number, pass_ in enumerate(advice, start=1):
        yield record._replace(
            key=key_of(f"{name}/advisor/{number}", record.request_id, ""),
            message_id=f"{name}/advisor/{number}",
            tokens=_counts(pass_),
            model=pass_.model or record.model,
            terms=STANDARD_TERMS,
            is_message=False,
        )


def _counts(usage: Usage | Iteration) -> TokenCounts:
    """
    Return the counts, cache writes told by how long they are kept.

    The flat count was 0 beside a filled split before Claude Code 2.1.152;
    without a split all are for 5 minutes, the documented default.
    """
    short, long = usage.cache_creation_input_tokens or 0, 0
    split = usage.cache_creation
    if split is not None:
        long = split.ephemeral_1h_input_tokens or 0
        both = (split.ephemeral_5m_input_tokens or 0) + long
        # A call of max for each of very many took longer than all the rest.
        short = (both if both > short else short) - long  # noqa: FURB136
    given, written = usage.input_tokens or 0, usage.output_tokens or 0
    read = usage.cache_read_input_tokens or 0
    # All at once: a negative count or one too large leaves some bit.
    if (given | written | short | long | read) >> _MOST_BITS:
        text = "impossible counts"
        raise MalformedLineError(text)
    return _new(TokenCounts, (given, written, short, long, read))


def _terms(usage: Usage) -> Terms:
    tools = usage.server_tool_use
    searches = (tools.web_search_requests or 0) if tools else 0
    speed = usage.speed
    geo, tier = usage.inference_geo, usage.service_tier
    if (
        not searches
        and speed in _USUAL_SPEED
        and geo in _USUAL_GEO
        and tier in _USUAL_TIER
    ):
        return STANDARD_TERMS
    return Terms(
        "" if speed in _USUAL_SPEED else str(speed),
        "" if geo in _USUAL_GEO else str(geo),
        "" if tier in _USUAL_TIER else str(tier),
        min(max(searches, 0), _MOST_SEARCHES),
    )
