"""Sums of replies, kept by differences in the transaction of the replies."""

from __future__ import annotations

from operator import neg
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
    from collections.abc import Callable, Mapping

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
        # By session, cell, machine, account and model.
        self._parts: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        self._has_taken = False

    def add(self, row: Row) -> None:
        self._count(row, sums_of(row))

    def take(self, row: Row) -> None:
        """Take out what a row had added before it changed."""
        self._has_taken = True
        self._count(row, tuple(map(neg, sums_of(row))))

    def keep(self, horizon_ms: int = 0) -> None:
        """
        Add the differences to the stored sums.

        Args:
            horizon_ms: Replies before it were deleted, but are in the sums.
        """
        if not self._parts:
            return
        user = self._user_id
        parts = {key: _added(sums) for key, sums in self._parts.items()}
        shares = _by(parts, lambda key: (key[0], *key[2:]))
        _keep(SessionShare, user, _SHARE, shares)
        _keep(UsageCell, user, _CELL, _by(parts, lambda key: key[1:]))
        _keep_sessions(_by(parts, lambda key: key[:1]), horizon_ms)
        if self._has_taken:
            for model in (SessionShare, UsageCell):
                empty = Q(**dict.fromkeys(SUM_FIELDS, 0))
                model.objects.filter(empty, user_id=user).delete()

    def _count(self, row: Row, sums: tuple[int, ...]) -> None:
        key = (row[2], row[6] // CELL_MS, *row[3:6])
        self._parts.setdefault(key, []).append(sums)


def _added(rows: list[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))


def _by(
    parts: Mapping[tuple[int, ...], tuple[int, ...]],
    key_of: Callable[[tuple[int, ...]], tuple[int, ...]],
) -> dict[tuple[int, ...], tuple[int, ...]]:
    """Return the parts added up by some of what they are told apart by."""
    found: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for part, sums in parts.items():
        found.setdefault(key_of(part), []).append(sums)
    return {key: _added(rows) for key, rows in found.items()}


def _keep_sessions(
    sessions: Mapping[tuple[int, ...], tuple[int, ...]],
    horizon_ms: int,
) -> None:
    condition, value = matching(session for (session,) in sessions)
    with connection.cursor() as cursor:
        cursor.executemany(
            _ADD_TO_SESSION,
            [(*sums, *session) for session, sums in sessions.items()],
        )
        cursor.execute(_SPAN + condition, [horizon_ms, horizon_ms, value])


def _keep(
    model: type[Model],
    user_id: int,
    columns: tuple[str, ...],
    differences: Mapping[tuple[int, ...], tuple[int, ...]],
) -> None:
    upsert(
        model,
        ("user_id", *columns, *SUM_FIELDS),
        [(user_id, *key, *sums) for key, sums in differences.items()],
        ", ".join(columns if model is SessionShare else ("user_id", *columns)),
        _ADD,
    )
