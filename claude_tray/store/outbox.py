"""
Find the changes that a destination has not received.

The records themselves are the outbox: each has the sequence number of its
last change, and each destination stores the number it has received up to.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.store import metadata
from claude_tray.store.schema import build_insert
from claude_tray.store.stored_records import (
    RECORD_TABLES,
    STORED_COLUMNS,
    parse_stored_record,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.core.usage import UsageRecord
    from claude_tray.store.connection import Reader, Writer


_SELECT_UNSENT: Final = f"""
    SELECT project.path, {STORED_COLUMNS}
    FROM {RECORD_TABLES} JOIN project ON project.id = session.project
"""
_IS_NOT_QUARANTINED: Final = """
    NOT EXISTS (
        SELECT 1 FROM set_aside a
        WHERE a.url = ? AND a.key = message.key AND a.seq >= message.seq)
"""
# A session that is too large as a whole is retried whenever it changes.
_IS_NOT_QUARANTINED_IN_SESSION: Final = _IS_NOT_QUARANTINED.replace(
    "a.seq >= message.seq",
    "a.seq >= message.seq AND a.code <> 'too_large'",
)
_SELECT_CHANGED_RECORDS: Final = f"""
    {_SELECT_UNSENT} WHERE message.seq > ? AND message.seq <= ? AND {_IS_NOT_QUARANTINED}
    ORDER BY message.seq LIMIT ?
"""
_SELECT_CHANGED_SESSIONS: Final = """
    SELECT uuid, max(seq) FROM (
        SELECT session, max(seq) seq FROM message WHERE seq > ?1
        GROUP BY session
        UNION ALL
        SELECT session, seq FROM moved_session WHERE seq > ?1
    ) changed JOIN session ON session.id = changed.session
    GROUP BY uuid
    HAVING max(seq) > ifnull(
        (SELECT seq FROM sent_session s WHERE s.url = ?2 AND s.uuid = session.uuid),
        0)
    ORDER BY max(seq) DESC, uuid
"""
_SELECT_SESSION_RECORDS: Final = f"""
    {_SELECT_UNSENT} WHERE session.uuid = ?
        AND at_ms BETWEEN
            (SELECT min(first_ms) FROM session WHERE uuid = ?)
            AND (SELECT max(last_ms) FROM session WHERE uuid = ?)
        AND {_IS_NOT_QUARANTINED_IN_SESSION}
    ORDER BY at_ms, message.seq
"""
_SELECT_SESSION_PROJECT: Final = """
    SELECT path FROM session JOIN project ON project.id = session.project
    WHERE uuid = ? ORDER BY session.id LIMIT 1
"""
_SELECT_LAST_ACCOUNT: Final = """
    SELECT account FROM (
        SELECT account, (
            SELECT max(last_ms) FROM session WHERE profile = profile.id
        ) last_ms FROM profile
    ) WHERE last_ms NOT NULL ORDER BY last_ms DESC LIMIT 1
"""
_COUNT_PENDING: Final = """
    SELECT count(*) FROM message WHERE seq > ?1 AND NOT EXISTS (
        SELECT 1 FROM sent_session s
        JOIN session ON session.uuid = s.uuid
        WHERE s.url = ?2 AND s.seq >= message.seq
            AND session.id = message.session)
"""
# Resending one record of a session is enough to move it.
_SELECT_FIRST_KEYS: Final = """
    SELECT min(key) FROM session
        JOIN project ON project.id = session.project
        JOIN message ON message.session = session.id
            AND message.at_ms = session.first_ms
    WHERE path IN (SELECT value FROM json_each(?)) GROUP BY session.id
