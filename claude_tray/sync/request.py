"""Build requests: group rows, and replace names by the privacy settings."""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from claude_tray import __version__
from claude_tray.core.display_names import build_unique_labels
from claude_tray.core.project_folders import encode_folder_name
from claude_tray.core.providers import parse_provider
from claude_tray.core.time import format_iso_ms
from claude_tray.protocol.agent_sync import (
    AgentPayload,
    AgentSyncRequest,
    ProjectPayload,
    SessionPayload,
    encode_row,
    sanitize_text,
)
from claude_tray.store import metadata
from claude_tray.store.outbox import (
    ChangedSession,
    Destination,
    UnsentRecord,
    list_project_paths,
)
from claude_tray.sync.config import (
    ALIASES,
    HIDDEN,
    NAMES,
    PrivacySettings,
    SyncConfig,
)
from claude_tray.sync.limit_payloads import load_limit_payloads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from claude_tray.store.connection import Reader


_SESSION_OVERHEAD_BYTES: Final = 512
_DIGEST_LENGTH: Final = 16
_MAX_LENGTH: Final = 255


class ReceiverKind(StrEnum):
    """
    What a receiver accepts.

    INCREMENTAL: single records, merged by key; it confirms change numbers.
    REPLACING: whole sessions, because each request replaces the sessions it
    names.
    """

    INCREMENTAL = "changes"
    REPLACING = "sessions"


class EncodedRow(NamedTuple):
    """A record and its JSON on the wire."""

    unsent: UnsentRecord
    json: msgspec.Raw

    @property
    def byte_count(self) -> int:
        """Size in a request, with its comma."""
        return len(bytes(self.json)) + 1


class SessionBatch(NamedTuple):
    """A session with all of its unsent rows."""

    session: ChangedSession
    project: str
    rows: tuple[EncodedRow, ...]

    @property
    def byte_count(self) -> int:
        return _SESSION_OVERHEAD_BYTES + sum(
            row.byte_count for row in self.rows
        )


class Batch(NamedTuple):
    """
    The content of one request.

    Attributes:
        rows: Records, for incremental receivers.
        sessions: Sessions, for receivers that replace whole sessions.
        last_seq: Change number that the receiver has reached afterwards.
    """

    rows: tuple[EncodedRow, ...] = ()
    sessions: tuple[SessionBatch, ...] = ()
    last_seq: int = 0

    @property
    def row_count(self) -> int:
        return len(self.rows) + sum(len(s.rows) for s in self.sessions)

    @property
    def is_indivisible(self) -> bool:
        """Check for a single row or session."""
        return len(self.rows) + len(self.sessions) == 1

    @property
    def all_rows(self) -> tuple[EncodedRow, ...]:
        return self.rows + tuple(r for s in self.sessions for r in s.rows)


def encode_rows(records: Iterable[UnsentRecord]) -> Iterator[EncodedRow]:
    """Encode records as the JSON they are sent as."""
    for unsent in records:
        yield EncodedRow(unsent, msgspec.Raw(encode_row(unsent.record)))


class NameAnonymizer:
    """
    Name projects by the privacy settings.

    Args:
        privacy: What the user shares.
        paths: Paths of all projects; names are unique among them.
        account_folders: Claude folder by account; "" for unknown accounts.
    """

    def __init__(
        self,
        privacy: PrivacySettings,
        paths: Iterable[str],
        account_folders: Mapping[str, str],
    ) -> None:
        self._privacy = privacy
        self._labels = build_unique_labels(paths)
        self._account_folders = account_folders

    @property
    def fingerprint(self) -> str:
        """Hash of the settings, to detect changes."""
        parts = (self._privacy.projects, *sorted(self._privacy.exclude))
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hashlib.sha256(text).hexdigest()[:_DIGEST_LENGTH]

    def is_excluded(self, path: str) -> bool:
        """Check whether a project is not sent."""
        home = self._privacy.home
        candidates = (self._labels.get(path, path), path)
        for pattern in self._privacy.exclude:
            if pattern.startswith("~"):
                pattern = home + pattern[1:]  # noqa: PLW2901
            if any(fnmatchcase(text, pattern) for text in candidates):
                return True
        return False

    def project_names(self) -> dict[str, str]:
        """Return the name of every project by its path."""
        return {path: self.project_name(path) for path in self._labels}

    def project_name(self, path: str) -> str:
        """Return the name of a project as the receiver sees it."""
        name = sanitize_text(self._labels.get(path, path)).replace("/", "_")
        if self._privacy.projects == NAMES:
            return name[:_MAX_LENGTH]
        if self._privacy.projects == ALIASES:
            return f"p-{_compute_digest(self._privacy.key, name)}"
        return HIDDEN

    def folder_name(self, path: str, account: str) -> str:
        """Return the project's transcript folder; "" if hidden."""
        if self._privacy.projects != NAMES:
            return ""
        folder = self._account_folders.get(
            account
        ) or self._account_folders.get("", "")
        home = self._privacy.home
        if home and (folder == home or folder.startswith(home + "/")):
            folder = "~" + folder[len(home) :]
        return sanitize_text(f"{folder}/projects/{encode_folder_name(path)}")

    def machine_name(self, name: str) -> str:
        """Return the name of this machine; "" if hidden."""
        visible_name = name if self._privacy.projects == NAMES else ""
        return sanitize_text(visible_name)[:_MAX_LENGTH]


