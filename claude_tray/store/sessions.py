"""Sessions: their project, and when they began and were last used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.store.rollups import move_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.domain.usage import Origin
    from claude_tray.store.connection import Writer
    from claude_tray.store.names import Names

_FIND: Final = """
    SELECT session.id, guessed, sidechain, origin_ms, project.path
    FROM session JOIN project ON project.id = session.project
    WHERE uuid = ? AND profile = ?
"""
_ADD: Final = """
    INSERT INTO session
        (uuid, profile, project, guessed, sidechain, origin_ms)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_MOVE: Final = """
    UPDATE session SET project = ?, guessed = ?, sidechain = ?, origin_ms = ?
    WHERE id = ?
"""
_STRETCH: Final = """
    UPDATE session SET first_ms = min(ifnull(first_ms, ?1), ?1),
        last_ms = max(ifnull(last_ms, ?2), ?2)
    WHERE id = ?3
"""
_MEASURE: Final = """
    UPDATE session SET (first_ms, last_ms) = (
        SELECT min(at_ms), max(at_ms) FROM message
        WHERE message.session = session.id
            AND at_ms BETWEEN session.first_ms AND session.last_ms)
    WHERE id = ?
"""
_MOVED: Final = """
    INSERT OR REPLACE INTO moved_session (seq, session) VALUES (?, ?)
"""
# One reply of it is enough to tell where it belongs.
_TOUCH: Final = """
    UPDATE message SET seq = ?1 WHERE key = (
        SELECT key FROM message JOIN session ON session.id = message.session
        WHERE session.id = ?2 AND message.at_ms = session.first_ms LIMIT 1)
"""


class Sessions:
    """
    Finds the number of a session and keeps what is known of it.

    Like `Names` it is good for one transaction.

    Attributes:
        moved: Those that lost a reply or changed their project: receivers
            that have them must be told, though no record of theirs changed.
    """

    def __init__(self, writer: Writer, names: Names) -> None:
        self._writer = writer
        self._names = names
        self._known: dict[tuple[str, int], int] = {}
        self._shrunk: set[int] = set()
        self.moved: set[int] = set()

    def place(self, origin: Origin, profile: int, *, is_guess: bool) -> None:
        """
        Let a session's project be that of its least origin.

        A session belongs to one project, its subagents' lines included,
        whichever of its files was read first.
        """
        uuid = origin.session_id
        row = self._writer.execute(_FIND, (uuid, profile)).fetchone()
        rank = (is_guess, origin.is_sidechain, origin.at_ms, origin.project)
        if row is not None:
            number, *held = row
            self._known[uuid, profile] = number
            if rank >= (bool(held[0]), bool(held[1]), *held[2:]):
                return
        project = self._names.project(origin.project)
        if row is None:
            added = self._writer.execute(
                _ADD, (uuid, profile, project, *rank[:3])
            )
            self._known[uuid, profile] = added.lastrowid or 0
            return
        self._writer.execute(_MOVE, (project, *rank[:3], number))
        old = self._names.project(held[3])
        if old != project:
            move_session(self._writer, number, old, project)
            self.moved.add(number)

    def number(self, uuid: str, profile: int) -> int:
        """Return the number of a session that has been placed."""
        found = self._known.get((uuid, profile))
        if found is None:
            row = self._writer.execute(_FIND, (uuid, profile)).fetchone()
            found = self._known[uuid, profile] = int(row[0])
        return found

    def shrink(self, session: int) -> None:
        """Measure a session anew that a record was taken from."""
        self._shrunk.add(session)

    def write(self, spans: Mapping[int, tuple[int, int]]) -> None:
        """Let sessions reach to their records, which must be written."""
        self._writer.executemany(
            _STRETCH,
            [(*span, number) for number, span in sorted(spans.items())],
        )
        self._writer.executemany(_MEASURE, [(n,) for n in self._shrunk])

    def tell_moved(self, seq: int) -> int:
        """
        Count those that moved as changed, after `write`.

        Args:
            seq: The last change.

        Returns:
            The last change then.
        """
        rows = [(seq + place, n) for place, n in enumerate(self.moved, 1)]
        self._writer.executemany(_MOVED, rows)
        self._writer.executemany(_TOUCH, rows)
        return seq + len(rows)
