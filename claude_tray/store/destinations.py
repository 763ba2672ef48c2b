"""How far each destination has come, and what it will not take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.store import outbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.store.connection import Reader, Writer

_FIND: Final = "SELECT * FROM destination WHERE url = ?"
_PUT: Final = f"""
    INSERT OR REPLACE INTO destination VALUES ({", ".join("?" * 15)})
"""
_SET_ASIDE: Final = """
    INSERT OR REPLACE INTO set_aside VALUES (?, ?, ?, ?, ?, ?)
"""
_ASIDE: Final = """
    SELECT a.key, a.seq, a.code, a.detail, a.at_ms, m.message_id
    FROM set_aside a JOIN message m ON m.key = a.key
    WHERE a.url = ? AND m.seq <= a.seq ORDER BY a.seq
"""
_TAKEN: Final = """
    DELETE FROM set_aside
    WHERE url = ? AND key IN (SELECT value FROM json_each(?))
"""
_NAMES: Final = "SELECT path, name FROM named_project WHERE url = ?"
_NAME: Final = "INSERT OR REPLACE INTO named_project VALUES (?, ?, ?)"
_SENT: Final = "INSERT OR REPLACE INTO sent_session VALUES (?, ?, ?)"


class Destination(NamedTuple):
    """
    Where usage is forwarded to, and how that stands.

    Attributes:
        url: The address, which tells destinations apart.
        acked_seq: All changes up to this one are dealt with here.
        server_seq: The change up to which the receiver confirmed them.
        server_id: The receiver's data, where it tells.
        kind: What it takes: `policy.Kind`; empty before the first answer.
        state: How it stands: `policy.State`.
        reason: Why, in words for people.
        failures: How often it failed since it last worked.
        broken: How often in a row it answered that it is broken.
        not_before_ms: It is left alone until then.
        failing_since_ms: When it last began to fail.
        last_ok_ms: When it last worked.
        skew_ms: This clock before the receiver's.
        refused: The fingerprint of a token that it refused.
        naming: How projects were named to it.
    """

    url: str
    acked_seq: int = 0
    server_seq: int = 0
    server_id: str = ""
    kind: str = ""
    state: str = "ok"
    reason: str = ""
    failures: int = 0
    broken: int = 0
    not_before_ms: int = 0
    failing_since_ms: int | None = None
    last_ok_ms: int | None = None
    skew_ms: int | None = None
    refused: str = ""
    naming: str = ""


class SetAside(NamedTuple):
    """
    A record that a destination will not take.

    Attributes:
        key: The record's.
        seq: Its change; when it changes again it is tried again.
        code: Why, as one word.
        detail: Why, for people.
        at_ms: When it was set aside.
        message_id: The reply's own id.
    """

    key: int
    seq: int
    code: str
    detail: str
    at_ms: int
    message_id: str = ""


def find(reader: Reader | Writer, url: str) -> Destination:
    """Return how a destination stands; a new one has everything to come."""
    row = reader.execute(_FIND, (url,)).fetchone()
    return Destination(*row) if row else Destination(url)


def put(writer: Writer, destination: Destination) -> None:
    """Keep how a destination stands."""
    writer.execute(_PUT, destination)


def tell_sent(
    writer: Writer,
    url: str,
    sessions: Iterable[outbox.ChangedSession],
) -> None:
    """Remember that a destination has these sessions whole."""
    writer.executemany(_SENT, [(url, *session) for session in sessions])


def forget_sent(writer: Writer, url: str) -> None:
    """Let all changed sessions be told again."""
    writer.execute("DELETE FROM sent_session WHERE url = ?", (url,))


def names(reader: Reader | Writer, url: str) -> dict[str, str]:
    """Return what a destination knows projects as, by their paths."""
    return dict(reader.execute(_NAMES, (url,)).fetchall())


def tell_names(writer: Writer, url: str, called: Mapping[str, str]) -> None:
    """
    Remember what projects are called.

    Sessions of those that were called otherwise count as changed.
    """
    known = names(writer, url)
    old = [p for p, name in called.items() if known.get(p, name) != name]
    outbox.touch(writer, outbox.first_keys(writer, old))
    rows = [(url, path, name) for path, name in called.items()]
    writer.executemany(_NAME, rows)


def set_aside(writer: Writer, url: str, rows: Iterable[SetAside]) -> None:
    """Let a destination no longer be sent these records as they are."""
    writer.executemany(_SET_ASIDE, [(url, *row[:5]) for row in rows])


def taken(writer: Writer, url: str, keys: Iterable[int]) -> None:
    """Let a destination have taken records, set aside or not."""
    writer.execute(_TAKEN, (url, f"[{','.join(map(str, keys))}]"))


def all_aside(reader: Reader | Writer, url: str) -> list[SetAside]:
    """Return what is set aside and has not changed since."""
    return [SetAside(*row) for row in reader.execute(_ASIDE, (url,))]


def take_up(writer: Writer, url: str) -> int:
    """Let what was set aside be sent once more; return how much it is."""
    keys = [row.key for row in all_aside(writer, url)]
    outbox.touch(writer, keys)
    writer.execute("DELETE FROM set_aside WHERE url = ?", (url,))
    return len(keys)
