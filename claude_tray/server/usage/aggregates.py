"""Update the stored sums of records within the records' transaction."""

from __future__ import annotations

from operator import add, neg
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


class UserAggregateDelta:
    """Changes of a batch to the sums of one user."""

    def __init__(self, user_id: int) -> None:
        self._user_id = user_id
        # By session, bucket, machine, account and model.
        self._changes: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        self._has_subtracted = False

    def add(self, row: row_mapping.UsageRow) -> None:
        self._accumulate(row, row_mapping.compute_row_sums(row))

    def subtract(self, row: row_mapping.UsageRow) -> None:
        """Subtract the values of a row before its change."""
        self._has_subtracted = True
        self._accumulate(
            row, tuple(map(neg, row_mapping.compute_row_sums(row)))
        )

    def apply(self, horizon_ms: int = 0) -> None:
        """
        Add the changes to the stored sums.

        Args:
            horizon_ms: Records before this time are deleted but still counted
                in the sums.
        """
        if not self._changes:
            return
        user = self._user_id
        parts = {
            key: tuple(map(sum, zip(*changes, strict=True)))
            for key, changes in self._changes.items()
        }
        shares = _group_parts(parts, lambda key: (key[0], *key[2:]))
        cells = _group_parts(parts, lambda key: key[1:])
        totals = _group_parts(cells, lambda key: key[1:])
        _upsert_sums(models.SessionShare, user, _SESSION_SHARE_COLUMNS, shares)
        _upsert_sums(models.UsageCell, user, _BUCKET_COLUMNS, cells)
        _upsert_sums(models.UsageTotal, user, _BUCKET_COLUMNS[1:], totals)
        day_sums.add_to_days(user, cells)
        self._invalidate_chains()
        sessions = _group_parts(shares, lambda key: key[:1])
        _update_sessions(user, sessions, horizon_ms)
        if self._has_subtracted:
            self._delete_empty_sums()

    def _invalidate_chains(self) -> None:
        first_buckets: dict[int, int] = {}
        for _, bucket, _, account, _ in self._changes:
            first_buckets[account] = min(
                bucket, first_buckets.get(account, bucket)
            )
        for account, bucket in first_buckets.items():
            window_chains.invalidate_chain(
                self._user_id, account, bucket * BUCKET_MS
            )

    def _delete_empty_sums(self) -> None:
        empty = Q(**dict.fromkeys(models.SUM_FIELDS, 0), user=self._user_id)
        sessions = {key[0] for key in self._changes}
        buckets = {key[1] for key in self._changes}
        models.SessionShare.objects.filter(
            empty, session__in=sessions
        ).delete()
        models.UsageCell.objects.filter(empty, cell__in=buckets).delete()
        models.UsageTotal.objects.filter(empty).delete()

    def _accumulate(
        self, row: row_mapping.UsageRow, sums: tuple[int, ...]
    ) -> None:
        key = (
            row.session_id,
            row.at_ms // BUCKET_MS,
            row.machine_id,
            row.account_id,
            row.model_id,
        )
        self._changes.setdefault(key, []).append(sums)


def _group_parts(
    parts: Mapping[tuple[int, ...], tuple[int, ...]],
    get_group_key: Callable[[tuple[int, ...]], tuple[int, ...]],
) -> dict[tuple[int, ...], tuple[int, ...]]:
    """Sum the parts that share a group key."""
    grouped: dict[tuple[int, ...], tuple[int, ...]] = {}
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
