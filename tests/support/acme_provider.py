"""
Read the logs of Acme, an invented tool, to prove the provider interface.

Acme writes one file per day to `~/.acme/logs/`, one JSON object per line:

    {"t": 1772355600, "id": "a-1", "chat": "c-1", "dir": "/home/ada/shop",
     "engine": "acme-large", "in": 100, "out": 20, "cached": 5}

and its account to `~/.acme/account.txt`.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from claude_tray.core.limits import LimitSample
from claude_tray.core.providers import compute_provider_record_key
from claude_tray.core.time import Millis
from claude_tray.core.usage import (
    STANDARD_TERMS,
    ProjectPath,
    SessionId,
    TokenCounts,
    UsageRecord,
    merge,
)
from claude_tray.providers.base import (
    AccountInfo,
    Cursor,
    DirectoryScan,
    ScanResult,
    SpooledSample,
    Transcript,
)

if TYPE_CHECKING:
    from pathlib import Path


class AcmeScanner:
    """Scan log files; a shorter file is read from its beginning."""

    def scan(
        self, transcript: Transcript, cursor: Cursor, max_bytes: int
    ) -> ScanResult:
        with open(transcript.path, "rb") as file:  # noqa: PTH123
            status = os.fstat(file.fileno())
            start = cursor.offset if cursor.offset <= status.st_size else 0
            file.seek(start)
            lines = file.readlines(max_bytes)
        if lines and not lines[-1].endswith(b"\n"):
            lines.pop()
        records: dict[int, UsageRecord] = {}
        bad_lines = 0
        for line in lines:
            try:
                record = _build_record(json.loads(line))
            except (ValueError, KeyError, TypeError):
                bad_lines += 1
                continue
            existing = records.get(record.key)
            records[record.key] = (
                merge(existing, record) if existing else record
            )
        size = sum(map(len, lines))
        origins = {
            record.session_id: record.origin
            for record in sorted(
                records.values(), key=lambda r: r.origin, reverse=True
            )
        }
        first_project = min(
            (origin.project for origin in origins.values()),
            default=ProjectPath(""),
        )
        return ScanResult(
            transcript.path,
            Cursor(
                status.st_ino, status.st_size, status.st_mtime_ns, start + size
            ),
            records,
            origins,
            first_project,
            bytes_read=size,
            bad_lines=bad_lines,
        )


class Acme:
    """The provider of the invented tool."""

    key = "acme"
    display_name = "Acme"

    def find_folders(self, home: Path) -> tuple[Path, ...]:
        return (home / ".acme",)

    def find_other_folders(self, home: Path) -> tuple[Path, ...]:
        del home
        return ()

    def get_account_name(self, folder: Path) -> str:
        del folder
        return "acme"

    def get_root(self, folder: Path) -> str:
        return os.path.realpath(folder / "logs")

    def find_linked_folders(self, folder: Path) -> tuple[str, ...]:
        del folder
        return ()

    def is_transcript(self, name: str) -> bool:
        return name.endswith(".log")

    def scan_directory(self, folder: Path) -> DirectoryScan:
        scan = DirectoryScan()
        if (folder / "logs").is_dir():
            scan.folder_count = 1
            scan.transcripts = [
                self._examine(path) for path in (folder / "logs").glob("*.log")
            ]
        return scan

    def find_transcript(self, path: str, folder: Path) -> Transcript | None:
        scan = self.scan_directory(folder)
        return next((t for t in scan.transcripts if t.path == path), None)

    def create_scanner(self) -> AcmeScanner:
        return AcmeScanner()

    def load_account(self, folder: Path) -> AccountInfo | None:
        try:
            account, resets_ms, observed_ms = (
                (folder / "account.txt").read_text().split()
            )
        except OSError:
            return None
        limit = LimitSample(
            account, "five_hour", 38.0, int(resets_ms), int(observed_ms)
        )
        return AccountInfo(account, (limit,))

    def load_retention_days(self, folder: Path) -> int | None:
        del folder
        return 7

    def get_session_folder(self, folder: Path) -> None:
        del folder

    def read_running_sessions(self, folder: Path) -> None:
        del folder

    def read_samples(self, spool_dir: Path) -> list[SpooledSample]:
        del spool_dir
        return []

    def _examine(self, path: Path) -> Transcript:
        status = path.stat()
        return Transcript(
            os.path.realpath(path),
            "",
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
        )


def _build_record(line: dict[str, Any]) -> UsageRecord:
    at_ms = Millis(line["t"] * 1000)
    return UsageRecord(
        compute_provider_record_key(Acme.key, line["id"], "", ""),
        line["id"],
        at_ms,
        TokenCounts(line["in"], line["out"], cache_read=line.get("cached", 0)),
        at_ms,
        line["engine"],
        STANDARD_TERMS,
        request_id="",
        is_sidechain=False,
        origin_ms=at_ms,
        session_id=SessionId(line["chat"]),
        project=ProjectPath(line["dir"]),
        is_final=True,
    )