"""
_UPDATE_SEQ: Final = "UPDATE message SET seq = ? WHERE key = ?"


class UnsentRecord(NamedTuple):
    """
    A record that a destination has not received.

    Attributes:
        seq: Sequence number of its last change.
        record: The record; its project is empty.
        project: Path of the session's project.
        account: Account key.
    """

    seq: int
    record: UsageRecord
    project: str
    account: str


class ChangedSession(NamedTuple):
    """A session with unsent changes and the last of their numbers."""

    uuid: str
    seq: int


def get_last_seq(reader: Reader | Writer) -> int:
    """Return the sequence number of the last change."""
    return int(metadata.get_value(reader, metadata.LAST_SEQ, "0"))


def get_last_account(reader: Reader | Writer) -> str:
    """Return the key of the account used last; empty without any."""
    row = reader.execute(_SELECT_LAST_ACCOUNT).fetchone()
    return str(row[0]) if row else ""


def count_pending(reader: Reader | Writer, url: str, after_seq: int) -> int:
    """Return the number of unsent changes after a sequence number."""
    (count,) = reader.execute(_COUNT_PENDING, (after_seq, url)).fetchone()
    return int(count)


def load_changed_records(
    reader: Reader,
    url: str,
    seq_range: tuple[int, int],
    limit: int,
) -> list[UnsentRecord]:
    """
    Return records to send, in the order of their changes.

    Args:
        reader: Open database.
        url: Destination; records quarantined there are skipped.
        seq_range: Changes after the first number, up to the second.
        limit: Maximum number of records.
    """
    return [
        _parse_unsent(row)
        for row in reader.execute(
            _SELECT_CHANGED_RECORDS, (*seq_range, url, limit)
        )
    ]


def load_changed_sessions(
    reader: Reader,
    url: str,
    after_seq: int,
) -> list[ChangedSession]:
    """Return sessions with unsent changes, newest first."""
    rows = reader.execute(_SELECT_CHANGED_SESSIONS, (after_seq, url))
    return [ChangedSession(*row) for row in rows]


def load_session_records(
    reader: Reader, url: str, uuid: str
) -> list[UnsentRecord]:
    """Return the records of a session, oldest first, without quarantined."""
    rows = reader.execute(_SELECT_SESSION_RECORDS, (uuid, uuid, uuid, url))
    return [_parse_unsent(row) for row in rows]


def get_session_project(reader: Reader, uuid: str) -> str:
    """Return the path of the project of a stored session."""
    return str(reader.execute(_SELECT_SESSION_PROJECT, (uuid,)).fetchone()[0])


def list_project_paths(reader: Reader) -> list[str]:
    """Return the paths of all projects; labels must be unique among them."""
    return [path for (path,) in reader.execute("SELECT path FROM project")]


def find_first_keys(
    reader: Reader | Writer, paths: Sequence[str]
) -> list[int]:
    """Return the key of the first record of each session of some projects."""
    rows = reader.execute(_SELECT_FIRST_KEYS, (json.dumps(paths),))
    return [key for (key,) in rows]


def mark_changed(writer: Writer, keys: Sequence[int]) -> None:
    """Mark records as changed, so that they are sent again."""
    seq = get_last_seq(writer)
    writer.executemany(
        _UPDATE_SEQ,
        [(seq + offset, key) for offset, key in enumerate(keys, 1)],
    )
    metadata.set_value(writer, metadata.LAST_SEQ, str(seq + len(keys)))


def _parse_unsent(row: Sequence[Any]) -> UnsentRecord:
    project, *stored_columns = row
    stored = parse_stored_record(stored_columns)
    return UnsentRecord(stored.seq, stored.record, project, stored.account)


# In the order of Destination.
_DESTINATION_COLUMNS: Final = (
    *("url", "acked_seq", "server_seq", "server_id", "kind", "state"),
    *("reason", "failures", "broken", "not_before_ms", "failing_since_ms"),
    *("last_ok_ms", "skew_ms", "refused", "naming"),
)
_SELECT_DESTINATION: Final = f"""
    SELECT {", ".join(_DESTINATION_COLUMNS)} FROM destination WHERE url = ?
"""
_UPSERT_DESTINATION: Final = build_insert(
    "destination", _DESTINATION_COLUMNS, "INSERT OR REPLACE"
)
_UPSERT_QUARANTINED: Final = build_insert(
    "set_aside",
    ("url", "key", "seq", "code", "detail", "at_ms"),
    "INSERT OR REPLACE",
)
_SELECT_QUARANTINED: Final = """
    SELECT a.key, a.seq, a.code, a.detail, a.at_ms, m.message_id
    FROM set_aside a JOIN message m ON m.key = a.key
    WHERE a.url = ? AND m.seq <= a.seq ORDER BY a.seq
"""
_DELETE_QUARANTINED: Final = """
    DELETE FROM set_aside
    WHERE url = ? AND key IN (SELECT value FROM json_each(?))