def hash_account(account: str, salt: str) -> str:
    """
    Hash a Claude account; "" for none.

    The salt belongs to the receiver: it gets the same hash from all machines
    of a user, and two receivers cannot match their accounts.
    """
    return _compute_digest(salt.encode(), account) if account else ""


def _compute_digest(key: bytes, text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return hmac.new(key, data, "sha256").hexdigest()[:_DIGEST_LENGTH]


class UploadRequest(NamedTuple):
    """
    A request body and the rows in it.

    Attributes:
        payload: Body of the request.
        rows: Rows in the order of the body; receivers reject rows by index.
    """

    payload: AgentSyncRequest
    rows: tuple[EncodedRow, ...]


class _RowGroup(NamedTuple):
    """Where rows are placed in a request; the order of its fields matters."""

    project: str
    folder: str
    session: str
    account: str


class RequestBuilder:
    """
    Build the requests of one run.

    Args:
        config: Where and what to send.
        reader: The store.
        clock: Returns the current time in ms since 1970.
        as_of: Returns the time up to which transcripts were read, likewise.

    Attributes:
        anonymizer: Names of projects as the receiver sees them.
        store_id: Identifies the store.
    """

    def __init__(
        self,
        config: SyncConfig,
        reader: Reader,
        clock: Callable[[], int],
        as_of: Callable[[], int],
    ) -> None:
        self._config = config
        self._reader = reader
        self._clock = clock
        self._as_of = as_of
        self.store_id = metadata.get_value(reader, metadata.STORE_ID)
        self.anonymizer = NameAnonymizer(
            config.privacy, list_project_paths(reader), config.account_folders
        )

    def build(self, batch: Batch, destination: Destination) -> UploadRequest:
        """Build the request that sends a batch to a destination."""
        # Salted by receiver: two receivers cannot match their accounts.
        salt = destination.server_id or destination.url
        account = hash_account(self._last_account, salt)
        groups = self._group_rows(batch)
        projects = [
            ProjectPayload(
                name,
                next(iter(sessions)).folder,
                [
                    _build_session(group, rows, account, salt)
                    for group, rows in sessions.items()
                ],
            )
            for name, sessions in groups.items()
        ]
        rows = tuple(
            row
            for sessions in groups.values()
            for group_rows in sessions.values()
            for row in group_rows
        )
        agent = None
        if destination.kind != ReceiverKind.REPLACING:
            # Other receivers have no use for it.
            agent = self._build_agent(batch, destination, account, salt)
        return UploadRequest(AgentSyncRequest(projects, agent), rows)

    @property
    def _last_account(self) -> str:
        """Account used last; empty before the first."""
        return next(iter(self._config.account_folders), "")

    def _group_rows(
        self, batch: Batch
    ) -> dict[str, dict[_RowGroup, list[EncodedRow]]]:
        """Group rows by project name, then by session."""
        groups: dict[str, dict[_RowGroup, list[EncodedRow]]] = {}
        for group, rows in self._place_rows(batch):
            sessions = groups.setdefault(group.project, {})
            sessions.setdefault(group, []).extend(rows)
        return groups

    def _place_rows(
        self, batch: Batch
    ) -> Iterator[tuple[_RowGroup, Sequence[EncodedRow]]]:
        for row in batch.rows:
            _, record, project, account = row.unsent
            yield (
                self._build_group(project, record.session_id, account),
                (row,),
            )
        for session in batch.sessions:
            # All rows of a session share one group: a receiver that replaces
            # sessions must not receive one in two parts.
            account = session.rows[0].unsent.account if session.rows else ""
            group = self._build_group(
                session.project, session.session.uuid, account
            )
            yield group, session.rows

    def _build_group(
        self, project: str, session: str, account: str
    ) -> _RowGroup:
        return _RowGroup(
            self.anonymizer.project_name(project),
            self.anonymizer.folder_name(project, account),
            session,
            account,
        )

    def _build_agent(
        self, batch: Batch, destination: Destination, account: str, salt: str
    ) -> AgentPayload:
        now_ms = self._clock()
        from_seq = destination.server_seq
        limits = load_limit_payloads(
            self._reader,
            self._config.account_folders,
            now_ms,
            lambda account: hash_account(account, salt),
        )
        return AgentPayload(
            machine_id=self._config.machine_id,
            machine_name=self.anonymizer.machine_name(
                self._config.machine_name
            ),
            store_id=self.store_id,
            from_seq=from_seq,
            to_seq=max(batch.last_seq, from_seq),
            sent_at=format_iso_ms(now_ms),
            as_of=format_iso_ms(self._as_of()),
            account=account,
            version=__version__,
            limits=limits.present,
            absent_limits=limits.absent or msgspec.UNSET,
        )


def _build_session(
    group: _RowGroup,
    rows: Sequence[EncodedRow],
    default_account: str,
    salt: str,
) -> SessionPayload:
    account = hash_account(group.account, salt)
    return SessionPayload(
        group.session,
        [row.json for row in rows],
        "" if account == default_account else account,
        parse_provider(group.account),
    )
