"""What sending works with, and what has come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray import __version__
from claude_tray.domain.limit import current
from claude_tray.store import identity, limits, outbox
from claude_tray.sync.letter import Moment, Sender
from claude_tray.sync.naming import Naming
from claude_tray.sync.parcel import Bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from claude_tray.store.connection import Reader
    from claude_tray.sync.ledger import Keep
    from claude_tray.sync.letter import Letter
    from claude_tray.sync.naming import Privacy


class Work(NamedTuple):
    """
    What sending works with.

    Attributes:
        store: Where the records are.
        keep: Writes into it.
        url: Where they go.
        privacy: What is let out.
        folders: The Claude folder of each account, the one used last first.
        machine_id: This installation's.
        machine_name: For people.
        clock: Milliseconds since 1970.
        as_of: Likewise, up to when transcripts were read.
        chance: From 0 to 1.
    """

    store: Path
    keep: Keep
    url: str
    privacy: Privacy
    folders: Mapping[str, str]
    machine_id: str
    machine_name: str
    clock: Callable[[], int]
    as_of: Callable[[], int]
    chance: Callable[[], float]

    def naming(self, reader: Reader) -> Naming:
        """Return how projects are called."""
        paths = outbox.project_paths(reader)
        return Naming(self.privacy, paths, self.folders)

    def sender(self, reader: Reader) -> Sender:
        """Return who sends."""
        return Sender(
            self.machine_id,
            self.machine_name,
            identity.get(reader, identity.STORE_ID),
            __version__,
            next(iter(self.folders), ""),
        )

    def moment(self, reader: Reader, from_seq: int) -> Moment:
        """Return what is told beside the rows."""
        now_ms = self.clock()
        told = [
            limit
            for account in self.folders
            for limit in limits.told(reader, account, now_ms)
        ]
        return Moment(now_ms, self.as_of(), from_seq, current(told, now_ms))


class Tally:
    """
    What has arrived in one go.

    Attributes:
        projects: Their names.
        sessions: Their ids.
        snapshots: How many rows.
        waiting: How many changes are still to come.

    Args:
        waiting: How many changes there are at first.
        after: They came after this one.
    """

    def __init__(self, waiting: int, after: int) -> None:
        self.projects: set[str] = set()
        self.sessions: set[str] = set()
        self.snapshots = 0
        self.waiting = waiting
        self._after = after

    def add(self, letter: Letter) -> None:
        self.projects |= letter.names
        self.sessions |= letter.sessions
        self.snapshots += len(letter.rows)
        new = sum(row.unsent.seq > self._after for row in letter.rows)
        self.waiting = max(0, self.waiting - new)


class Acquaintance:
    """
    What this process has learnt of a receiver.

    Attributes:
        bounds: How much it takes at once.
        is_greeted: The handshake has been made.
        packs: It takes compressed requests.
    """

    def __init__(self) -> None:
        self.bounds = Bounds()
        self.is_greeted = False
        self.packs = False
