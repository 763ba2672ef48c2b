"""
The replies that the lines of a file tell of.

A reply is written once for each of its parts, so half of all lines say
nothing that the lines before and after them do not say as well. Those are
dropped before anything is made of them; `domain.usage.merge` decides about
all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import merge
from claude_tray.providers.claude_code.parser import (
    build_record,
    build_records_per_pass,
    has_extra_passes,
)
from claude_tray.providers.claude_code.schema import MalformedLineError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from claude_tray.core.usage import RecordOrigin, SessionId, UsageRecord
    from claude_tray.providers.claude_code.discovery import TranscriptLocation
    from claude_tray.providers.claude_code.schema import (
        AssistantMessage,
        MessageUsage,
        TranscriptLine,
    )


# More lines than of so many replies are not held: what follows about one of
# them is merged with its record.
_MAX_PAIRS: Final = 128
# Only Anthropic's own ids tell a reply by themselves: see domain.usage.key_of.
_ANTHROPIC_ID_PREFIX: Final = "msg_"


class RecordCollector:
    """
    Collects the replies of one file.

    Attributes:
        location: Where the lines belong.
        records: One for each reply, by key; whole after `finish`.
        origins: The least origin of each session's lines; likewise.
        malformed: Lines that had usage but no sense.
    """

    __slots__ = (
        "_pairs",
        "location",
        "malformed",
        "origins",
        "records",
    )

    def __init__(self, location: TranscriptLocation) -> None:
        self.location = location
        self.records: dict[int, UsageRecord] = {}
        self.origins: dict[SessionId, RecordOrigin] = {}
        self.malformed = 0
        # The first line of a reply, and the last that says all of it.
        self._pairs: dict[str, list[TranscriptLine]] = {}

    def add(self, lines: Iterable[TranscriptLine]) -> None:
        """Take an assistant's lines; those without usage say nothing."""
        pairs = self._pairs
        for line in lines:
            message = line.message
            if message is None or message.usage is None or not message.model:
                continue
            usage, message_id = message.usage, message.id or ""
            if usage.iterations and has_extra_passes(usage):
                self._add_passes(line, usage)
                continue
            pair = pairs.get(message_id)
            if pair is None:
                if (
                    message_id[:4] == _ANTHROPIC_ID_PREFIX
                    and line.timestamp is not None
                ):
                    pairs[message_id] = [line, line]
                else:
                    self._add_line(line, line)
            elif _supersedes(line, message, usage, pair[1]):
                pair[1] = line
            else:
                self._add_line(line, line)
        if len(pairs) > _MAX_PAIRS:
            self.finish()

    def finish(self) -> None:
        """Make the records of what was collected."""
        for first, last in self._pairs.values():
            self._add_line(last, first)
        self._pairs.clear()

    def _add_line(
        self, line: TranscriptLine, first_line: TranscriptLine
    ) -> None:
        try:
            record = build_record(line, first_line, self.location)
        except MalformedLineError:
            self.malformed += 1
        else:
            self._add_record(record)

    def _add_passes(self, line: TranscriptLine, usage: MessageUsage) -> None:
        try:
            for record in build_records_per_pass(line, usage, self.location):
                self._add_record(record)
        except MalformedLineError:
            self.malformed += 1

    def _add_record(self, record: UsageRecord) -> None:
        key, records = record[0], self.records
        existing = records.get(key)
        records[key] = record if existing is None else merge(existing, record)
        session, origins = record[10], self.origins
        earliest = origins.get(session)
        # Seldom less: lines mostly stand in the order of time.
        if earliest is None or (
            (record[9] <= earliest[1] or earliest[0])
            and record[8:12] < earliest
        ):
            origins[session] = record.origin


def _supersedes(
    line: TranscriptLine,
    message: AssistantMessage,
    usage: MessageUsage,
    previous: TranscriptLine,
) -> bool:
    """
    Tell whether a later line leaves the last one nothing to add.

    It does if it is of the same reply and session, no earlier, as final, and
    counts the same or more. The first line keeps what is earliest.
    """
    previous_message = previous.message
    if (
        previous_message is None
        or previous_message.usage is None
        or previous.timestamp is None
        or line.timestamp is None
        or _is_earlier(line.timestamp, previous.timestamp)
        or line.session_id != previous.session_id
        or line.is_sidechain != previous.is_sidechain
        or (previous_message.stop_reason and not message.stop_reason)
    ):
        return False
    extra_tokens = (usage.output_tokens or 0) - (
        previous_message.usage.output_tokens or 0
    )
    return extra_tokens > 0 or (
        usage == previous_message.usage
        and message.model == previous_message.model
        and line.request_id == previous.request_id
    )


def _is_earlier(first: datetime, second: datetime) -> bool:
    """Tell whether a moment is the earlier; also where one has no zone."""
    try:
        return first < second
    except TypeError:
        return to_epoch_ms(first) < to_epoch_ms(second)
