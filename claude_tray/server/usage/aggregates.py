"""Update the stored sums of records within the records' transaction."""

from __future__ import annotations

from operator import add, sub
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Model, Q

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.server.usage import (
    bulk_sql,
    day_sums,
    models,
    row_mapping,
    window_chains,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_ADD_CLAUSE: Final = ", ".join(
    f"{n} = stored.{n} + excluded.{n}" for n in models.SUM_FIELDS
)
_SESSION_SHARE_COLUMNS: Final = (
    "session_id",
    "machine_id",
    "account_id",
    "model_id",
)
_BUCKET_COLUMNS: Final = ("cell", "machine_id", "account_id", "model_id")
_SET_CLAUSE: Final = ", ".join(
    f"{name} = {name} + %s" for name in models.SUM_FIELDS
)
_ADD_TO_SESSION_SQL: Final = (
    f"UPDATE usage_session SET {_SET_CLAUSE} WHERE user_id = %s AND id = %s"
)
_UPDATE_SESSION_RANGE_SQL: Final = """
    UPDATE usage_session SET
        first_ms = CASE WHEN first_ms > 0 AND first_ms < %s THEN first_ms
            ELSE coalesce((SELECT min(at_ms) FROM usage_usagesnapshot AS r
                WHERE r.user_id = %s
                    AND r.session_id = usage_session.id), 0) END,
        last_ms = coalesce((SELECT max(at_ms) FROM usage_usagesnapshot AS r
                WHERE r.user_id = %s
                    AND r.session_id = usage_session.id),
            CASE WHEN last_ms < %s THEN last_ms ELSE 0 END)
    WHERE user_id = %s AND id """


# Rows and their sums by session, bucket, machine, account and model.
_RowGroups = dict[tuple[int, ...], list[row_mapping.UsageRow]]
_Parts = dict[tuple[int, ...], tuple[int, ...]]


class UserAggregateDelta:
    """Changes of a batch to the sums of one user."""

    def __init__(self, user_id: int) -> None:
        self._user_id = user_id
        self._added: _RowGroups = {}
        self._subtracted: _RowGroups = {}

    def add(self, row: row_mapping.UsageRow) -> None:
        _collect(self._added, row)

    def subtract(self, row: row_mapping.UsageRow) -> None:
        """Subtract the values of a row before its change."""
        _collect(self._subtracted, row)

    def apply(self, horizon_ms: int = 0) -> None:
        """
        Add the changes to the stored sums.

        Args:
            horizon_ms: Records before this time are deleted but still counted
                in the sums.
        """
        parts = self._sum_parts()
        if not parts:
            return
        user = self._user_id
        shares = _group_parts(parts, lambda key: (key[0], *key[2:]))
        cells = _group_parts(parts, lambda key: key[1:])
        totals = _group_parts(cells, lambda key: key[1:])
        _upsert_sums(models.SessionShare, user, _SESSION_SHARE_COLUMNS, shares)
        _upsert_sums(models.UsageCell, user, _BUCKET_COLUMNS, cells)
        _upsert_sums(models.UsageTotal, user, _BUCKET_COLUMNS[1:], totals)
        day_sums.add_to_days(user, cells)
        self._invalidate_chains(parts)
        sessions = _group_parts(shares, lambda key: key[:1])
        _update_sessions(user, sessions, horizon_ms)
        if self._subtracted:
            self._delete_empty_sums(parts)

    def _sum_parts(self) -> _Parts:
        """Sum the rows by session, bucket, machine, account and model."""
        parts = {
            key: row_mapping.sum_rows(rows)
            for key, rows in self._added.items()
        }
        for key, rows in self._subtracted.items():
            removed = row_mapping.sum_rows(rows)
            added = parts.get(key, (0,) * len(removed))
            parts[key] = tuple(map(sub, added, removed))
        return parts

    def _invalidate_chains(self, parts: _Parts) -> None:
        first_buckets: dict[int, int] = {}
        for _, bucket, _, account, _ in parts:
            first_buckets[account] = min(
                bucket, first_buckets.get(account, bucket)
            )
        for account, bucket in first_buckets.items():
            window_chains.invalidate_chain(
                self._user_id, account, bucket * BUCKET_MS
            )

    def _delete_empty_sums(self, parts: _Parts) -> None:
        empty = Q(**dict.fromkeys(models.SUM_FIELDS, 0), user=self._user_id)
        sessions = {key[0] for key in parts}
        buckets = {key[1] for key in parts}
        models.SessionShare.objects.filter(
            empty, session__in=sessions
        ).delete()
        models.UsageCell.objects.filter(empty, cell__in=buckets).delete()
        models.UsageTotal.objects.filter(empty).delete()


def _collect(groups: _RowGroups, row: row_mapping.UsageRow) -> None:
    key = (
        row.session_id,
        row.at_ms // BUCKET_MS,
        row.machine_id,
        row.account_id,
        row.model_id,
    )
    rows = groups.get(key)
    if rows is None:
        groups[key] = [row]
    else:
        rows.append(row)


def _group_parts(
    parts: _Parts,
    get_group_key: Callable[[tuple[int, ...]], tuple[int, ...]],
) -> _Parts:
    """Sum the parts that share a group key."""
    grouped: _Parts = {}
    for part, sums in parts.items():
        key = get_group_key(part)
        existing = grouped.get(key)
        grouped[key] = tuple(map(add, existing, sums)) if existing else sums
    return grouped


def _update_sessions(
    user_id: int,
    sessions: Mapping[tuple[int, ...], tuple[int, ...]],
    horizon_ms: int,
) -> None:
    condition, value = bulk_sql.build_in_condition(
        session for (session,) in sessions
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            _ADD_TO_SESSION_SQL,
            [(*sums, user_id, *session) for session, sums in sessions.items()],
        )
        cursor.execute(
            _UPDATE_SESSION_RANGE_SQL + condition,
            [horizon_ms, user_id, user_id, horizon_ms, user_id, value],
        )


def _upsert_sums(
    model: type[Model],
    user_id: int,
    columns: tuple[str, ...],
    deltas: Mapping[tuple[int, ...], tuple[int, ...]],
) -> None:
    bulk_sql.upsert(
        model,
        ("user_id", *columns, *models.SUM_FIELDS),
        [(user_id, *key, *sums) for key, sums in deltas.items()],
        ", ".join(("user_id", *columns)),
        _ADD_CLAUSE,
    )
