"""Old replies, deleted in small steps; what they add up to stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from claude_tray.server.usage.bulk import lock_user, matching
from claude_tray.server.usage.models import Horizon

if TYPE_CHECKING:
    from collections.abc import Iterator

# The windows that are shown, and what learning a rule needs.
LEAST_DAYS: Final = 60
_HORIZON: Final = "SELECT before_ms FROM usage_horizon WHERE user_id = %s"
_AT_ONCE: Final = 2000
_OLD: Final = """
    SELECT key FROM usage_usagesnapshot
    WHERE user_id = %s AND at_ms < %s
    ORDER BY key LIMIT %s
"""
_DELETE: Final = "DELETE FROM usage_usagesnapshot WHERE user_id = %s AND key "


def horizon_of(user_id: int) -> int:
    """Return before when a person's replies were deleted; 0 is never."""
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON, [user_id])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def steps(user_id: int, before_ms: int) -> Iterator[int]:
    """
    Delete a person's replies before a moment; give out how many each time.

    What is sent of that time from then on is not taken again: it would be
    counted twice.
    """
    with transaction.atomic():
        lock_user(user_id)
        Horizon.objects.update_or_create(
            user_id=user_id,
            defaults={"before_ms": max(before_ms, horizon_of(user_id))},
        )
    count = 1
    while count:
        with transaction.atomic():
            lock_user(user_id)
            count = _delete(user_id, before_ms)
        yield count


def _delete(user_id: int, before_ms: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OLD, [user_id, before_ms, _AT_ONCE])
        keys = [row[0] for row in cursor.fetchall()]
        condition, value = matching(keys)
        cursor.execute(_DELETE + condition, [user_id, value])
    return len(keys)
