"""Find or insert the rows that records refer to: names and sessions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, TypeVar

from claude_tray.core.bounds import MAX_MODELS, OTHER_MODELS
from claude_tray.core.providers import parse_provider
from claude_tray.core.usage import compute_record_key, has_foreign_id
from claude_tray.store.aggregates import move_session
from claude_tray.store.project_roots import choose_new_shown_path
from claude_tray.store.schema import IS_IMPORTED, TOKEN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from claude_tray.core.usage import (
        PricingTerms,
        RecordOrigin,
        SessionId,
        UsageRecord,
    )
    from claude_tray.store.connection import Writer


_ACCOUNT_COLUMNS: Final = "profile (account)"
_PROVIDER_COLUMN: Final = "profile (account, provider)"
_PROJECT_COLUMNS: Final = "project (path)"
_SHOWN_COLUMN: Final = "project (path, shown)"
_MODEL_COLUMNS: Final = "model (name)"
_TERMS_COLUMNS: Final = (
    "terms (speed, inference_geo, service_tier, web_searches)"
)


_Key = TypeVar("_Key")


class RowIdCache(dict[_Key, int]):
    """
    Cache row IDs by key.

    Args:
        find: Finds or inserts the row of a key that is not cached.
    """

    def __init__(self, find: Callable[[_Key], int]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: _Key) -> int:
        row_id = self[key] = self._find(key)
        return row_id


class LookupIds:
    """
    Look up the row ID of a text, inserting new texts.

    Its cache is valid for one transaction: another process may insert texts
    between two transactions, and a rollback removes new ones.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._id_by_values: dict[tuple[object, ...], int] = {}

    def get_account_id(self, account: str) -> int:
        key = (account,)
        row_id = self._id_by_values.get((_ACCOUNT_COLUMNS, *key))
        if row_id is None:
            row_id = self._find_id(_ACCOUNT_COLUMNS, key) or self._insert(
                _PROVIDER_COLUMN, (account, parse_provider(account))
            )
            self._id_by_values[_ACCOUNT_COLUMNS, *key] = row_id
        return row_id

    def get_project_id(self, path: str) -> int:
        row_id = self._id_by_values.get((_PROJECT_COLUMNS, path))
        if row_id is None:
            row_id = self._find_id(_PROJECT_COLUMNS, (path,)) or self._insert(
                _SHOWN_COLUMN,
                (path, choose_new_shown_path(self._writer, path)),
            )
            self._id_by_values[_PROJECT_COLUMNS, path] = row_id
        return row_id

    def get_model_id(self, name: str, *, is_priced: bool = False) -> int:
        """
        Return the row ID of a model.

        Args:
            name: Its name.
            is_priced: It is a real model, however many there are.
        """
        row_id = self._id_by_values.get((_MODEL_COLUMNS, name))
        if row_id is None:
            row_id = self._find_id(_MODEL_COLUMNS, (name,))
            if row_id is None and not is_priced and self._has_all_models():
                return self._get_id(_MODEL_COLUMNS, (OTHER_MODELS,))
            row_id = row_id or self._insert(_MODEL_COLUMNS, (name,))
            self._id_by_values[_MODEL_COLUMNS, name] = row_id
        return row_id

    def _has_all_models(self) -> bool:
        (last_id,) = self._writer.execute(
            "SELECT ifnull(max(id), 0) FROM model"
        ).fetchone()
        return int(last_id) >= MAX_MODELS

    def get_terms_id(self, terms: PricingTerms) -> int:
        return self._get_id(_TERMS_COLUMNS, terms)

    def _get_id(self, table_columns: str, values: tuple[object, ...]) -> int:
        key = (table_columns, *values)
        row_id = self._id_by_values.get(key)
        if row_id is None:
            row_id = self._find_id(table_columns, values)
            if row_id is None:
                row_id = self._insert(table_columns, values)
            self._id_by_values[key] = row_id
        return row_id

    def _find_id(
        self, table_columns: str, values: tuple[object, ...]
    ) -> int | None:
        table_name, columns = table_columns.split(" ", 1)
        # Only the constants above are formatted into statements.
        row = self._writer.execute(
            f"SELECT id FROM {table_name}"
            f" WHERE {columns} = ({_format_placeholders(values)})",
            values,
        ).fetchone()
        return int(row[0]) if row else None

    def _insert(self, table_columns: str, values: tuple[object, ...]) -> int:
        insert = (
            f"INSERT INTO {table_columns}"
            f" VALUES ({_format_placeholders(values)})"
        )
        return self._writer.execute(insert, values).lastrowid or 0


