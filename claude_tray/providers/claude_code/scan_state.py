"""Keep what a scan of a transcript has found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime
    from io import FileIO

    from claude_tray.core.cost_states import CostState
    from claude_tray.core.limit_hits import LimitHit
    from claude_tray.core.requests import SentRequest
    from claude_tray.core.usage import SessionId
    from claude_tray.providers.claude_code.records import RecordCollector
    from claude_tray.providers.claude_code.schema import ResponseLine


# Bytes from the type of an assistant line to its end: a uuid and a time follow.
_DEFAULT_TYPE_OFFSET: Final = 97


@dataclass(slots=True)
class ScanState:
    """
    Mutable state of one scan.

    Attributes:
        collector: Receives the lines of responses.
        responses: Lines of responses that it has not received yet.
        relayed: Receives lines of subagents that progress lines repeat; None
            while there are none.
        limit_hits: Limits that were reached.
        bad_lines: Number of lines with lost content.
        unread_lines: Number of lines with usage in an unknown form.
        type_offset: Distance of the type from the end of the line, in bytes,
            in the latest assistant line.
        block_offset: Byte offset of the buffer in the file.
        line_start: Start of an irregular line in the buffer.
        cost_lines: Offset and text of each line with sums of a session.
        cost_states: The sums, after `load_cost_states`.
        shared_until: Last lines of other sessions, likewise; see ScanResult.
        file: The transcript, to look back in.
        last_id: ID of the latest response that names no request.
        last_time: Time of its first line.
        sent: Requests by their ID.
        failed: IDs of requests that were refused or failed.
        has_early_failure: One that was sent before this scan failed.
        cut_keys: Keys of responses that were cut or interrupted.
        owners: Account of each session.
    """

    collector: RecordCollector
    relayed: RecordCollector | None = None
    limit_hits: list[LimitHit] = field(default_factory=list)
    bad_lines: int = 0
    unread_lines: int = 0
    type_offset: int = _DEFAULT_TYPE_OFFSET
    block_offset: int = 0
    line_start: int = 0
    cost_lines: list[tuple[int, bytes]] = field(default_factory=list)
    cost_states: tuple[CostState, ...] = ()
    shared_until: dict[tuple[SessionId, SessionId], int] = field(
        default_factory=dict
    )
    file: FileIO | None = None
    last_id: str | None = None
    last_time: datetime | None = None
    sent: dict[str, SentRequest] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    has_early_failure: bool = False
    cut_keys: set[int] = field(default_factory=set)
    owners: dict[SessionId, str] = field(default_factory=dict)
    responses: list[ResponseLine] = field(default_factory=list)

    def add_responses(self) -> None:
        """Let the collector receive the lines of responses."""
        self.collector.add(self.responses)
        self.responses.clear()
