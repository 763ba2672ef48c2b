"""Sums of replies, kept by differences in the transaction of the replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Model, Q

from claude_tray.server.usage.bulk import matching, upsert
from claude_tray.server.usage.models import (
    SUM_FIELDS,
    SessionShare,
    UsageCell,
)
from claude_tray.server.usage.rows import CELL_MS, Row, sums_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_ADD: Final = ", ".join(f"{n} = held.{n} + excluded.{n}" for n in SUM_FIELDS)
_SHARE: Final = ("session_id", "machine_id", "account_id", "model_id")
_CELL: Final = ("cell", "machine_id", "account_id", "model_id")
_SET: Final = ", ".join(f"{name} = {name} + %s" for name in SUM_FIELDS)
_ADD_TO_SESSION: Final = f"UPDATE usage_session SET {_SET} WHERE id = %s"
_SPAN: Final = """
    UPDATE usage_session SET
        first_ms = CASE WHEN first_ms > 0 AND first_ms < %s THEN first_ms
            ELSE coalesce((SELECT min(at_ms) FROM usage_usagesnapshot AS r
                WHERE r.session_id = usage_session.id), 0) END,
        last_ms = coalesce((SELECT max(at_ms) FROM usage_usagesnapshot AS r
                WHERE r.session_id = usage_session.id),
            CASE WHEN last_ms < %s THEN last_ms ELSE 0 END)
    WHERE id """


class Differences:
    """What a batch changes in the sums of one person."""

    def __init__(self, user_id: int) -> None:
        self._user_id = user_id
        self._shares: dict[tuple[int, ...], list[int]] = {}
        self._cells: dict[tuple[int, ...], list[int]] = {}
        self._has_taken = False

    def add(self, row: Row) -> None:
        self._count(row, sums_of(row))

    def take(self, row: Row) -> None:
        """Take out what a row had added before it changed."""
        self._has_taken = True
        self._count(row, tuple(-value for value in sums_of(row)))

    def keep(self, horizon_ms: int = 0) -> None:
        """
        Add the differences to the stored sums.

        Args:
            horizon_ms: Replies before it were deleted, but are in the sums.
        """
        if not self._cells:
            return
        _keep(SessionShare, self._user_id, _SHARE, self._shares)
        _keep(UsageCell, self._user_id, _CELL, self._cells)
        self._keep_sessions(horizon_ms)
        if self._has_taken:
            for model in (SessionShare, UsageCell):
                empty = Q(**dict.fromkeys(SUM_FIELDS, 0))
                model.objects.filter(empty, user_id=self._user_id).delete()

    def _count(self, row: Row, sums: tuple[int, ...]) -> None:
        whose = row[3:6]
        for table, key in (
            (self._shares, (row[2], *whose)),
            (self._cells, (row.at_ms // CELL_MS, *whose)),
        ):
            found = table.get(key)
            if found is None:
                table[key] = list(sums)
            else:
                for place, value in enumerate(sums):
                    found[place] += value

    def _keep_sessions(self, horizon_ms: int) -> None:
        sessions: dict[int, list[int]] = {}
        for (session, *_), sums in self._shares.items():
            found = sessions.setdefault(session, [0] * len(sums))
            for place, value in enumerate(sums):
                found[place] += value
        with connection.cursor() as cursor:
            cursor.executemany(
                _ADD_TO_SESSION,
                [(*sums, session) for session, sums in sessions.items()],
            )
        condition, value = matching(sessions)
        with connection.cursor() as cursor:
            cursor.execute(
                _SPAN + condition,
                [horizon_ms, horizon_ms, value],
            )


def _keep(
    model: type[Model],
    user_id: int,
    columns: tuple[str, ...],
    differences: Mapping[tuple[int, ...], list[int]],
) -> None:
    upsert(
        model,
        ("user_id", *columns, *SUM_FIELDS),
        [(user_id, *key, *sums) for key, sums in differences.items()],
        ", ".join(columns if model is SessionShare else ("user_id", *columns)),
        _ADD,
    )
