"""Reads the Claude folders of the server's own machine into its database."""

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
from claude_tray.providers.claude_code.cursor import Cursor
from claude_tray.providers.claude_code.discovery import (
    get_transcript_root,
    scan_directory,
)
from claude_tray.providers.claude_code.reader import Scanner
from claude_tray.server.usage.ingest import store_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from claude_tray.providers.claude_code.discovery import Transcript
    from claude_tray.providers.claude_code.reader import ScanResult
    from claude_tray.server.accounts.models import User


_MACHINE_ID: Final = "local"
_BATCH_FILES: Final = 64
_BATCH_BYTES: Final = 64 * 1024 * 1024


class NoTranscriptFolderError(ClaudeTrayError):
    """There are no transcripts on this machine."""


class LocalRefreshResult(NamedTuple):
    """What reading brought, as wire.usage_api.Refreshed has it."""

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


class _TranscriptIngester:
    """
    Goes on where it stopped, for one person.

    What was read is not written down: after a restart all is read again,
    which changes nothing.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._cursors: dict[str, Cursor] = {}
        self._projects: set[str] = set()

    def refresh_usage(self, user: User, now: datetime) -> LocalRefreshResult:
        with self._lock:
            result = LocalRefreshResult()
            for batch in _iter_batches(self._find_changed()):
                result = result.plus(self._ingest_batch(user, batch, now))
            return result

    def _find_changed(self) -> list[Transcript]:
        """Return what has changed, the newest first; note its projects."""
        folders_searched = list_transcript_folders()
        scans = [scan_directory(folder) for folder in folders_searched]
        if not any(scan.folder_count for scan in scans):
            searched = ", ".join(
                get_transcript_root(folder) for folder in folders_searched
            )
            summary = "There is no Claude folder on this machine."
            raise NoTranscriptFolderError(
                summary, hint=f"Looked in {searched}."
            )
        changed = [
            transcript
            for scan in scans
            for transcript in scan.transcripts
            if self._cursors.get(transcript.path, Cursor())[:3]
            != transcript[2:]
        ]
        return sorted(changed, key=lambda item: -item.mtime_ns)

    def _ingest_batch(
        self,
        user: User,
        batch: Sequence[Transcript],
        now: datetime,
    ) -> LocalRefreshResult:
        scanner = Scanner()
        scanned = [
            (
                scanner.scan(item, self._cursors.get(item.path, Cursor())),
                item.folder,
            )
            for item in batch
        ]
        for scan_result, _ in scanned:
            self._projects.add(scan_result.collector.location.project)
        project_names = build_unique_labels(self._projects)
        agent = AgentPayload(_MACHINE_ID, platform.node())
        paths: dict[str, str] = {}
        rows: list[ValidatedRow] = []
        for scan_result, folder in scanned:
            name = project_names[scan_result.collector.location.project]
            paths[name] = f"~/.claude/projects/{folder}"
            rows += _build_validated_rows(scan_result, name)
        stored = store_rows(user, agent, rows, paths, now)
        self._cursors.update(
            (scan_result.path, scan_result.cursor)
            for scan_result, _ in scanned
        )
        return LocalRefreshResult(
            len(scanned),
            sum(scan_result.bytes_read for scan_result, _ in scanned),
            stored.created,
            stored.updated,
            sum(scan_result.bad_lines for scan_result, _ in scanned),
            sum(scan_result.oversized_lines for scan_result, _ in scanned),
        )


_ingesters: Final[dict[int, _TranscriptIngester]] = {}


def refresh_local_usage(user: User, now: datetime) -> LocalRefreshResult:
    """
    Read what is new in this machine's transcripts.

    Raises:
        NoFolderError: There are none; the hint says where they would be.
    """
    return _ingesters.setdefault(user.pk, _TranscriptIngester()).refresh_usage(
        user, now
    )


def has_transcripts() -> bool:
    """Tell whether there is a folder of Claude Code on this machine."""
    return any(
        Path(get_transcript_root(folder)).is_dir()
        for folder in list_transcript_folders()
    )


def list_transcript_folders() -> tuple[Path, ...]:
    """Return where Claude Code's transcripts are looked for."""
    app_environment = parse_environment(os.environ)
    configured_paths = read_settings(
        resolve_app_paths(app_environment.home).settings_file
    ).claude_paths
    return resolve_claude_folders(
        "", app_environment, configured_paths, Path.home()
    )


def _iter_batches(items: Sequence[Transcript]) -> Iterator[list[Transcript]]:
    batch: list[Transcript] = []
    size = 0
    for item in items:
        batch.append(item)
        size += item.size
        if len(batch) >= _BATCH_FILES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _build_validated_rows(
    scan_result: ScanResult, name: str
) -> list[ValidatedRow]:
    return [
        ValidatedRow(
            index,
            "",
            record._replace(project=ProjectPath(name)),
        )
        for index, record in enumerate(scan_result.collector.records.values())
    ]
