"""Define what the ingest pipeline needs from a provider of usage logs."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from claude_tray.core.accounts import StatuslineSession
    from claude_tray.core.cost_states import CostState
    from claude_tray.core.limit_hits import LimitHit
    from claude_tray.core.limits import LimitSample
    from claude_tray.core.live_sessions import RunningSession
    from claude_tray.core.requests import RequestLog
    from claude_tray.core.usage import (
        ProjectPath,
        RecordOrigin,
        SessionId,
        TokenCounts,
        UsageRecord,
    )


# Samples are written under another suffix and renamed, so that a file with
# this suffix is complete.
SAMPLE_SUFFIX: Final = ".json"


# A last line without a newline is complete if its file rests for a minute.
_REST_NS: Final = 60 * 10**9


def is_rested(mtime_ns: int, now_ns: int) -> bool:
    """Return whether a file has not changed for a minute."""
    return now_ns - mtime_ns >= _REST_NS


def displayable_path(name: str) -> str:
    """Return a file name as valid Unicode."""
    if name.isascii():
        return name
    return os.fsencode(name).decode("utf-8", "replace")


class Transcript(NamedTuple):
    """
    A log file as the file system reports it.

    Attributes:
        path: Absolute path.
        folder: First folder below the root that contains the file.
        inode: File number.
        size: In bytes.
        mtime_ns: Last modification, in nanoseconds since 1970.

    The last three fields are the stamp: like the first three of a cursor,
    unless the file has changed.
    """

    path: str
    folder: str
    inode: int
    size: int
    mtime_ns: int


class Cursor(NamedTuple):
    """
    Read position in a transcript, and the state of the file at that time.

    Attributes:
        inode: File number; a replaced file has another one.
        size: In bytes; equals `offset` when the file was left half-read.
        mtime_ns: Last modification, in nanoseconds since 1970.
        offset: Byte offset after the last line that was read.
        content_fingerprint: Hash of the bytes around both ends of the part
            that was read; detects a rewritten file.
        project: Working directory of the session; empty until known.
    """

    inode: int = 0
    size: int = 0
    mtime_ns: int = 0
    offset: int = 0
    content_fingerprint: bytes = b""
    project: str = ""


class DirectoryScan:
    """
    Content of a folder tree.

    Attributes:
        transcripts: In no particular order.
        folder_count: Number of folders, including the root.
        folder_times: Modification times of all folders by path, in
            nanoseconds, read before each was listed; empty if the provider
            does not report them.
        unreadable: Paths that could not be listed or examined.
    """

    def __init__(self) -> None:
        self.transcripts: list[Transcript] = []
        self.folder_count = 0
        self.folder_times: dict[str, int] = {}
        self.unreadable: list[str] = []


class RelayedRecords(NamedTuple):
    """
    Records that a transcript repeats from another one.

    They only count where no transcript has the response itself.

    Attributes:
        records: Merged records by key.
        origins: Earliest origin of each session.
    """

    records: Mapping[int, UsageRecord]
    origins: Mapping[SessionId, RecordOrigin]


class ScanResult(NamedTuple):
    """
    New content of a transcript.

    Attributes:
        path: The file.
        cursor: Where the next scan continues.
        records: Merged records by key.
        origins: Earliest origin of each session.
        project: Project of the lines.
        is_project_guess: The project is derived from a folder name only.
        limit_hits: Limits that were reached.
        bytes_read: Number of bytes in the new lines.
        has_more: The scan stopped before the end of the file.
        bad_lines: Number of lines with lost content.
        oversized_lines: Number of lines skipped because of their length.
        relayed: Records that another transcript should have; None without
            any.
        unread_lines: Number of lines with usage in an unknown form.
        is_rest: Only a last line without a newline was read, long after it
            was written.
        cost_states: Sums that the tool wrote about sessions.
        uncounted: Tokens of records that these sums omit, by key.
        shared_until: Time of the last line that a session has copied from
            another one, by both.
        requests: What became known about requests; None without any.
        cut_keys: Keys of responses that were cut or interrupted.
        owners: Account of sessions that name theirs.
    """

    path: str
    cursor: Cursor
    records: Mapping[int, UsageRecord]
    origins: Mapping[SessionId, RecordOrigin]
    project: ProjectPath
    is_project_guess: bool = False
    limit_hits: tuple[LimitHit, ...] = ()
    bytes_read: int = 0
    has_more: bool = False
    bad_lines: int = 0
    oversized_lines: int = 0
    relayed: RelayedRecords | None = None
    unread_lines: int = 0
    is_rest: bool = False
    cost_states: tuple[CostState, ...] = ()
    uncounted: Mapping[int, TokenCounts] = {}
    shared_until: Mapping[tuple[SessionId, SessionId], int] = {}
    requests: RequestLog | None = None
    cut_keys: frozenset[int] = frozenset()
    owners: Mapping[SessionId, str] = {}


class AccountInfo(NamedTuple):
    """
    Account of a folder, and the limits that the tool cached.

    Attributes:
        account: Stable id of the account; empty if unknown.
        limits: Last known limits, however old.
        unreadable: Names of limits whose values could not be read.
        ignored: Number of values that could not be read.
        plan: Name of the subscription, as "Max"; empty if unknown.
        history: Percentages of the last weeks, oldest first, without resets.
    """

    account: str = ""
    limits: tuple[LimitSample, ...] = ()
    unreadable: tuple[str, ...] = ()
    ignored: int = 0
    plan: str = ""
    history: tuple[LimitSample, ...] = ()


class SpooledSample(NamedTuple):
    """
    Limits and session state that the tool reported, from a spool file.

    Attributes:
        path: Spool file, to be deleted after the sample is stored.
        folder: The tool's folder; empty if the report did not name one.
        observed_at_ms: Time of the report, in milliseconds since 1970.
        limits: Reported limits, without an account.
        unreadable: Names of limits whose values could not be read.
        ignored: Number of values that could not be read.
        session: State of the session; None if the report had no session id.
        worktree: Path of the worktree that the session runs in, and path or
            name of its project; None outside of any.
    """

    path: Path
    folder: str
    observed_at_ms: int
    limits: tuple[LimitSample, ...]
    unreadable: tuple[str, ...] = ()
    ignored: int = 0
    session: StatuslineSession | None = None
    worktree: tuple[str, str] | None = None

    def to_limits(self, account: str) -> list[LimitSample]:
        """Return the limits as samples of an account."""
        return [limit._replace(account=account) for limit in self.limits]

    def delete(self) -> None:
        """Delete the spool file if possible."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


