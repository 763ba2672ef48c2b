"""
What a destination lacks.

The records themselves are the outbox: each has the number of its last
change, and a destination remembers how far it has come. There is no second
copy of anything.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.store import identity
from claude_tray.store.held import COLUMNS, TABLES, held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.domain.usage import UsageRecord
    from claude_tray.store.connection import Reader, Writer

_SELECT: Final = f"""
    SELECT {COLUMNS}, project.path
    FROM {TABLES} JOIN project ON project.id = session.project
"""
_IS_WANTED: Final = """
    NOT EXISTS (
        SELECT 1 FROM set_aside a
        WHERE a.url = ? AND a.key = message.key AND a.seq >= message.seq)
"""
# A session that is too large as a whole is tried anew whenever it changes.
_IS_WANTED_IN_SESSION: Final = _IS_WANTED.replace(
    "a.seq >= message.seq",
    "a.seq >= message.seq AND a.code <> 'too_large'",
)
_CHANGED: Final = f"""
    {_SELECT} WHERE message.seq > ? AND message.seq <= ? AND {_IS_WANTED}
    ORDER BY message.seq LIMIT ?
"""
_SESSIONS: Final = """
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
_OF_SESSION: Final = f"""
    {_SELECT} WHERE session.uuid = ?
        AND at_ms BETWEEN
            (SELECT min(first_ms) FROM session WHERE uuid = ?)
            AND (SELECT max(last_ms) FROM session WHERE uuid = ?)
        AND {_IS_WANTED_IN_SESSION}
    ORDER BY at_ms, message.seq
"""
_PROJECT_OF: Final = """
    SELECT path FROM session JOIN project ON project.id = session.project
    WHERE uuid = ? ORDER BY session.id LIMIT 1
"""
_LAST_ACCOUNT: Final = """
    SELECT account FROM (
        SELECT account, (
            SELECT max(last_ms) FROM session WHERE profile = profile.id
        ) last_ms FROM profile
    ) WHERE last_ms NOT NULL ORDER BY last_ms DESC LIMIT 1
"""
_WAITING: Final = """
    SELECT count(*) FROM message WHERE seq > ?1 AND NOT EXISTS (
        SELECT 1 FROM sent_session s
        JOIN session ON session.uuid = s.uuid
        WHERE s.url = ?2 AND s.seq >= message.seq
            AND session.id = message.session)
"""
# One reply of a session is enough to tell where it belongs.
_FIRST_KEYS: Final = """
    SELECT min(key) FROM session
        JOIN project ON project.id = session.project
        JOIN message ON message.session = session.id
            AND message.at_ms = session.first_ms
    WHERE path IN (SELECT value FROM json_each(?)) GROUP BY session.id
"""
_TOUCH: Final = "UPDATE message SET seq = ? WHERE key = ?"


class Unsent(NamedTuple):
    """
    A record that a destination lacks.

    Attributes:
        seq: Its change.
        record: What it says; its project is empty.
        project: The path of its session's project.
        account: The Claude account it belongs to.
    """

    seq: int
    record: UsageRecord
    project: str
    account: str


class ChangedSession(NamedTuple):
    """A session with a change that a destination has not been told."""

    uuid: str
    seq: int


def last_seq(reader: Reader | Writer) -> int:
    """Return the number of the last change."""
    return int(identity.get(reader, identity.SEQ, "0"))


def last_account(reader: Reader | Writer) -> str:
    """Return the account that was used last; empty before the first."""
    row = reader.execute(_LAST_ACCOUNT).fetchone()
    return str(row[0]) if row else ""


def waiting(reader: Reader | Writer, url: str, after: int) -> int:
    """Return how many changes a destination was not told after a change."""
    (count,) = reader.execute(_WAITING, (after, url)).fetchone()
    return int(count)


def changed(
    reader: Reader,
    url: str,
    span: tuple[int, int],
    limit: int,
) -> list[Unsent]:
    """
    Return records that changed, in the order they did, for a destination.

    Args:
        reader: The store.
        url: The destination; what is set aside there is left out.
        span: After the first change, up to the second.
        limit: How many at most.
    """
    return [_unsent(r) for r in reader.execute(_CHANGED, (*span, url, limit))]


def changed_sessions(
    reader: Reader,
    url: str,
    after: int,
) -> list[ChangedSession]:
    """Return sessions that a destination was not told, the newest first."""
    rows = reader.execute(_SESSIONS, (after, url))
    return [ChangedSession(*row) for row in rows]


def of_session(reader: Reader, url: str, uuid: str) -> list[Unsent]:
    """Return all records of a session but those set aside, oldest first."""
    rows = reader.execute(_OF_SESSION, (uuid, uuid, uuid, url))
    return [_unsent(row) for row in rows]


def project_of(reader: Reader, uuid: str) -> str:
    """Return the path of the project of a session that is known."""
    return str(reader.execute(_PROJECT_OF, (uuid,)).fetchone()[0])


def project_paths(reader: Reader) -> list[str]:
    """Return the paths of all projects, among which a name must be unique."""
    return [path for (path,) in reader.execute("SELECT path FROM project")]


def first_keys(reader: Reader | Writer, paths: Sequence[str]) -> list[int]:
    """Return the first record of each session of some projects."""
    rows = reader.execute(_FIRST_KEYS, (json.dumps(paths),))
    return [key for (key,) in rows]


def touch(writer: Writer, keys: Sequence[int]) -> None:
    """Count records as changed, so that they are sent again."""
    seq = last_seq(writer)
    writer.executemany(
        _TOUCH,
        [(seq + place, key) for place, key in enumerate(keys, 1)],
    )
    identity.put(writer, identity.SEQ, str(seq + len(keys)))


def _unsent(row: Sequence[Any]) -> Unsent:
    known = held(row)
    return Unsent(known.seq, known.record, row[-1], known.account)