"""
_SELECT_PROJECT_NAMES: Final = (
    "SELECT path, name FROM named_project WHERE url = ?"
)
_UPSERT_PROJECT_NAME: Final = build_insert(
    "named_project", ("url", "path", "name"), "INSERT OR REPLACE"
)
_UPSERT_SENT_SESSION: Final = build_insert(
    "sent_session", ("url", "uuid", "seq"), "INSERT OR REPLACE"
)


class Destination(NamedTuple):
    """
    A server that usage is sent to, and the state of the sync with it.

    Attributes:
        url: Address, which identifies the destination.
        acked_seq: All changes up to this one are sent or quarantined.
        server_seq: Last change that the server confirmed.
        server_id: Identifies the server's database, if known.
        kind: What the server accepts; empty before the first response.
        status: State of the sync.
        reason: Reason of the state, for users.
        failure_count: Number of failures since the last success.
        server_error_count: Number of server errors in a row.
        not_before_ms: Time of the next attempt at the earliest.
        failing_since_ms: Time of the first failure in a row.
        last_ok_ms: Time of the last success.
        clock_skew_ms: How far this clock is ahead of the server's.
        rejected_token_hash: Fingerprint of a token that the server rejected.
        privacy_hash: Fingerprint of the names that projects were sent under.
    """

    url: str
    acked_seq: int = 0
    server_seq: int = 0
    server_id: str = ""
    kind: str = ""
    status: str = "ok"
    reason: str = ""
    failure_count: int = 0
    server_error_count: int = 0
    not_before_ms: int = 0
    failing_since_ms: int | None = None
    last_ok_ms: int | None = None
    clock_skew_ms: int | None = None
    rejected_token_hash: str = ""
    privacy_hash: str = ""


class QuarantinedRow(NamedTuple):
    """
    A record that a destination rejects.

    Attributes:
        key: Key of the record.
        seq: Its change; it is retried when it changes again.
        code: Reason as one word.
        detail: Reason as a sentence.
        at_ms: Time of the rejection.
        message_id: ID of the response.
    """

    key: int
    seq: int
    code: str
    detail: str
    at_ms: int
    message_id: str = ""


def load_destination(reader: Reader | Writer, url: str) -> Destination:
    """Load the state of a destination; a new one has received nothing."""
    row = reader.execute(_SELECT_DESTINATION, (url,)).fetchone()
    return Destination(*row) if row else Destination(url)


def save_destination(writer: Writer, destination: Destination) -> None:
    """Save the state of a destination."""
    writer.execute(_UPSERT_DESTINATION, destination)


def mark_sent(
    writer: Writer,
    url: str,
    sessions: Iterable[ChangedSession],
) -> None:
    """Save that a destination has received these sessions completely."""
    writer.executemany(
        _UPSERT_SENT_SESSION, [(url, *session) for session in sessions]
    )


def reset_sent(writer: Writer, url: str) -> None:
    """Mark all sessions as not received by a destination."""
    writer.execute("DELETE FROM sent_session WHERE url = ?", (url,))


def load_project_names(reader: Reader | Writer, url: str) -> dict[str, str]:
    """Return the names under which projects were sent, by path."""
    return dict(reader.execute(_SELECT_PROJECT_NAMES, (url,)).fetchall())


def save_project_names(
    writer: Writer, url: str, name_by_path: Mapping[str, str]
) -> None:
    """
    Save the names under which projects are sent.

    Sessions of renamed projects are marked as changed.
    """
    saved_names = load_project_names(writer, url)
    renamed_paths = [
        renamed_path
        for renamed_path, name in name_by_path.items()
        if saved_names.get(renamed_path, name) != name
    ]
    mark_changed(writer, find_first_keys(writer, renamed_paths))
    rows = [(url, path, name) for path, name in name_by_path.items()]
    writer.executemany(_UPSERT_PROJECT_NAME, rows)


def quarantine_rows(
    writer: Writer, url: str, rows: Iterable[QuarantinedRow]
) -> None:
    """Quarantine records: they are not sent until they change again."""
    writer.executemany(
        _UPSERT_QUARANTINED,
        [
            (url, row.key, row.seq, row.code, row.detail, row.at_ms)
            for row in rows
        ],
    )


def remove_quarantined(writer: Writer, url: str, keys: Iterable[int]) -> None:
    """Remove records from quarantine that a destination has received."""
    writer.execute(_DELETE_QUARANTINED, (url, f"[{','.join(map(str, keys))}]"))


def list_quarantined(
    reader: Reader | Writer, url: str
) -> list[QuarantinedRow]:
    """Return quarantined records that have not changed since."""
    return [
        QuarantinedRow(*row)
        for row in reader.execute(_SELECT_QUARANTINED, (url,))
    ]


def retry_quarantined(writer: Writer, url: str) -> int:
    """Send all quarantined records again; return their number."""
    keys = [row.key for row in list_quarantined(writer, url)]
    mark_changed(writer, keys)
    writer.execute("DELETE FROM set_aside WHERE url = ?", (url,))
    return len(keys)
