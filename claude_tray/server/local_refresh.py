"""Ingest this machine's own transcripts into the server's database."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.config.claude_folders import resolve_claude_folders
from claude_tray.config.env import parse_environment
from claude_tray.config.settings import read_settings
from claude_tray.core.display_names import build_unique_labels
from claude_tray.core.usage import ProjectPath
from claude_tray.errors import ClaudeTrayError
from claude_tray.platform.paths import resolve_app_paths
from claude_tray.protocol.agent_sync import AgentPayload
from claude_tray.protocol.agent_sync_validation import ValidatedRow
from claude_tray.providers.registry import AccountFolder
from claude_tray.providers.transcripts import (
    MAX_BATCH_BYTES,
    PendingFile,
    TranscriptReader,
    iter_batches,
)
from claude_tray.server.usage.ingest import store_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claude_tray.providers.base import ScanResult
    from claude_tray.server.accounts.models import User


_MACHINE_ID: Final = "local"


class NoTranscriptFolderError(ClaudeTrayError):
    """No transcripts were found on this machine."""


class LocalRefreshResult(NamedTuple):
    """Counters of a refresh, as in `protocol.usage_api`."""

    files_read: int = 0
    bytes_read: int = 0
    messages_added: int = 0
    messages_updated: int = 0
    bad_lines: int = 0
    too_long: int = 0

    def plus(self, other: LocalRefreshResult) -> LocalRefreshResult:
        return LocalRefreshResult(
            *(a + b for a, b in zip(self, other, strict=True)),
        )


class _LocalIngester:
    """
    Ingests transcripts for one user.

    Uses the same reader as the tray; only storing differs. Cursors are kept
    in memory: after a restart, everything is read again, which changes
    nothing.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._reader = TranscriptReader(())
        self._projects: set[str] = set()

    def refresh_usage(self, user: User, now: datetime) -> LocalRefreshResult:
        with self._lock:
            result = LocalRefreshResult()
            # Large batches: project names are unique among the projects of
            # all batches so far.
            for batch in iter_batches(self._find_changed(), MAX_BATCH_BYTES):
                result = result.plus(self._ingest_batch(user, batch, now))
            return result

    def _find_changed(self) -> list[PendingFile]:
        """Return the changed transcripts, latest first."""
        reader = self._reader
        reader.folders = [
            AccountFolder(path) for path in list_transcript_folders()
        ]
        pending, _ = reader.find_changed()
        if not reader.folder_count:
            searched = ", ".join(folder.root for folder in reader.folders)
            summary = "There is no Claude folder on this machine."
            raise NoTranscriptFolderError(
                summary, hint=f"Looked in {searched}."
            )
        return pending

    def _ingest_batch(
        self,
        user: User,
        batch: Sequence[PendingFile],
        now: datetime,
    ) -> LocalRefreshResult:
        scans = self._reader.scan(batch)
        results = [scan.result for scan in scans]
        self._projects.update(result.project for result in results)
        project_names = build_unique_labels(self._projects)
        agent = AgentPayload(_MACHINE_ID, platform.node())
        paths: dict[str, str] = {}
        rows: list[ValidatedRow] = []
        folder_by_path = {
            item.transcript.path: item.transcript.folder for item in batch
        }
        for result in results:
            name = project_names[result.project]
            paths[name] = f"~/.claude/projects/{folder_by_path[result.path]}"
            rows += _build_validated_rows(result, name)
        stored = store_rows(user, agent, rows, paths, now)
        self._reader.cursors.update(
            (result.path, result.cursor) for result in results
        )
        return LocalRefreshResult(
            sum(not result.has_more for result in results),
            sum(result.bytes_read for result in results),
            stored.created,
            stored.updated,
            sum(result.bad_lines for result in results),
            sum(result.oversized_lines for result in results),
        )


_ingesters: Final[dict[int, _LocalIngester]] = {}


def refresh_local_usage(user: User, now: datetime) -> LocalRefreshResult:
    """
    Ingest what is new in this machine's transcripts.

    Raises:
        NoTranscriptFolderError: There are none; the hint names the folders.
    """
    return _ingesters.setdefault(user.pk, _LocalIngester()).refresh_usage(
        user, now
    )


def has_transcripts() -> bool:
    """Return whether Claude Code has a transcript folder on this machine."""
    return any(
        Path(AccountFolder(path).root).is_dir()
        for path in list_transcript_folders()
    )


def list_transcript_folders() -> tuple[Path, ...]:
    """Return the Claude folders of the user who runs the server."""
    app_environment = parse_environment(os.environ)
    # Raises for an invalid value: the list may limit what is read.
    configured_paths = read_settings(
        resolve_app_paths(app_environment.home).settings_file
    ).claude_paths
    return resolve_claude_folders(
        "", app_environment, configured_paths, Path.home()
    )


def _build_validated_rows(result: ScanResult, name: str) -> list[ValidatedRow]:
    return [
        ValidatedRow(index, "", record._replace(project=ProjectPath(name)))
        for index, record in enumerate(result.records.values())
    ]