def _format_placeholders(values: tuple[object, ...]) -> str:
    return ", ".join("?" * len(values))


_SELECT_SESSION: Final = """
    SELECT session.id, guessed, sidechain, origin_ms, project.path
    FROM session JOIN project ON project.id = session.project
    WHERE uuid = ? AND profile = ?
"""
_INSERT_SESSION: Final = """
    INSERT INTO session
        (uuid, profile, project, guessed, sidechain, origin_ms)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_UPDATE_PROJECT: Final = """
    UPDATE session SET project = ?, guessed = ?, sidechain = ?, origin_ms = ?
    WHERE id = ?
"""
_EXTEND_INTERVAL: Final = """
    UPDATE session SET first_ms = min(ifnull(first_ms, ?1), ?1),
        last_ms = max(ifnull(last_ms, ?2), ?2)
    WHERE id = ?3
"""
_RECOMPUTE_INTERVAL: Final = """
    UPDATE session SET (first_ms, last_ms) = (
        SELECT min(at_ms), max(at_ms) FROM message
        WHERE message.session = session.id
            AND at_ms BETWEEN session.first_ms AND session.last_ms)
    WHERE id = ?
"""
_INSERT_MOVED: Final = """
    INSERT OR REPLACE INTO moved_session (seq, session) VALUES (?, ?)
"""
# Resending one record is enough to move the session on a server.
_UPDATE_FIRST_SEQ: Final = """
    UPDATE message SET seq = ?1 WHERE key = (
        SELECT key FROM message JOIN session ON session.id = message.session
        WHERE session.id = ?2 AND message.at_ms = session.first_ms LIMIT 1)
"""


class SessionWriter:
    """
    Look up and update sessions in one transaction.

    Attributes:
        moved_row_ids: Sessions that lost a record or changed their project:
            they must be sent again although no record of theirs changed.
    """

    def __init__(self, writer: Writer, lookup_ids: LookupIds) -> None:
        self._writer = writer
        self._lookup_ids = lookup_ids
        self._row_ids: dict[tuple[str, int], int] = {}
        self._shrunk_row_ids: set[int] = set()
        self.moved_row_ids: set[int] = set()

    def assign_projects(
        self,
        origins: Iterable[RecordOrigin],
        account: str,
        *,
        is_guess: bool,
    ) -> None:
        """Insert or update the sessions of an account."""
        account_id = self._lookup_ids.get_account_id(account)
        for origin in origins:
            self.assign_project(origin, account_id, is_guess=is_guess)

    def assign_project(
        self, origin: RecordOrigin, account_id: int, *, is_guess: bool
    ) -> None:
        """
        Set a session's project to that of its smallest origin.

        A session belongs to one project, including the lines of its
        subagents, whichever of its files is read first.
        """
        uuid = origin.session_id
        row = self._writer.execute(
            _SELECT_SESSION, (uuid, account_id)
        ).fetchone()
        place = (is_guess, origin.is_sidechain, origin.at_ms)
        if row is not None:
            row_id, *stored_place, stored_project = row
            self._row_ids[uuid, account_id] = row_id
            # SQLite's 0 and 1 compare as False and True.
            stored_rank = (*stored_place, stored_project)
            if (*place, origin.project) >= stored_rank:
                return
        project_id = self._lookup_ids.get_project_id(origin.project)
        if row is None:
            inserted = self._writer.execute(
                _INSERT_SESSION, (uuid, account_id, project_id, *place)
            )
            self._row_ids[uuid, account_id] = inserted.lastrowid or 0
            return
        self._writer.execute(_UPDATE_PROJECT, (project_id, *place, row_id))
        old_project_id = self._lookup_ids.get_project_id(stored_project)
        if old_project_id != project_id:
            move_session(self._writer, row_id, old_project_id, project_id)
            self.moved_row_ids.add(row_id)

    def get_row_id(self, uuid: str, account_id: int) -> int:
        """Return the row ID of a session that has been assigned a project."""
        row_id = self._row_ids.get((uuid, account_id))
        if row_id is None:
            row = self._writer.execute(
                _SELECT_SESSION, (uuid, account_id)
            ).fetchone()
            row_id = self._row_ids[uuid, account_id] = int(row[0])
        return row_id

    def find_row_id(self, key: tuple[SessionId, str]) -> int:
        """Return the row ID of a session, by its UUID and account key."""
        uuid, account = key
        return self.get_row_id(uuid, self._lookup_ids.get_account_id(account))

    def mark_shrunk(self, row_id: int) -> None:
        """Recompute the interval of a session that lost a record."""
        self._shrunk_row_ids.add(row_id)

    def flush(self, intervals: Mapping[int, tuple[int, int]]) -> None:
        """Extend sessions to their records, which must be written."""
        self._writer.executemany(
            _EXTEND_INTERVAL,
            [
                (*interval, row_id)
                for row_id, interval in sorted(intervals.items())
            ],
        )
        self._writer.executemany(
            _RECOMPUTE_INTERVAL,
            [(shrunk_id,) for shrunk_id in self._shrunk_row_ids],
        )

    def mark_moved(self, last_seq: int) -> int:
        """
        Give new sequence numbers to moved sessions, after `flush`.

        Args:
            last_seq: Last sequence number in use.

        Returns:
            The last one after that.
        """
        rows = [
            (last_seq + offset, row_id)
            for offset, row_id in enumerate(self.moved_row_ids, 1)
        ]
        self._writer.executemany(_INSERT_MOVED, rows)
        self._writer.executemany(_UPDATE_FIRST_SEQ, rows)
        return last_seq + len(rows)


_SELECT_BY_KEY: Final = f"""
    SELECT key, flags & {IS_IMPORTED}, at_ms / 1000, counted_ms,
        {", ".join(TOKEN_COLUMNS)}
    FROM message WHERE key IN (SELECT value FROM json_each(?))
