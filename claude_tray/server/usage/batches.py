"""What one request holds, each reply once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.server.usage.held import Sent, joined
from claude_tray.server.usage.names import Beginning, ModelName, beginning
from claude_tray.wire.answers import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.wire.incoming import Received

# What a column takes; sums have twice the room.
_LARGEST: Final = 2**31 - 1


class Batch:
    """
    The rows of a request.

    Args:
        rows: In the order of the request.
        paths: The path of each project that they name.
        machine: Who sent them.

    Attributes:
        received: How many rows there were, with the rejected.
        rejected: Rows that are never taken.
        sent: The others, each reply once, by key.
        projects: The path of each project that they name.
        beginnings: What each session's project is taken from.
        machine: Who sent them.
    """

    def __init__(
        self,
        rows: Iterable[Received | Rejected],
        paths: Mapping[str, str],
        machine: str,
    ) -> None:
        self.received = 0
        self.rejected: list[Rejected] = []
        self.sent: dict[int, Sent] = {}
        self.projects: dict[str, str] = {}
        self.beginnings: dict[str, Beginning] = {}
        self.machine = machine
        self._paths = paths
        for row in rows:
            self.received += 1
            if isinstance(row, Rejected):
                self.rejected.append(row)
            elif _is_too_large(row):
                self.rejected.append(_refuse(row))
            else:
                self._take(row)

    def models(self) -> set[ModelName]:
        """Return the models that are named, with the terms of their price."""
        return {model_of(sent) for sent in self.sent.values()}

    def accounts(self) -> set[str]:
        return {sent.account for sent in self.sent.values()}

    def _take(self, row: Received) -> None:
        record = row.record
        sent = Sent(record, row.account, self.machine)
        known = self.sent.get(record.key)
        self.sent[record.key] = joined(known, sent) if known else sent
        origin = record.origin
        self.projects[origin.project] = self._paths[origin.project]
        start = beginning(origin)
        session = origin.session_id
        if start < self.beginnings.setdefault(session, start):
            self.beginnings[session] = start


def model_of(sent: Sent) -> ModelName:
    """Return the model of a reply, with the terms of its price."""
    report = sent.record.report
    return ModelName(report.model, *report.terms[:3])


def _is_too_large(row: Received) -> bool:
    report = row.record.report
    return max(*report.tokens, report.terms.web_searches) > _LARGEST


def _refuse(row: Received) -> Rejected:
    session = row.record.origin.session_id
    return Rejected(row.place, session, "invalid", "a count above 2^31 - 1")
