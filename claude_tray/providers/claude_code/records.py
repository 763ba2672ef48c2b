"""
Build usage records from assistant lines, and merge repeated lines.

Claude Code writes a response once for each of its content blocks, so half of
all lines add nothing. Those are dropped before a record is built;
`core.usage.merge` decides about the others.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.core.bounds import (
    END_TIME_MS,
    bound_text,
    is_plausible_count,
)
from claude_tray.core.time import (
    Millis,
    from_epoch_ms,
    to_epoch_ms,
)
from claude_tray.core.usage import (
    STANDARD_TERMS,
    ZERO_TOKENS,
    RecordOrigin,
    SessionId,
    TokenCounts,
    UsageRecord,
    compute_record_key,
    merge,
)
from claude_tray.providers.claude_code.schema import (
    ADVISOR_MESSAGE,
    IMPOSSIBLE_COUNTS,
    MalformedLineError,
    ResponseLine,
    ResponseMessage,
    ResponseUsage,
    compute_compaction,
    has_extra_passes,
    parse_pricing_terms,
    parse_token_counts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from claude_tray.providers.claude_code.discovery import TranscriptLocation
    from claude_tray.providers.claude_code.gateway_replies import (
        GatewayReplies,
    )


# As core.bounds.MIN_TIME_MS.
_EARLIEST_TIME: Final = datetime(2020, 1, 1, tzinfo=UTC)
_make_tuple: Final = tuple.__new__
# Lines of at most this many responses are kept; later lines are merged with
# the records.
_MAX_PAIRS: Final = 128
# Other ids are only unique within a request: see core.usage.compute_record_key.
_ANTHROPIC_ID_PREFIX: Final = "msg_"


class RecordCollector:
    """
    Collects the records of one file.

    Attributes:
        location: Project and session of the lines.
        records: Merged records by key; complete after `finish`.
        origins: Earliest origin of each session; likewise.
        malformed: Number of lines with invalid usage.
        uncounted: Tokens of compactions by key of the record: Claude Code's
            own sums omit them.
        last_line: The line that was added last.
        request_times: When requests were sent, by their ID.
        prompt_times: When prompts were sent, by ID of the response; for
            responses that do not name their request.
        requests: Key of the record by ID of its request.

    Args:
        location: Project and session of the lines.
        latest_ms: Latest plausible time of a line.
        source: Path of the file and offset of the first line.
    """

    __slots__ = (
        "_gateway_replies",
        "_latest_time",
        "_pairs",
        "_source",
        "last_line",
        "latest_ms",
        "location",
        "malformed",
        "origins",
        "prompt_times",
        "records",
        "request_times",
        "requests",
        "uncounted",
    )

    def __init__(
        self,
        location: TranscriptLocation,
        latest_ms: int = END_TIME_MS - 1,
        source: tuple[str, int] = ("", 0),
    ) -> None:
        self.location = location
        self.latest_ms = latest_ms
        self._source = source
        self._gateway_replies: GatewayReplies | None = None
        self._latest_time = from_epoch_ms(latest_ms)
        self.records: dict[int, UsageRecord] = {}
        self.origins: dict[SessionId, RecordOrigin] = {}
        self.malformed = 0
        self.uncounted: dict[int, TokenCounts] = {}
        self.last_line: ResponseLine | None = None
        self.request_times: dict[str, Millis] = {}
        self.prompt_times: dict[str, Millis] = {}
        self.requests: dict[str, int] = {}
        # First line of a response, and the latest that supersedes the rest.
        self._pairs: dict[str, list[ResponseLine]] = {}

    def create_sibling(self) -> RecordCollector:
        """Return an empty collector for the same file."""
        return RecordCollector(self.location, self.latest_ms, self._source)

    def add(self, lines: Sequence[ResponseLine]) -> None:
        """Add lines of responses."""
        pairs, latest_time = self._pairs, self._latest_time
        for line in lines:
            message = line.message
            usage, pair = message.usage, pairs.get(message.id)
            if not _EARLIEST_TIME <= line.timestamp <= latest_time:
                self.malformed += 1
            elif usage.iterations and has_extra_passes(usage):
                self._add_passes(line)
            elif pair is None:
                self._add_first_line(line, message.id)
            elif _supersedes(line, message, usage, pair[1]):
                pair[1] = line
            else:
                self._add_line(line, line)
        if lines:
            self.last_line = lines[-1]
        if len(pairs) > _MAX_PAIRS:
            self.finish()

    def _add_first_line(self, line: ResponseLine, message_id: str) -> None:
        """Expect more lines of a response, or build its record."""
        if message_id[:4] == _ANTHROPIC_ID_PREFIX:
            self._pairs[message_id] = [line, line]
        else:
            self._add_foreign_line(line)

    def _add_foreign_line(self, line: ResponseLine) -> None:
        """Add a line of a gateway, whose IDs may not be unique."""
        # Late: most transcripts have none.
        from claude_tray.providers.claude_code.gateway_replies import (
            GatewayReplies,
            is_ambiguous,
        )

        if is_ambiguous(line):
            if self._gateway_replies is None:
                self._gateway_replies = GatewayReplies(*self._source)
            line.uuid = self._gateway_replies.identify(line)
        self._add_line(line, line)

    def finish(self) -> None:
        """Build the records of the lines collected so far."""
        for first, last in self._pairs.values():
            self._add_line(last, first)
        self._pairs.clear()

    def _add_line(self, line: ResponseLine, first_line: ResponseLine) -> None:
        ref = first_line.request_ref
        requested_ms = (
            self.request_times.get(ref)
            if ref
            else self.prompt_times.get(line.message.id)
        )
        try:
            record = build_record(
                line, first_line, self.location, requested_ms
            )
        except MalformedLineError:
            self.malformed += 1
        else:
            if ref:
                self.requests[ref] = record.key
            self._add_record(record)

    def _add_passes(self, line: ResponseLine) -> None:
        ref = line.request_ref
        requested_ms = (
            self.request_times.get(ref)
            if ref
            else self.prompt_times.get(line.message.id)
        )
        try:
            for record in build_records_per_pass(
                line, self.location, requested_ms
            ):
                if ref and record.is_message:
                    self.requests[ref] = record.key
                self._add_record(record)
                compaction = compute_compaction(line.message.usage)
                if record.is_message and compaction > self.uncounted.get(
                    record.key, ZERO_TOKENS
                ):
                    self.uncounted[record.key] = compaction
        except MalformedLineError:
            self.malformed += 1

    def add_origin(self, session_id: SessionId, at_ms: int) -> None:
        """Add the origin of a line without usage."""
        origin = RecordOrigin(
            is_sidechain=False,
            at_ms=Millis(at_ms),
            session_id=session_id,
            project=self.location.project,
        )
        earliest = self.origins.get(session_id, origin)
        self.origins[session_id] = min(earliest, origin)

    def _add_record(self, record: UsageRecord) -> None:
        key, records = record.key, self.records
        existing = records.get(key)
        records[key] = record if existing is None else merge(existing, record)
        session, origins = record.session_id, self.origins
        earliest = origins.get(session)
        # Rarely earlier: most lines are in chronological order.
        if earliest is None or (
            (record.origin_ms <= earliest.at_ms or earliest.is_sidechain)
            and record.origin < earliest
        ):
            origins[session] = record.origin


def _supersedes(
    line: ResponseLine,
    message: ResponseMessage,
    usage: ResponseUsage,
    previous: ResponseLine,
) -> bool:
    """
    Return whether a later line makes the previous one redundant.

    It does if it has the same response and session, is no earlier, is final
    if the previous one is, and has the same counts or more output. The
    earliest values come from the first line.
    """
    previous_message = previous.message
    if (
        line.timestamp < previous.timestamp
        or line.session_id != previous.session_id
        or line.is_sidechain != previous.is_sidechain
        or (previous_message.stop_reason and not message.stop_reason)
    ):
        return False
    previous_usage = previous_message.usage
    return usage.output_tokens > previous_usage.output_tokens or (
        usage == previous_usage
        and message.model == previous_message.model
        and line.request_id == previous.request_id
    )


def build_record(
    line: ResponseLine,
    first_line: ResponseLine,
    location: TranscriptLocation,
    requested_ms: Millis | None = None,
) -> UsageRecord:
    """
    Build the record of a response from its fullest line.

    Args:
        line: The line.
        first_line: Earliest line of the same response and session, may be
            the same object; provides the time.
        location: Project and session of the lines.
        requested_ms: When the request was sent; None if unknown.

    Raises:
        MalformedLineError: Counts are impossible.
    """
    message = line.message
    usage, message_id = message.usage, message.id
    request_id = line.request_id or ""
    at_ms = to_epoch_ms(first_line.timestamp)
    tokens = parse_token_counts(usage)
    # Skips the Python-level constructor: a first load builds very many.
    return _make_tuple(
        UsageRecord,
        (
            compute_record_key(message_id, request_id, line.uuid or ""),
            message_id,
            at_ms,
            tokens,
            at_ms if first_line is line else to_epoch_ms(line.timestamp),
            message.model,
            parse_pricing_terms(usage),
            request_id,
            first_line.is_sidechain or False,
            at_ms,
            first_line.session_id or location.session_id,
            location.project,
            message.stop_reason is not None and tokens != ZERO_TOKENS,
            True,
            requested_ms,
            False,
        ),
    )


def build_records_per_pass(
    line: ResponseLine,
    location: TranscriptLocation,
    requested_ms: Millis | None = None,
) -> Iterator[UsageRecord]:
    """
    Yield the records of a response with extra passes.

    The first includes compactions; then follow the advisor passes, each
    billed at its own model.

    Raises:
        MalformedLineError: Counts are impossible.
    """
    usage = line.message.usage
    record = build_record(line, line, location, requested_ms)
    passes = usage.iterations or ()
    tokens = record.tokens.plus(compute_compaction(usage))
    if not all(map(is_plausible_count, tokens)):
        raise MalformedLineError(IMPOSSIBLE_COUNTS)
    yield record._replace(tokens=tokens)
    advisor_passes = [
        pass_ for pass_ in passes if pass_.type == ADVISOR_MESSAGE
    ]
    message_id = record.message_id or str(record.key)
    for number, pass_ in enumerate(advisor_passes, start=1):
        pass_id = f"{message_id}/advisor/{number}"
        yield record._replace(
            key=compute_record_key(pass_id, record.request_id, ""),
            message_id=bound_text(pass_id),
            tokens=parse_token_counts(pass_),
            model=pass_.model or record.model,
            terms=STANDARD_TERMS,
            is_message=False,
        )