"""
_SELECT_TIMES_BY_ID: Final = f"""
    SELECT message_id, at_ms / 1000 FROM message
    WHERE request_id = '' AND NOT flags & {IS_IMPORTED}
        AND message_id IN (SELECT value FROM json_each(?))
"""


def match_ids(
    writer: Writer, records: Mapping[int, UsageRecord], origin_flag: int
) -> Mapping[int, UsageRecord]:
    """
    Find the same responses under the key that their IDs alone give.

    Earlier versions stored responses of gateways without request IDs under
    that key, and imports still do, as other programs' files do not show which
    lines belong together.

    Args:
        writer: Connection in a transaction.
        records: Records by key.
        origin_flag: IS_IMPORTED if they are from another program's file.

    Returns:
        The records, under the key of the stored ones where they are the same;
        of imported ones only those that are not stored.
    """
    ambiguous = [
        record
        for record in records.values()
        if not record.request_id and has_foreign_id(record.message_id)
    ]
    if not ambiguous:
        return records
    matched = dict(records)
    keys = {r.key: compute_record_key(r.message_id, "", "") for r in ambiguous}
    if origin_flag == IS_IMPORTED:
        ids = json.dumps([record.message_id for record in ambiguous])
        known = set(writer.execute(_SELECT_TIMES_BY_ID, (ids,)))
        for record in ambiguous:
            is_known = (record.message_id, record.at_ms // 1000) in known
            # Own exports have the key of the response.
            if is_known and record.key == keys[record.key]:
                del matched[record.key]
        return matched
    rows = writer.execute(_SELECT_BY_KEY, (json.dumps(list(keys.values())),))
    stored_by_key = {key: values for key, *values in rows}
    for record in ambiguous:
        old_key = keys[record.key]
        if old_key != record.key and _is_stored_as(
            stored_by_key.get(old_key), record
        ):
            del matched[record.key]
            matched[old_key] = record._replace(key=old_key)
    return matched


def _is_stored_as(stored: list[int] | None, record: UsageRecord) -> bool:
    if stored is None:
        return False
    is_imported, at_seconds, counted_ms, *tokens = stored
    if is_imported:
        # Other programs store the first line.
        return at_seconds == record.at_ms // 1000
    return (counted_ms, tuple(tokens)) == (record.counted_ms, record.tokens)
