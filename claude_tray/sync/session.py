"""What sending works with, and what has come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray import __version__
from claude_tray.core.limits import merge_limit_samples
from claude_tray.store import metadata
from claude_tray.store.claude_reports import load_samples
from claude_tray.store.outbox import list_project_paths
from claude_tray.sync.batch import BatchLimits
from claude_tray.sync.privacy import NameAnonymizer, PrivacySettings
from claude_tray.sync.request import AgentIdentity, SendContext, UploadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from claude_tray.store.connection import Reader
    from claude_tray.sync.destination_state import TransactionRunner


class SyncSession(NamedTuple):
    """
    What sending works with.

    Attributes:
        store: Where the records are.
        run_transaction: Writes into it.
        url: Where they go.
        privacy: What is let out.
        account_folders: The Claude folder of each account, the one used last first.
        machine_id: This installation's.
        machine_name: For people.
        clock: Milliseconds since 1970.
        as_of: Likewise, up to when transcripts were read.
        jitter: From 0 to 1.
    """

    store: Path
    run_transaction: TransactionRunner
    url: str
    privacy: PrivacySettings
    account_folders: Mapping[str, str]
    machine_id: str
    machine_name: str
    clock: Callable[[], int]
    as_of: Callable[[], int]
    jitter: Callable[[], float]

    def build_anonymizer(self, reader: Reader) -> NameAnonymizer:
        """Return how projects are called."""
        paths = list_project_paths(reader)
        return NameAnonymizer(self.privacy, paths, self.account_folders)

    def build_identity(self, reader: Reader) -> AgentIdentity:
        """Return who sends."""
        return AgentIdentity(
            self.machine_id,
            self.machine_name,
            metadata.get_value(reader, metadata.STORE_ID),
            __version__,
            next(iter(self.account_folders), ""),
        )

    def build_context(self, reader: Reader, from_seq: int) -> SendContext:
        """Return what is told beside the rows."""
        now_ms = self.clock()
        samples = [
            limit
            for account in self.account_folders
            for limit in load_samples(reader, account, now_ms)
        ]
        return SendContext(
            now_ms,
            self.as_of(),
            from_seq,
            merge_limit_samples(samples, now_ms),
        )


class SyncStats:
    """
    What has arrived in one go.

    Attributes:
        projects: Their names.
        sessions: Their ids.
        row_count: How many rows.
        pending: How many changes are still to come.

    Args:
        pending: How many changes there are at first.
        start_seq: They came after this one.
    """

    def __init__(self, pending: int, start_seq: int) -> None:
        self.projects: set[str] = set()
        self.sessions: set[str] = set()
        self.row_count = 0
        self.pending = pending
        self._start_seq = start_seq

    def add(self, request: UploadRequest) -> None:
        self.projects |= request.project_names
        self.sessions |= request.session_ids
        self.row_count += len(request.rows)
        new_rows = sum(
            row.unsent.seq > self._start_seq for row in request.rows
        )
        self.pending = max(0, self.pending - new_rows)


class ReceiverCapabilities:
    """
    What this process has learnt of a receiver.

    Attributes:
        batch_limits: How much it takes at once.
        is_handshake_done: The handshake has been made.
        accepts_gzip: It takes compressed requests.
    """

    def __init__(self) -> None:
        self.batch_limits = BatchLimits()
        self.is_handshake_done = False
        self.accepts_gzip = False