class TranscriptScanner(Protocol):
    """Reads transcripts one at a time; may reuse its buffers."""

    def scan(
        self, transcript: Transcript, cursor: Cursor, max_bytes: int
    ) -> ScanResult:
        """
        Read the lines after the cursor.

        Args:
            transcript: The file.
            cursor: Position of the last scan; `Cursor()` for a new file.
            max_bytes: Stop after the line that reaches this size.

        Raises:
            OSError: The file cannot be read.
        """


class Provider(Protocol):
    """A tool whose logs are read."""

    @property
    def key(self) -> str:
        """Identifier in the store and in messages, such as "claude_code"."""

    @property
    def display_name(self) -> str:
        """Name of the tool for users."""

    def find_folders(self, home: Path) -> tuple[Path, ...]:
        """Return the folders that the tool uses by default."""

    def find_other_folders(self, home: Path) -> tuple[Path, ...]:
        """Return folders of the tool that the user may want to follow too."""

    def get_account_name(self, folder: Path) -> str:
        """Return the display name of a folder's account."""

    def get_root(self, folder: Path) -> str:
        """Return the directory with a folder's transcripts, links resolved."""

    def find_linked_folders(self, folder: Path) -> tuple[str, ...]:
        """Return links in a folder's root to transcripts elsewhere."""

    def is_transcript(self, name: str) -> bool:
        """Return whether a file is a transcript, by its name."""

    def scan_directory(self, folder: Path) -> DirectoryScan:
        """List the transcripts of a folder."""

    def find_transcript(self, path: str, folder: Path) -> Transcript | None:
        """
        Return the transcript at a path, or None if it is not in the folder.

        Raises:
            OSError: The file exists but cannot be examined.
        """

    def create_scanner(self) -> TranscriptScanner:
        """Return a new scanner; not safe for use by several threads."""

    def load_account(self, folder: Path) -> AccountInfo | None:
        """Return the account of a folder, or None if unreadable just now."""

    def load_retention_days(self, folder: Path) -> int | None:
        """Return after how many days the tool deletes logs; None if never."""

    def get_session_folder(self, folder: Path) -> Path | None:
        """Return where a folder has files of running sessions, if any."""

    def read_running_sessions(
        self, folder: Path
    ) -> tuple[RunningSession, ...] | None:
        """Return the sessions that run; None if the tool does not tell."""

    def read_samples(self, spool_dir: Path) -> list[SpooledSample]:
        """Return the samples in the spool directory, oldest first."""
