"""What one request holds, each reply once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.server.usage.held import Sent, joined
from claude_tray.server.usage.names import Beginning, beginning
from claude_tray.wire.answers import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.domain.usage import Origin, Terms
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
        self._firsts: dict[str, Origin] = {}
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

    def models(self) -> set[tuple[str, Terms]]:
        """Return the models that are named, with the terms of their price."""
        return {model_of(sent) for sent in self.sent.values()}

    def accounts(self) -> set[str]:
        return {sent.account for sent in self.sent.values()}

    def beginnings(self) -> dict[str, Beginning]:
        """Return what each session's project is taken from."""
        return {name: beginning(o) for name, o in self._firsts.items()}

    def _take(self, row: Received) -> None:
        record = row.record
        key, origin = record.key, record.origin
        sent = Sent(record, row.account, self.machine)
        known = self.sent.get(key)
        self.sent[key] = joined(known, sent) if known else sent
        session = origin.session_id
        first = self._firsts.get(session)
        if first is None or origin < first:
            self._firsts[session] = origin
            self.projects[origin.project] = self._paths[origin.project]


def model_of(sent: Sent) -> tuple[str, Terms]:
    """Return the model of a reply, with the terms of its price."""
    record = sent.record
    return record.model, record.terms


def _is_too_large(row: Received) -> bool:
    record = row.record
    return (
        max(record.tokens) > _LARGEST or record.terms.web_searches > _LARGEST
    )


def _refuse(row: Received) -> Rejected:
    session = row.record.session_id
    return Rejected(row.place, session, "invalid", "a count above 2^31 - 1")
