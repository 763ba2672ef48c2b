"""The usage records that one assistant line tells of."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from claude_tray.domain.usage import (
    STANDARD_TERMS,
    Millis,
    Origin,
    Report,
    SessionId,
    Terms,
    TokenCounts,
    UsageRecord,
    key_of,
)
from claude_tray.transcripts.lines import MalformedLineError

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.transcripts.lines import (
        Iteration,
        Line,
        Split,
        Usage,
    )
    from claude_tray.transcripts.place import Place

SYNTHETIC: Final = "<synthetic>"

# No reply has as many tokens; SQLite's sums stay far from their end.
_MOST_TOKENS: Final = 10**9
_EXTRA: Final = ("compaction", "advisor_message")
# What a line says where it says nothing special.
_USUAL_SPEED: Final = (None, "", "standard")
_USUAL_GEO: Final = (None, "", "global", "not_available")
_USUAL_TIER: Final = (None, "", "standard")


def records_of(line: Line, place: Place) -> list[UsageRecord]:
    """
    Return the records that a line reports: one, and one for each advisor.

    Raises:
        MalformedLineError: It has usage but no time, or impossible counts.
    """
    message = line.message
    if message is None or message.usage is None or not message.model:
        return []
    usage, request_id = message.usage, line.request_id or ""
    origin = _origin(line, place)
    passes = extra_passes(usage)
    record = UsageRecord(
        key_of(message.id or "", request_id, line.uuid or ""),
        message.id or "",
        origin.at_ms,
        Report(
            _tokens(usage, passes),
            origin.at_ms,
            message.model,
            _terms(usage),
            request_id,
        ),
        origin,
        bool(message.stop_reason),
    )
    return [record, *_advice(record, passes)] if passes else [record]


def begun_by(record: UsageRecord, first: Line, place: Place) -> UsageRecord:
    """Return a reply's record with the time and origin of its first line."""
    origin = _origin(first, place)
    return UsageRecord(
        record.key,
        record.message_id,
        origin.at_ms,
        record.report,
        origin,
        record.is_final,
    )


def _origin(line: Line, place: Place) -> Origin:
    if line.timestamp is None:
        text = "a reply without a time"
        raise MalformedLineError(text)
    return Origin(
        bool(line.is_sidechain),
        millis(line.timestamp),
        SessionId(line.session_id) if line.session_id else place.session_id,
        place.project,
    )


def millis(moment: datetime) -> Millis:
    """Return a moment as milliseconds; one without a zone is in UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return Millis(round(moment.timestamp() * 1000))


def extra_passes(usage: Usage) -> list[Iteration]:
    """Return the passes whose tokens the reply's own counts leave out."""
    passes = usage.iterations
    if not passes:
        return []
    return [pass_ for pass_ in passes if pass_.type in _EXTRA]


def _tokens(usage: Usage, passes: list[Iteration]) -> TokenCounts:
    tokens = _counts(usage)
    for pass_ in passes:
        if pass_.type == "compaction":
            tokens = tokens.plus(_counts(pass_))
    return tokens


def _counts(usage: Usage | Iteration) -> TokenCounts:
    flat = usage.cache_creation_input_tokens or 0
    short, long = _cache_writes(flat, usage.cache_creation)
    tokens = TokenCounts._make(
        (
            usage.input_tokens or 0,
            usage.output_tokens or 0,
            short,
            long,
            usage.cache_read_input_tokens or 0,
        ),
    )
    if min(tokens) < 0 or max(tokens) > _MOST_TOKENS:
        text = "impossible counts"
        raise MalformedLineError(text)
    return tokens


def _cache_writes(flat: int, split: Split | None) -> tuple[int, int]:
    """
    Return the cache writes for 5 minutes and for an hour.

    The flat count was 0 beside a filled split before Claude Code 2.1.152;
    without a split all are for 5 minutes, the documented default.
    """
    if split is None:
        return flat, 0
    long = split.ephemeral_1h_input_tokens or 0
    short = split.ephemeral_5m_input_tokens or 0
    return max(flat, short + long) - long, long


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
        min(max(searches, 0), _MOST_TOKENS),
    )


def _advice(
    record: UsageRecord,
    passes: list[Iteration],
) -> list[UsageRecord]:
    """Return the advisors' shares, each billed at its own model."""
    advice = [pass_ for pass_ in passes if pass_.type == "advisor_message"]
    name = record.message_id or str(record.key)
    report = record.report
    shares = []
    for number, pass_ in enumerate(advice, start=1):
        share_id = f"{name}/advisor/{number}"
        share = report._replace(
            tokens=_counts(pass_),
            model=pass_.model or report.model,
            terms=STANDARD_TERMS,
        )
        shares.append(
            record._replace(
                key=key_of(share_id, report.request_id, ""),
                message_id=share_id,
                report=share,
                is_message=False,
            ),
        )
    return shares
