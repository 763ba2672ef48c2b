"""
The replies that the lines of a file tell of.

A reply is written once for each of its parts, so half of all lines say
nothing that the lines before and after them do not say as well. Those are
dropped before anything is made of them; `domain.usage.merge` decides about
all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.usage import merge, millis
from claude_tray.transcripts.lines import MalformedLineError
from claude_tray.transcripts.parse import (
    has_extra_passes,
    record_of,
    records_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from claude_tray.domain.usage import Origin, SessionId, UsageRecord
    from claude_tray.transcripts.lines import Line, Message, Usage
    from claude_tray.transcripts.place import Place

# More lines than of so many replies are not held: what follows about one of
# them is merged with its record.
_MOST_PAIRS: Final = 128
# Only Anthropic's own ids tell a reply by themselves: see domain.usage.key_of.
_OWN: Final = "msg_"


class Replies:
    """
    Collects the replies of one file.

    Attributes:
        place: Where the lines belong.
        records: One for each reply, by key; whole after `finish`.
        origins: The least origin of each session's lines; likewise.
        malformed: Lines that had usage but no sense.
    """

    __slots__ = (
        "_pairs",
        "malformed",
        "origins",
        "place",
        "records",
    )

    def __init__(self, place: Place) -> None:
        self.place = place
        self.records: dict[int, UsageRecord] = {}
        self.origins: dict[SessionId, Origin] = {}
        self.malformed = 0
        # The first line of a reply, and the last that says all of it.
        self._pairs: dict[str, list[Line]] = {}

    def add(self, lines: Iterable[Line]) -> None:
        """Take an assistant's lines; those without usage say nothing."""
        pairs = self._pairs
        for line in lines:
            message = line.message
            if message is None or message.usage is None or not message.model:
                continue
            usage, name = message.usage, message.id or ""
            if usage.iterations and has_extra_passes(usage):
                self._keep_passes(line, usage)
                continue
            pair = pairs.get(name)
            if pair is None:
                if name[:4] == _OWN and line.timestamp is not None:
                    pairs[name] = [line, line]
                else:
                    self._keep_line(line, line)
            elif _says_all_of(line, message, usage, pair[1]):
                pair[1] = line
            else:
                self._keep_line(line, line)
        if len(pairs) > _MOST_PAIRS:
            self.finish()

    def finish(self) -> None:
        """Make the records of what was collected."""
        for first, last in self._pairs.values():
            self._keep_line(last, first)
        self._pairs.clear()

    def _keep_line(self, line: Line, first: Line) -> None:
        try:
            record = record_of(line, first, self.place)
        except MalformedLineError:
            self.malformed += 1
        else:
            self._keep(record)

    def _keep_passes(self, line: Line, usage: Usage) -> None:
        try:
            for record in records_of(line, usage, self.place):
                self._keep(record)
        except MalformedLineError:
            self.malformed += 1

    def _keep(self, record: UsageRecord) -> None:
        key, records = record[0], self.records
        held = records.get(key)
        records[key] = record if held is None else merge(held, record)
        session, origins = record[10], self.origins
        least = origins.get(session)
        # Seldom less: lines mostly stand in the order of time.
        if least is None or (
            (record[9] <= least[1] or least[0]) and record[8:12] < least
        ):
            origins[session] = record.origin


def _says_all_of(
    line: Line,
    message: Message,
    usage: Usage,
    last: Line,
) -> bool:
    """
    Tell whether a later line leaves the last one nothing to add.

    It does if it is of the same reply and session, no earlier, as final, and
    counts the same or more. The first line keeps what is earliest.
    """
    before = last.message
    if (
        before is None
        or before.usage is None
        or last.timestamp is None
        or line.timestamp is None
        or _is_before(line.timestamp, last.timestamp)
        or line.session_id != last.session_id
        or line.is_sidechain != last.is_sidechain
        or (before.stop_reason and not message.stop_reason)
    ):
        return False
    more = (usage.output_tokens or 0) - (before.usage.output_tokens or 0)
    return more > 0 or (
        usage == before.usage
        and message.model == before.model
        and line.request_id == last.request_id
    )


def _is_before(one: datetime, other: datetime) -> bool:
    """Tell whether a moment is the earlier; also where one has no zone."""
    try:
        return one < other
    except TypeError:
        return millis(one) < millis(other)
